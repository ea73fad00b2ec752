"""F-DAY-1: footers, origin, lateness."""

from datetime import date

import pytest
from tests.cadence.desk import at, march

from guanxi.performance.rules.daily_reports import (
    FollowUp,
    PlannedTask,
    ReportRow,
    before_day,
    footers,
    free_lines,
    is_late,
    origin,
    plan,
)


def row(customer: int, *, reached: bool) -> ReportRow:
    return ReportRow(
        customer,
        "王芳",
        "CR-V",
        "139****0001",
        True,
        "6",
        "PUSH",
        "B",
        "B",
        "PHONE",
        "CARRY",
        reached,
        "聊了价格",
    )


def test_r_day_04_the_counts_are_computed():
    """14 rows, 9 reached; before today 121 rows, 98 valid → 135 and 107."""
    rows = [row(number, reached=number < 9) for number in range(14)]
    told = footers(rows, (121, 98), {"H": 2, "A": 3, "O": 1}, {"OWN_SALE": 5})
    assert (told["touches"], told["reached"], told["month_rows"], told["month_valid"]) == (14, 9, 135, 107)
    assert told["stock"] == {"H": 2, "A": 3, "B": 0, "C": 0}
    assert told["owners"] == {"OWN_SALE": 5, "OTHER_SALE": 0}


def test_7_6_two_touches_of_one_customer_are_two_rows_and_one_customer():
    told = footers([row(1, reached=False), row(1, reached=True)], (0, 0), {}, {})
    assert (told["touches"], told["customers"], told["month_rows"], told["month_valid"]) == (2, 1, 2, 1)


def test_r_day_05_a_day_without_contacts_has_counts():
    assert footers([], (0, 0), {}, {})["touches"] == 0


@pytest.mark.parametrize(
    ("opened", "is_open", "told"),
    [
        (date(2026, 2, 28), True, "CARRY"), (date(2026, 3, 1), True, "NEW"), (date(2026, 3, 1), False, ""),
    ],
)  # fmt: skip
def test_where_a_customer_comes_from(opened, is_open, told):
    assert origin(opened, date(2026, 3, 31), is_open=is_open) == told


@pytest.mark.parametrize(
    ("submitted", "late"),
    [
        (at(2, 23, 59), False),
        (at(3, 0, 1), False),
        (at(3, 9), False),
        (at(3, 9).replace(second=1), True),
        (at(5, 8), True),
    ],
)
def test_r_day_05_late_after_nine_of_the_next_day(submitted, late):
    assert is_late(submitted, date(2026, 3, 2), 9) is late


def test_r_day_02_free_rows_are_lines():
    assert free_lines(" 发传单 200 张\n\n  整理展车 ") == ["发传单 200 张", "整理展车"]


def task(customer: int, created: int = 1, due: int = 3, ended: int | None = None, **facts) -> PlannedTask:
    told = {"retry_on": None, "is_instruction": False, "owner": 1, "told": {"customer_id": customer}} | facts
    ended_on = march(ended) if ended else None
    return PlannedTask(customer, created_on=march(created), due_on=march(due), ended_on=ended_on, **told)


@pytest.mark.parametrize(
    ("one", "is_planned"),
    [
        (task(1), True),
        (task(1, due=4), False),
        # Tried in vain it waits for its retry, whatever it was due on.
        (task(1, due=2, retry_on=march(4)), False),
        (task(1, due=9, retry_on=march(3)), True),
        (task(1, created=2), True),
        (task(1, created=3), False),
        (task(1, ended=2), False),
        (task(1, ended=3), True),
        (task(1, owner=2), False),
    ],
)
def test_r_day_02_the_plan_is_what_waited_on_the_evening(one, is_planned):
    found = plan([one], march(2), march(3), lambda asked: asked.owner == 1)
    assert [row["customer_id"] for row in found] == [1] * is_planned


def test_r_day_02_each_customer_stands_once_in_the_plan_and_who_a_leader_asked_for_first():
    tasks = [task(1), task(2), task(3), task(2), task(3, is_instruction=True)]
    found = plan(tasks, march(2), march(3), lambda _task: True)
    assert [row["customer_id"] for row in found] == [3, 1, 2]


@pytest.mark.parametrize(
    ("created", "due", "ended", "was_planned"),
    [
        (1, 3, None, True), (1, 2, 3, True), (1, 2, 2, False), (1, 4, None, False), (3, 3, None, False),
    ],
)  # fmt: skip
def test_r_day_01_a_contact_was_planned_when_the_morning_found_it_due(created, due, ended, was_planned):
    one = FollowUp(march(created), march(due), march(ended) if ended else None)
    assert one.was_planned(march(3)) == was_planned


def test_r_day_04_the_month_so_far_ends_before_the_day_and_begins_with_the_month():
    counts = {date(2026, 2, 28): (9, 9), march(1): (2, 1), march(2): (3, 0), march(3): (4, 4)}
    assert before_day(counts, march(3)) == (5, 1)
    assert before_day(counts, march(1)) == (0, 0)
