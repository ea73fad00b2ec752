"""The cells of the month sheet: R-MON-01, R-MON-02 and the edges of 7.6."""

from dataclasses import replace
from datetime import date, timedelta

from guanxi.performance.rules.month_cells import DueDate, RowFacts, Stay, Touch, month_cells
from guanxi.performance.rules.periods import month_of

BEFORE = date(2026, 2, 28)
HERE = (Stay(BEFORE),)


def march(day):
    return date(2026, 3, day)


def days(as_of=31, *, over=True, month=3):
    """The month as told at the end (``over``) or in the middle of a day of it."""
    return replace(month_of(date(2026, month, 1), date(2026, month, as_of)), over=over)


def facts(*, stays=HERE, levels=((BEFORE, "B"),), changed=(), dues=(), touches=(), step=15):
    return RowFacts(
        stays, levels, frozenset(changed), dues, touches,
        lambda on: on + timedelta(days=step), lambda on: on + timedelta(days=1),
    )  # fmt: skip


def told(found, at):
    """The marks that are not blank, by day; red ones end with an exclamation mark."""
    cells = month_cells(found, at)
    assert len(cells.marks) == at.last.day
    return {day: mark + ("!" if day in cells.late else "") for day, mark in enumerate(cells.marks, 1) if mark}


def test_r_mon_01_a_planned_day_is_a_star_and_the_level_replaces_it():
    due = DueDate(march(12), march(1))
    assert told(facts(dues=[due]), days(10)) == {12: "*", 27: "*"}
    kept = [DueDate(march(12), march(1), None, march(12)), DueDate(march(27), march(12))]
    met = facts(dues=kept, touches=[Touch(march(12), True)], levels=((BEFORE, "B"), (march(12), "A")))
    assert told(met, days(12)) == {12: "A", 27: "*"}


def test_r_mon_01_missed_turns_red_the_day_after_and_only_once():
    due = DueDate(march(5), march(1))
    assert told(facts(dues=[due]), days(5, over=False)) == {5: "*", 20: "*"}
    assert told(facts(dues=[due]), days(6, over=False)) == {5: "*!", 20: "*"}
    late = DueDate(march(5), march(1), None, march(9))
    assert told(facts(dues=[late], touches=[Touch(march(9), True)]), days()) == {5: "*!", 9: "B"}


def test_r_mon_01_a_contact_before_the_date_leaves_no_star():
    early = DueDate(march(5), march(1), None, march(3))
    assert told(facts(dues=[early], touches=[Touch(march(3), True)]), days()) == {3: "B"}


def test_r_mon_01_g5_attempt_retry_and_one_star_for_one_date():
    """G5: due on the 4th, phone off; retried on the 5th, still nobody; reached on the 7th."""
    due = DueDate(march(4), march(2))
    tried = [Touch(march(4), False)]
    assert told(facts(dues=[due], touches=tried, step=2), days(4, over=False))[4] == "○"
    assert told(facts(dues=[due], touches=tried, step=2), days(4, over=False))[5] == "·"
    again = [*tried, Touch(march(5), False)]
    assert told(facts(dues=[due], touches=again), days(6, over=False)) == {4: "*○!", 5: "○", 6: "·", 19: "*"}
    done = DueDate(march(4), march(2), None, march(7))
    reached = facts(dues=[done], touches=[*again, Touch(march(7), True)])
    assert told(reached, days()) == {4: "*○!", 5: "○", 6: "·", 7: "B"}


def test_a_date_that_moved_before_its_day_was_never_in_force():
    moved = [DueDate(march(15), march(1), march(10)), DueDate(march(12), march(10), None, march(14))]
    found = told(facts(dues=moved, touches=[Touch(march(14), True)]), days())
    assert found == {12: "*!", 14: "B"}
    overdue = [DueDate(march(5), march(1), march(9)), DueDate(march(24), march(9))]
    assert told(facts(dues=overdue, changed=[march(9)], levels=((BEFORE, "A"), (march(9), "B"))), days(9)) == {
        5: "*!", 9: "B", 24: "*"
    }  # fmt: skip


def test_r_mon_02_nothing_before_the_customer_came():
    new = facts(
        stays=[Stay(march(10))], levels=((march(10), "A"),), changed=[march(10)],
        dues=[DueDate(march(3), march(10)), DueDate(march(17), march(10))],
        touches=[Touch(march(2), True), Touch(march(4), False)], step=7,
    )  # fmt: skip
    assert told(new, days(12)) == {10: "A", 17: "*", 24: "*", 31: "*"}


def test_7_6_days_a_short_month_has_not_are_no_cells():
    due = DueDate(date(2026, 2, 14), date(2026, 2, 1))
    row = facts(dues=[due], stays=[Stay(date(2026, 1, 31))], levels=((date(2026, 1, 31), "B"),), step=14)
    cells = month_cells(row, days(1, month=2))
    assert (len(cells.marks), [day for day, mark in enumerate(cells.marks, 1) if mark]) == (28, [14, 28])


def test_7_6_the_cell_shows_the_last_level_of_the_day():
    twice = facts(
        levels=((BEFORE, "B"), (march(9), "A"), (march(9), "H")),
        touches=[Touch(march(9), True), Touch(march(9), True)],
    )
    assert told(twice, days()) == {9: "H"}


def test_7_6_set_lost_and_reactivated_reads_h_f1_a():
    row = facts(
        stays=[Stay(march(2), march(10), "F1"), Stay(march(20))],
        levels=((march(2), "H"), (march(10), "F1"), (march(20), "A")),
        changed=[march(2), march(10), march(20)],
        dues=[DueDate(march(11), march(9), None, march(10)), DueDate(march(27), march(20))],
        touches=[Touch(march(15), True)],
    )
    assert told(row, days(20)) == {2: "H", 10: "F1", 20: "A", 27: "*"}


def test_7_6_a_handed_card_ends_with_an_arrow_and_starts_with_its_level():
    gave = facts(stays=[Stay(BEFORE, march(10), "→")], dues=[DueDate(march(12), march(1))])
    assert told(gave, days()) == {10: "→"}
    took = facts(stays=[Stay(march(10))], dues=[DueDate(march(12), march(1))])
    assert told(took, days(11)) == {10: "B", 12: "*", 27: "*"}
    met = facts(stays=[Stay(BEFORE, march(10), "→")], touches=[Touch(march(10), True)])
    assert told(met, days()) == {10: "B"}


def test_an_overdue_card_is_planned_from_its_date_on():
    assert told(facts(dues=[DueDate(march(4), march(2))], step=2), days(10)) == {
        4: "*!", 12: "*", 14: "*", 16: "*", 18: "*", 20: "*", 22: "*", 24: "*", 26: "*", 28: "*", 30: "*"
    }  # fmt: skip


def test_a_retry_is_off_when_the_date_moves_without_a_contact():
    dues = [DueDate(march(4), march(2), march(5)), DueDate(march(20), march(5))]
    row = facts(dues=dues, touches=[Touch(march(4), False)], changed=[march(5)])
    assert told(row, days(10)) == {4: "*○!", 5: "B", 20: "*"}


def test_r_fup_01_a_retry_is_off_when_another_level_planned_anew_though_the_date_stayed():
    row = facts(dues=[DueDate(march(20), march(2))], touches=[Touch(march(4), False)], changed=[march(4)])
    assert told(row, days(10))[5] == "·"
    assert 5 not in told(replace(row, replanned=[march(4)]), days(10))
    assert told(replace(row, replanned=[march(3)]), days(10))[5] == "·", "tried after it was judged"
