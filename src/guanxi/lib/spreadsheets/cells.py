"""Single cells as text and as dates; what cannot be read exactly is refused, never guessed (XLS-05)."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | date | datetime | time | None

EARLIEST_YEAR = 1900
LATEST_YEAR = 2199
LAST_SERIAL = 99_999

_SECONDS = r"(?:[:分](?:[0-9]{1,2}(?:\.[0-9]+)?秒?)?)?"
_TIME = rf"(?:[T\s]\s*[0-9]{{1,2}}[:时][0-9]{{1,2}}{_SECONDS}Z?)?"
_MONTH = r"\s*([0-9]{1,2})\s*"
_WRITTEN = re.compile(
    rf"([0-9]{{4}})\s*(?:-{_MONTH}-|/{_MONTH}/|\.{_MONTH}\.|年{_MONTH}月)"
    rf"\s*([0-9]{{1,2}})\s*[日号]?{_TIME}"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL_TEXT = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")


class DateRefused(ValueError):
    """The cell is filled, but not with a date that exists."""


def cell_text(cell: Cell) -> str:
    """Return the cell as people read it: 13800000000.0 is "13800000000", a date "2026-11-02", blank "".

    Outer spaces (full-width too), control and invisible characters and lone surrogates are removed; a line
    break inside the text stays, as "\\n". Width and case are kept.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    text = str(cell)
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return text.strip()


def cell_date(cell: Cell) -> date | None:
    """Return the date in a cell, None for a blank one.

    Reads dates, Excel serial numbers (1 to 99999, as text only with five digits), 20261102, and "2026-11-02",
    "2026/11/2", "2026.11.2", "2026年11月2日" with any width of digits and a time behind. Raises `DateRefused`
    for days that do not exist, two-digit years, years outside 1900-2199, and a bare year: the number 2026 is
    hardly a day of 1905.
    """
    if isinstance(cell, datetime):
        return _within(cell.date())
    if isinstance(cell, date):
        return _within(cell)
    if isinstance(cell, bool | time):
        raise DateRefused("not a date")
    if isinstance(cell, int | float):
        return _number(cell)
    text = unicodedata.normalize("NFKC", cell_text(cell)).strip()
    if not text:
        return None
    if match := _WRITTEN.fullmatch(text):
        year, *months, day = match.groups()
        return _day(year, next(month for month in months if month), day)
    if match := _COMPACT.fullmatch(text):
        return _day(*match.groups())
    if _SERIAL_TEXT.fullmatch(text):
        return _serial(float(text))
    raise DateRefused("not a date")


def _number(value: float) -> date:
    if isinstance(value, int) or value.is_integer():
        if EARLIEST_YEAR <= value <= LATEST_YEAR:
            raise DateRefused("a year is not a date")
        if match := _COMPACT.fullmatch(str(int(value))):
            return _day(*match.groups())
    return _serial(value)


def _serial(value: float) -> date:
    # Excel has a 29 February 1900, serial 60; the days before it are counted from another origin.
    if not 1 <= value <= LAST_SERIAL or int(value) == 60:
        raise DateRefused("not a serial number of a date")
    origin = date(1899, 12, 31) if value < 60 else date(1899, 12, 30)
    return origin + timedelta(days=int(value))


def _day(year: str, month: str, day: str) -> date:
    try:
        return _within(date(int(year), int(month), int(day)))
    except ValueError:
        raise DateRefused("no such day") from None


def _within(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise DateRefused("the year is out of range")
    return day
