"""R-VAL-09 to R-VAL-12: who is a good customer, what serving costs, what two poor years ask for."""

from decimal import Decimal

import pytest

from guanxi.insights.rules.goodness import (
    ITEMS,
    Grade,
    NotMarked,
    Service,
    good_score,
    grade_of,
    must_choose,
    pays_off,
)  # fmt: skip


def marks(*given):
    return dict(zip(ITEMS, given, strict=True))


def test_r_val_09_income_above_the_cost_of_serving():
    assert pays_off(Decimal(9000), Decimal(7500)) is True
    assert pays_off(Decimal(7500), Decimal(7500)) is False
    assert pays_off(None, Decimal(0)) is None


def test_r_val_10_twelve_is_good():
    assert good_score(marks(2, 2, 1, 1, 2, 2, 1, 1)) == 12
    assert [grade_of(score, 12, 8) for score in (16, 12, 11, 8, 7, 0)] == [
        Grade.GOOD, Grade.GOOD, Grade.NORMAL, Grade.NORMAL, Grade.POOR, Grade.POOR,
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [3, -1, None])
def test_r_val_10_an_item_without_its_mark_is_refused_by_name(wrong):
    with pytest.raises(NotMarked) as refused:
        good_score(marks(2, 2, 1, 1, 2, 2, 1, 1) | {"PAYS": wrong})
    assert refused.value.item == "PAYS"


def test_r_val_11_two_poor_years_in_a_row_and_never_for_good():
    poor, good = Grade.POOR, Grade.GOOD
    assert must_choose({2025: poor, 2026: poor}, 2026)
    assert not must_choose({2025: poor, 2026: good}, 2026)
    assert not must_choose({2025: poor, 2026: poor, 2027: good}, 2027)
    # A year left out breaks the row.
    assert not must_choose({2024: poor, 2026: poor}, 2026)
    assert not must_choose({}, 2026)


def test_r_val_12_visits_and_what_else_was_spent():
    assert Service(6, 45, Decimal(60), gifts=Decimal(120)).cost == 390
    assert Service(0, 0, Decimal(60)).cost == 0
    assert Service(1, 1, Decimal(100), compensation=Decimal(1), delivery=Decimal(2)).cost == Decimal("4.67")
