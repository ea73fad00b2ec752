"""F-DAY-1: footers, origin, lateness."""

from datetime import date

import pytest
from tests.cadence.desk import at

from guanxi.performance.rules.daily_reports import ReportRow, footers, free_lines, is_late, origin


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
