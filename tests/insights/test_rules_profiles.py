"""R-VAL-03, R-VAL-04: four dimensions, one score, one of four squares."""

from decimal import Decimal

import pytest

from guanxi.insights.rules.profiles import (
    Profile,
    influence_score,
    loyalty_score,
    percentile,
    potential_score,
)


def test_r_val_03_the_score_weighs_profit_double():
    assert Profile(80, 50, 70, 60).score == Decimal("68.0")


def test_r_val_03_an_unknown_loyalty_leaves_no_score():
    assert Profile(80, 50, None, 60).score is None


@pytest.mark.parametrize(
    ("ranks", "won", "points"),
    [
        ((3, 1), 0, 100),
        ((3, None), 0, 60),
        ((5, 5), 2, 40),
        ((), 3, 30),
        ((None, None), 0, 0),
        ((1, 2), 4, 100),
    ],
)
def test_r_val_04_influence_is_the_strongest_place_and_the_referrals_won(ranks, won, points):
    assert influence_score(ranks, won) == points


def test_r_val_04_loyalty_is_the_chance_to_be_there():
    assert [loyalty_score(0.7), loyalty_score(0.705), loyalty_score(None)] == [70, 71, None]


@pytest.mark.parametrize(("gaps", "points"), [(0, 0), (2, 40), (5, 100), (9, 100), (-1, 0)])
def test_r_val_04_potential_is_twenty_for_each_step_of_a_gap(gaps, points):
    assert potential_score(gaps) == points


def test_r_val_04_profit_is_the_percentile_with_half_of_the_ties():
    # Of ten, four below and two at the same margin.
    assert (percentile(4, 2, 10), percentile(9, 1, 10), percentile(0, 0, 0)) == (50, 95, 0)


@pytest.mark.parametrize(
    ("profile", "square"),
    [
        (Profile(60, 60, 40, 0), "KEEP"), (Profile(60, 0, 40, 58), "RAISE"),
        (Profile(60, 0, 38, 60), "NURTURE"), (Profile(0, 0, 99, 0), "MAINTAIN"), (Profile(50, 0, None, 0), "RAISE"),
    ],
)  # fmt: skip
def test_r_val_04_present_against_future_value(profile, square):
    assert profile.square(50, 30) == square
