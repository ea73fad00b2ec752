"""Calendar arithmetic on business dates (handbook 0.2)."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONGEST_CLOSURE = 60

_DAY = timedelta(days=1)
_NEAR = timedelta(days=3_653)


class NoOpenDay(ValueError):
    """The calendar is closed for 60 days on end, which is an error in the calendar."""


def is_near(day: date, on: date) -> bool:
    """Whether ``day`` is within ten years of ``on``; the year 0001 or 2206 is a slip of the keyboard."""
    return abs(day - on) <= _NEAR


def next_open(day: date, is_closed: Callable[[date], bool]) -> date:
    """Return `day` if it is open, else the first open day after it. Raises `NoOpenDay` after 60 steps."""
    return _walk(day, is_closed, _DAY)


def previous_open(day: date, is_closed: Callable[[date], bool]) -> date:
    """Return `day` if it is open, else the last open day before it. Raises `NoOpenDay` after 60 steps."""
    return _walk(day, is_closed, -_DAY)


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has fewer days."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def spring_festival_days(year: int) -> list[date]:
    """Return 除夕, 初一, 初二, 初三 of the lunar year that begins in `year`, in order.

    除夕 is counted back from 初一: the twelfth month has 29 or 30 days, and asking for 腊月三十 in a
    29-day year fails.
    """
    return [_lunar_new_year(year) + _DAY * offset for offset in (-1, 0, 1, 2)]


@lru_cache(maxsize=128)
def _lunar_new_year(year: int) -> date:
    from lunar_python import Lunar

    first = Lunar.fromYmd(year, 1, 1).getSolar()
    return date(first.getYear(), first.getMonth(), first.getDay())


def local_date(instant: datetime, tz_name: str) -> date:
    """Return the business date of an instant in the store's zone. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its time zone")
    return instant.astimezone(ZoneInfo(tz_name)).date()


def _walk(day: date, is_closed: Callable[[date], bool], step: timedelta) -> date:
    for offset in range(LONGEST_CLOSURE + 1):
        candidate = day + step * offset
        if not is_closed(candidate):
            return candidate
    raise NoOpenDay(f"no open day within {LONGEST_CLOSURE} days of {day}")
