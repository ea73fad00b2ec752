"""From which days of the past there is something to learn."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from guanxi.insights.rules.readings import Case

# Older cases were won under other circumstances.
REMEMBERED = timedelta(days=730)
APART = timedelta(days=7)
# A night is ripe when so many of the cases then open have ended. A younger one would show only those that ended fast.
RIPE = 0.8


def past_nights(at: datetime) -> list[datetime]:
    """Instants a week apart, newest first, as far back as is remembered."""
    count = REMEMBERED // APART
    return [at - APART * back for back in range(1, count + 1)]


def ripe_rows(cases: Iterable[Case], nights: Sequence[datetime]) -> list[tuple[Case, datetime]]:
    """The cases that were open at a ripe night and have ended since, with that night: what open cases look like on any
    night, so that long ones are seen as often as they stand there."""
    open_at: dict[datetime, list[Case]] = {night: [] for night in nights}
    for case in cases:
        if case.ended_at is not None and case.won is None:
            continue
        for night in nights:
            if case.started_at < night and (case.ended_at is None or night < case.ended_at):
                open_at[night].append(case)
    rows = []
    for night, standing in open_at.items():
        ended = [case for case in standing if case.ended_at is not None]
        if standing and len(ended) >= RIPE * len(standing):
            rows += [(case, night) for case in ended]
    return rows
