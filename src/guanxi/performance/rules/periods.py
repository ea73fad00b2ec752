"""What a form of a period is about, in days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Days:
    """The days ``first`` to ``last``, told as they stood at the end of ``as_of``, which may lie before ``last``.

    ``over`` says that ``as_of`` itself has passed, so that what was due on it is missed. ``until`` is the cut-off
    of a close: what was recorded from that instant on is not told.
    """

    first: date
    last: date
    as_of: date
    over: bool = False
    until: datetime | None = None

    def is_over(self, on: date) -> bool:
        """Whether a day has passed."""
        return on < self.as_of or (self.over and on == self.as_of)

    @property
    def month(self) -> date:
        """The first day of the month."""
        return self.first.replace(day=1)

    @property
    def seen(self) -> date:
        """The last day that had come by ``as_of``."""
        return min(self.last, self.as_of)

    @property
    def next_day(self) -> date:
        """The day after the last."""
        return self.last + timedelta(days=1)

    @property
    def after_seen(self) -> date:
        """The day after ``as_of``: what was recorded from its midnight on is not told."""
        return self.as_of + timedelta(days=1)


def start_of(on: date, timezone: str) -> datetime:
    """The first instant of a business day."""
    return datetime.combine(on, time(), ZoneInfo(timezone))


def day(on: date) -> Days:
    return Days(on, on, on)


def month_of(on: date, as_of: date) -> Days:
    """The whole month of ``on``."""
    first = on.replace(day=1)
    return Days(first, first.replace(day=monthrange(on.year, on.month)[1]), as_of)
