"""R-FUP-01 … R-FUP-06 with the handbook's examples and boundary days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.cadence.rules.follow_ups import (
    NextDateRefused,
    check_next_date,
    contacts_needed,
    due_after_level_change,
    interval,
    ladder_step,
    lost_control_proposed,
    next_due,
    retry_after,
)
from guanxi.organization.rules.calendars import Calendar
from guanxi.playbooks.loader import load_pack, playbook_with

AUTO = load_pack("auto")
OPEN = Calendar()
FESTIVAL = Calendar(spring_festival=True)


def closed(*days):
    return Calendar(days=dict.fromkeys(days, True))


def march(day):
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("level", "days"), [("O", 7), ("H", 2), ("A", 7), ("B", 15), ("C", 30), ("N", 1), ("F1", 90), ("", 90)]
)
def test_r_fup_01_intervals(level, days):
    assert interval(level, AUTO) == days
    assert next_due(level, march(2), OPEN, AUTO) == march(2) + timedelta(days=days)


@pytest.mark.parametrize(
    ("level", "calendar", "due"),
    [
        ("H", closed(march(4)), march(3)),
        ("H", closed(march(3), march(4)), march(5)),
        ("O", closed(march(9)), march(8)),
        ("A", closed(march(9)), march(10)),
        ("N", closed(march(3)), march(4)),
        ("C", closed(date(2026, 4, 1), date(2026, 4, 2)), date(2026, 4, 3)),
    ],
)
def test_r_fup_02_closed_days(level, calendar, due):
    """H and O move back, never on or before the last contact; the others move forward."""
    assert next_due(level, march(2), calendar, AUTO) == due


def test_r_fup_02_the_store_is_closed_from_new_years_eve_to_the_third_day():
    """除夕 is 16 February 2026: an H contact on the 15th is due when the store opens again."""
    assert next_due("H", date(2026, 2, 15), FESTIVAL, AUTO) == date(2026, 2, 20)
    assert next_due("A", date(2026, 2, 11), FESTIVAL, AUTO) == date(2026, 2, 20)
    assert next_due("H", date(2026, 2, 14), FESTIVAL, AUTO) == date(2026, 2, 15)


@given(
    st.sampled_from("OHABCN"),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.sets(st.integers(1, 7), max_size=6),
    st.sets(st.integers(0, 40), max_size=25),
)
def test_r_fup_02_never_on_a_closed_day_and_always_after_the_contact(level, last, weekdays, offsets):
    calendar = Calendar(frozenset(weekdays), True, {last + timedelta(days=n): True for n in offsets})
    due = next_due(level, last, calendar, AUTO)
    assert not calendar.is_closed(due)
    assert due > last


@pytest.mark.parametrize(
    ("old_level", "new_level", "old_due", "due"),
    [
        ("A", "H", march(15), march(12)),  # G6
        ("A", "H", march(11), march(11)),
        ("H", "A", march(11), march(17)),
        ("N", "B", march(3), march(3)),
        ("B", "C", None, date(2026, 4, 9)),
    ],
)
def test_g6_r_fup_03_level_changes_on_10_march(old_level, new_level, old_due, due):
    assert due_after_level_change(old_level, new_level, old_due, march(10), march(2), OPEN, AUTO) == due


def test_r_fup_03_a_date_moved_back_does_not_fall_before_today():
    holiday = closed(*[march(day) for day in range(9, 15)])
    assert due_after_level_change("A", "H", None, march(10), march(2), holiday, AUTO) == march(15)


def test_g5_r_fup_01_an_attempt_is_retried_on_the_next_open_day():
    """G5: phone off on 4 March: retry on the 5th; the operation keeps the due date."""
    assert retry_after(march(4), OPEN) == march(5)
    assert retry_after(march(4), closed(march(5), march(6))) == march(7)


def tries(*moments):
    return [
        (date(2026, 3, day), datetime(2026, 3, day, hour, minute, tzinfo=UTC))
        for day, hour, minute in moments
    ]


@pytest.mark.parametrize(
    ("attempts", "proposed"),
    [
        (tries((6, 10, 0), (5, 15, 0), (4, 10, 0)), True),
        (tries((5, 15, 0), (4, 10, 0)), False),
        (tries((4, 18, 0), (4, 15, 0), (4, 10, 0)), False),
        (tries((6, 10, 0), (5, 10, 0), (4, 10, 0)), False),
        (tries((6, 10, 1), (5, 9, 59), (4, 10, 5)), False),
        (tries((7, 10, 0), (6, 10, 0), (5, 10, 0), (4, 15, 0)), True),
        ([(march(6), None), (march(5), None), (march(4), None)], True),
        ([], False),
    ],
)
def test_r_fup_01_lost_control_needs_three_days_and_different_times(attempts, proposed):
    assert lost_control_proposed(attempts, AUTO) is proposed


def test_r_fup_01_retry_max_is_a_setting():
    pack = playbook_with("auto", {"retry.max": 1})
    assert lost_control_proposed(tries((4, 10, 0)), pack)


@pytest.mark.parametrize(
    ("level", "steps"),
    [
        ("H", {0: 0, 1: 2, 2: 3, 3: 3, 4: 4}),
        ("A", {1: 1, 2: 1, 3: 2, 6: 2, 7: 3, 13: 3, 14: 4}),
        ("B", {1: 1, 7: 2, 15: 3, 30: 4}),
        ("C", {14: 1, 15: 2, 30: 3, 60: 4}),
        ("O", {0: 0, 1: 1, 90: 1}),
        ("N", {1: 2, 4: 4}),
    ],
)
def test_r_fup_04_ladder(level, steps):
    assert {late: ladder_step(level, late, AUTO) for late in steps} == steps


def test_r_fup_04_owners_and_vip_supporters_are_never_released():
    assert ladder_step("H", 40, AUTO, keeps_owner=True) == 3


@pytest.mark.parametrize(
    ("began", "needed"),
    [(date(2026, 2, 27), 2), (march(1), 2), (march(10), 2), (march(11), 1), (march(20), 1), (march(21), 0)],
)
def test_r_fup_05_contacts_a_b_card_needs_in_march(began, needed):
    assert contacts_needed(began, march(1)) == needed


def check(chosen, asked=False, proposed=None):
    check_next_date(chosen, proposed or march(9), march(2), "A", asked, AUTO)


def test_r_fup_06_earlier_dates_need_no_reason():
    check(march(9))
    check(march(3))


@pytest.mark.parametrize(
    ("chosen", "asked", "reason"),
    [(march(2), False, "PAST"), (march(1), True, "PAST"), (march(10), False, "LATER_NEEDS_REASON"),
     (march(17), True, "TOO_FAR")],
)  # fmt: skip
def test_r_fup_06_refused_dates(chosen, asked, reason):
    with pytest.raises(NextDateRefused) as refused:
        check(chosen, asked)
    assert refused.value.reason == reason


def test_r_fup_06_two_intervals_when_the_customer_asked():
    check(march(16), asked=True)


def test_r_fup_06_a_date_moved_over_closed_days_stays_choosable():
    check(march(20), proposed=march(20))
    with pytest.raises(NextDateRefused) as refused:
        check(march(21), asked=True, proposed=march(20))
    assert refused.value.latest == march(20)


def test_r_fup_06_never_past_180_days():
    pack = playbook_with("auto", {"cadence.interval": {"O": 7, "H": 2, "A": 7, "B": 15, "C": 120, "N": 1}})
    latest = march(2) + timedelta(days=180)
    check_next_date(latest, date(2026, 6, 30), march(2), "C", True, pack)
    with pytest.raises(NextDateRefused):
        check_next_date(latest + timedelta(days=1), date(2026, 6, 30), march(2), "C", True, pack)
