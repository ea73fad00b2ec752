"""Quarters of a year; a quarter is told by its first day."""

from datetime import date, timedelta


def quarter_of(on: date) -> date:
    """The first day of the quarter ``on`` lies in."""
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def quarter_end(quarter: date) -> date:
    """Its last day."""
    year, month = (quarter.year + 1, 1) if quarter.month == 10 else (quarter.year, quarter.month + 3)
    return date(year, month, 1) - timedelta(days=1)


def quarter_before(quarter: date) -> date:
    return quarter_of(quarter - timedelta(days=1))


def quarter_number(quarter: date) -> int:
    """Which of its year, 1 to 4."""
    return (quarter.month - 1) // 3 + 1
