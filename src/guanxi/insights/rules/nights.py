"""What past nights teach: who was open then, and whether the season after brought the win."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from guanxi.insights.rules.readings import Case

# Older cases were won under other circumstances.
REMEMBERED = timedelta(days=730)
APART = timedelta(days=7)


def past_nights(at: datetime, season: timedelta) -> list[datetime]:
    """Instants a week apart, newest first, as far back as is remembered, each with a whole season after it."""
    nights = (at - APART * back for back in range(1, REMEMBERED // APART + 1))
    return [night for night in nights if night + season <= at]


def taught_rows(
    cases: Iterable[Case], nights: Iterable[datetime], season: timedelta
) -> Iterator[tuple[Case, datetime, datetime, bool]]:
    """(case, night, when its outcome was known, whether it was won within the season) of all that were open at a night.

    What is open after the season counts as not won, like what is lost: a store that never closes what is dead learns
    that it is. Cases that ended neither way within the season teach nothing.
    """
    nights = list(nights)
    for case in cases:
        for night in nights:
            if case.started_at >= night or (case.ended_at is not None and case.ended_at <= night):
                continue
            if case.ended_at is None or case.ended_at > night + season:
                yield case, night, night + season, False
            elif case.won is not None:
                yield case, night, case.ended_at, case.won
