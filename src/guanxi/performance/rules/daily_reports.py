"""The daily report F-DAY-1: its rows, its footers and when it is late (R-DAY-01 … R-DAY-05). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any


@dataclass(frozen=True)
class ReportRow:
    """One touch of the day, with everything the form asks (R-DAY-01)."""

    customer_id: int
    name: str
    model: str
    phone: str
    planned: bool
    channel: str
    purpose: str
    level_before: str
    level_after: str
    method: str
    origin: str
    reached: bool
    course: str

    def told(self) -> dict[str, Any]:
        return dict(self.__dict__)


def origin(opened_on: date, on: date, *, is_open: bool) -> str:
    """促进成交: CARRY for an intent customer from before the month, NEW for one of this month, "" for others."""
    if not is_open:
        return ""
    return "CARRY" if opened_on < on.replace(day=1) else "NEW"


def footers(
    rows: Iterable[ReportRow], earlier: tuple[int, int], stock: Mapping[str, int], owners: Mapping[str, int]
) -> dict[str, Any]:
    """R-DAY-04: computed, never typed. ``earlier`` are the rows and valid contacts of the month before the day.

    Two rows of one customer are two rows and one customer visited (7.6).
    """
    given = list(rows)
    reached = sum(row.reached for row in given)
    return {
        "touches": len(given),
        "reached": reached,
        "customers": len({row.customer_id for row in given}),
        "month_rows": earlier[0] + len(given),
        "month_valid": earlier[1] + reached,
        "stock": {level: stock.get(level, 0) for level in "HABC"},
        "owners": {kind: owners.get(kind, 0) for kind in ("OWN_SALE", "OTHER_SALE")},
    }


def due_at(on: date, late_hour: int) -> tuple[date, time]:
    """Until when the report of ``on`` is in time: the hour of the next day (R-DAY-05)."""
    return on + timedelta(days=1), time(late_hour)


def is_late(submitted: datetime, on: date, late_hour: int) -> bool:
    """7.6: after the hour of the next day, in the store's own time; on the hour it is in time."""
    return (submitted.date(), submitted.time().replace(tzinfo=None)) > due_at(on, late_hour)


def free_lines(text: str) -> list[str]:
    """R-DAY-02: what the consultant adds, a line for each piece of work."""
    return [line.strip() for line in text.splitlines() if line.strip()]
