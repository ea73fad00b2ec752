from datetime import UTC, date, datetime

import pytest

from guanxi.lib.dates import (
    NoOpenDay,
    local_date,
    months_later,
    next_open,
    previous_open,
    spring_festival_days,
)


def is_weekend(day):
    return day.weekday() >= 5


def test_an_open_day_stays_and_a_closed_one_moves():
    friday, saturday, monday = date(2026, 11, 6), date(2026, 11, 7), date(2026, 11, 9)
    assert next_open(friday, is_weekend) == previous_open(friday, is_weekend) == friday
    assert next_open(saturday, is_weekend) == monday
    assert previous_open(saturday, is_weekend) == friday


def test_a_calendar_without_open_days_is_refused():
    for walk in (next_open, previous_open):
        with pytest.raises(NoOpenDay):
            walk(date(2026, 11, 6), lambda day: True)


@pytest.mark.parametrize(
    ("year", "eve"),
    [
        (2024, date(2024, 2, 9)),
        (2025, date(2025, 1, 28)),
        (2026, date(2026, 2, 16)),
        (2027, date(2027, 2, 5)),
    ],
)
def test_spring_festival_begins_on_the_eve_in_years_of_29_and_30_days(year, eve):
    days = spring_festival_days(year)
    assert days[0] == eve
    assert [(day - eve).days for day in days] == [0, 1, 2, 3]


def test_the_business_date_is_the_stores():
    instant = datetime(2026, 11, 1, 16, 30, tzinfo=UTC)
    assert local_date(instant, "Asia/Shanghai") == date(2026, 11, 2)
    assert local_date(instant, "UTC") == date(2026, 11, 1)
    with pytest.raises(ValueError):
        local_date(instant.replace(tzinfo=None), "Asia/Shanghai")


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2026, 3, 2), 10, date(2027, 1, 2)),
    ],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert months_later(day, months) == then
