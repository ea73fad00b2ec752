"""The daily report F-DAY-1: its rows, its footers and when it is late (R-DAY-01 … R-DAY-05). Pure."""

from collections.abc import Callable, Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task as the plan of the next day needs it; ``ended_on`` is None while it is open. ``told`` is the row of its
    customer."""

    customer_id: int
    owner: int | None
    created_on: date
    due_on: date
    retry_on: date | None
    ended_on: date | None
    is_instruction: bool
    told: Mapping[str, Any]

    def is_asked_for(self, on: date, then: date) -> bool:
        """Whether it waited on the evening of ``on`` and was to be done by ``then``: on its day or, once tried in
        vain, when it is to be retried (R-FUP-01)."""
        if self.created_on > on or (self.ended_on is not None and self.ended_on <= on):
            return False
        return (self.retry_on or self.due_on) <= then


def plan(
    tasks: Iterable[PlannedTask], on: date, then: date, is_mine: Callable[[PlannedTask], bool]
) -> list[dict[str, Any]]:
    """Whom ``then``, the next open day, asks for as it stood on the evening of ``on``: each customer once, with the
    first of ``tasks``, which come in the order of Today; who a leader asked for before the others (R-DAY-02)."""
    asked_for = [task for task in tasks if task.is_asked_for(on, then) and is_mine(task)]
    instructed = {task.customer_id for task in asked_for if task.is_instruction}
    found: dict[int, dict[str, Any]] = {}
    for task in sorted(asked_for, key=lambda task: task.customer_id not in instructed):
        found.setdefault(task.customer_id, dict(task.told))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up of a customer touched; ``ended_on`` is None while it is open."""

    created_on: date
    due_on: date
    ended_on: date | None

    def was_planned(self, on: date) -> bool:
        """Whether the morning of ``on`` found it due."""
        return self.due_on <= on and self.created_on < on and (self.ended_on is None or self.ended_on >= on)


def before_day(counts: Mapping[date, tuple[int, int]], on: date) -> tuple[int, int]:
    """Of (rows, valid contacts) by day the sum of the month of ``on`` before it."""
    earlier = [told for day, told in counts.items() if on.replace(day=1) <= day < on]
    return sum(rows for rows, _valid in earlier), sum(valid for _rows, valid in earlier)


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
