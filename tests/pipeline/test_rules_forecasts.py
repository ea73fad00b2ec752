"""Forecast, coverage, spread and calibration (R-OPP-02, R-OPP-03, R-OPP-05, G28)."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.pipeline.rules.forecasts import (
    calibration,
    cost_share,
    coverage,
    distribution,
    forecast,
    slipped,
    win_percent,
    win_rate,
    won_at_age,
)

G28 = [(Decimal(100_000), 50), (Decimal(40_000), 75), (Decimal(200_000), 10)]


def test_g28_r_opp_02_the_sum_of_amount_times_probability():
    assert forecast(G28) == 100_000
    assert forecast([]) == 0


def test_r_opp_03_the_example_of_the_handbook():
    found = coverage(Decimal("1.0e8"), Decimal("2.5e8"), Fraction(3, 10))
    assert (found.expected, found.gap) == (Decimal("7.5e7"), Decimal("2.5e7"))
    assert found.extra_pipeline == Decimal("83333333.33")


def test_r_opp_03_edges():
    covered = coverage(Decimal(100), Decimal(1000), Fraction(1, 2))
    assert (covered.gap, covered.extra_pipeline) == (0, 0)
    # Nobody ever wins: no pipeline would be enough.
    assert coverage(Decimal(100), Decimal(1000), Fraction(0)).extra_pipeline is None


def test_g28_as_a_spread():
    spread = distribution(G28)
    assert spread.is_exact
    assert (spread.quantile(10), spread.quantile(50), spread.quantile(90)) == (0, 100_000, 140_000)
    assert spread.at_least(Decimal(0)) == 1
    assert spread.at_least(Decimal(340_000)) == Decimal("0.0375")
    assert spread.at_least(Decimal("340000.01")) == 0


def brute(chances):
    """Sum → its exact probability, by every combination of won and lost."""
    found = {}
    for outcome in product((True, False), repeat=len(chances)):
        weight, total = Fraction(1), Decimal(0)
        for (amount, percent), won in zip(chances, outcome, strict=True):
            weight *= Fraction(percent if won else 100 - percent, 100)
            total += amount if won else 0
        found[total] = found.get(total, Fraction(0)) + weight
    return found


CHANCES = st.lists(
    st.tuples(st.integers(1, 60).map(lambda n: Decimal(n) / 4), st.integers(0, 100)), max_size=8
)


@settings(max_examples=80, deadline=None)
@given(CHANCES)
def test_the_spread_is_that_of_every_combination(chances):
    spread, exact = distribution(chances), brute(chances)
    assert spread.is_exact
    got = {spread.step * place: Fraction(weight) for place, weight in enumerate(spread.weights) if weight}
    assert got == {total: weight for total, weight in exact.items() if weight}
    for percent in (10, 50, 90):
        reached, wanted = Fraction(0), Decimal(0)
        for total in sorted(exact):
            reached += exact[total]
            if reached >= Fraction(percent, 100):
                wanted = total
                break
        assert spread.quantile(percent) == wanted


def test_amounts_without_a_common_measure_are_rounded_to_a_thousandth_of_their_sum():
    spread = distribution([(Decimal("1000000.01"), 50), (Decimal("777777.77"), 50)])
    assert not spread.is_exact
    assert spread.step == Decimal("1777.78")
    assert abs(spread.quantile(90) - Decimal("1777777.78")) <= 2 * spread.step
    assert sum(spread.weights) == 1


def test_nothing_open_is_nothing():
    spread = distribution([])
    assert (spread.quantile(50), spread.at_least(Decimal(1)), spread.is_exact) == (0, 0, True)


def test_many_small_ones_come_near_their_mean():
    spread = distribution([(Decimal(1000), 50)] * 400)
    assert spread.quantile(50) == 200_000
    assert Decimal(180_000) < spread.quantile(10) < Decimal(200_000) < spread.quantile(90) < Decimal(220_000)


def test_words_are_held_against_outcomes():
    closed = [([10, 50], True)] * 3 + [([10, 25], False)] * 7
    table = {band.low: band for band in calibration(closed, 5)}
    assert (table[0].count, table[0].won, table[0].rate) == (10, 3, Fraction(3, 10))
    assert (table[40].count, table[40].won, table[40].rate) == (3, 3, None)
    assert (table[20].count, table[20].won, table[20].rate, table[20].stated) == (7, 0, Fraction(0), 25)
    assert (table[80].count, table[80].stated, table[80].rate) == (0, None, None)


def test_said_twice_in_one_band_counts_once_with_the_mean():
    band = calibration([([50, 55, 45], True)], 1)[2]
    assert (band.count, band.stated) == (1, 50)


def test_below_enough_closed_ones_the_stage_speaks():
    table = calibration([([50], True)] * 4, 5)
    assert win_percent(55, 50, table) == 50
    table = calibration([([50], True)] * 4 + [([50], False)] * 2, 5)
    assert win_percent(55, 50, table) == 67
    assert win_percent(100, 75, table) == 75


def test_the_win_rate_is_the_packs_until_enough_are_closed():
    assert win_rate(3, 9, 10, Decimal("0.30")) == Fraction(3, 10)
    assert win_rate(4, 10, 10, Decimal("0.30")) == Fraction(2, 5)


def test_of_those_that_got_as_old():
    lives = [(10, True), (30, True), (60, False), (90, False), (120, True)]
    assert won_at_age(lives, 60, 3) == Fraction(1, 3)
    assert won_at_age(lives, 61, 3) is None
    assert won_at_age(lives, 0, 5) == Fraction(3, 5)


@pytest.mark.parametrize(
    ("minutes", "cash", "amount", "cost", "share"),
    [
        (90, "500", "100000", "650.00", Fraction(650, 100_000)),
        (0, "0", "100000", "0", Fraction(0)),
        (20, "0", "100000", "33.33", Fraction(100, 3) / 100_000),
        (60, "0", "0", "100", None),
    ],
)
def test_r_opp_05_minutes_become_money(minutes, cash, amount, cost, share):
    assert cost_share(minutes, Decimal(cash), Decimal(100), Decimal(amount)) == (Decimal(cost), share)


def test_how_often_a_closing_was_put_off():
    dates = {
        1: ["2026-03-01", "2026-03-01", "2026-04-01", "2026-03-20", "2026-05-01"],
        2: ["2026-03-01"],
        3: [],
    }
    assert slipped(dates) == {1: 2}
