"""What was known of a case at an instant, and the guard that nothing newer gets in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


class LeakRefused(ValueError):
    """A figure that could not have been known. ``name`` is the figure, ``code`` one of ``after_snapshot``,
    ``after_outcome``, ``snapshot_after_outcome``."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{name}: {code}")
        self.name, self.code = name, code


@dataclass(frozen=True)
class Known:
    """A figure with the instant its newest source was recorded; None when it stands on nothing that was recorded since
    the case began, such as its absence."""

    name: str
    value: float
    recorded_at: datetime | None


@dataclass(frozen=True)
class Snapshot:
    """A case at an instant. ``ended_at`` is when its end was recorded and ``happened`` how it ended; None while open.
    Several snapshots of one case share its ``case``."""

    case: int
    at: datetime
    values: tuple[float, ...]
    ended_at: datetime | None = None
    happened: bool | None = None


def snapshot(
    case: int,
    at: datetime,
    figures: Iterable[Known],
    *,
    ended_at: datetime | None = None,
    happened: bool | None = None,
) -> Snapshot:
    """The case as a row to learn from or to judge.

    Raises `LeakRefused` for a figure recorded after ``at`` or after the end, and for a snapshot not before the end.
    """
    if ended_at is not None and at >= ended_at:
        raise LeakRefused("", "snapshot_after_outcome")
    values = []
    for figure in figures:
        if figure.recorded_at is not None:
            if ended_at is not None and figure.recorded_at >= ended_at:
                raise LeakRefused(figure.name, "after_outcome")
            if figure.recorded_at > at:
                raise LeakRefused(figure.name, "after_snapshot")
        values.append(figure.value)
    return Snapshot(case, at, tuple(values), ended_at, happened)
