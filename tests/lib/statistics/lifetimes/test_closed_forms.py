"""The value of a steady customer: the handbook's figures, and what makes no sense."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.lib.statistics.lifetimes.closed_forms import lifetime_value, with_referrals
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

CENT = D("0.01")


@pytest.mark.parametrize(
    ("years", "immediate", "expected"),
    [(None, False, "5333.33"), (None, True, "7333.33"), (5, False, "4248.19"), (5, True, "5841.27")],
)
def test_r_val_05_g22_four_timings_of_one_customer(years, immediate, expected):
    value = lifetime_value(D(2000), D("0.8"), D("0.1"), years=years, immediate=immediate)
    assert value.quantize(CENT) == D(expected)


@given(st.integers(1, 12), st.integers(0, 99), st.integers(0, 50), st.booleans())
def test_r_val_05_a_horizon_is_the_sum_of_its_years(years, retained, discounted, immediate):
    retention, discount = D(retained) / 100, D(discounted) / 100
    begin = 0 if immediate else 1
    yearly = [D(700) * (retention / (1 + discount)) ** t for t in range(begin, begin + years) if t]
    added = sum(yearly) + (700 if immediate else 0)
    value = lifetime_value(D(700), retention, discount, years=years, immediate=immediate)
    assert abs(value - added) < D("1e-18")


@pytest.mark.parametrize(
    ("retention", "discount"),
    [
        ("1", "0.1"),
        ("-0.01", "0.1"),
        ("0.8", "-0.2"),
        ("0.8", "-0.5"),
        ("0", "-1"),
        ("NaN", "0"),
        ("0.5", "NaN"),
    ],
)
def test_r_val_05_refuses_a_value_without_end(retention, discount):
    with pytest.raises(ModelRefused) as refused:
        lifetime_value(D(2000), D(retention), D(discount))
    assert refused.value.code == "not_a_rate"


def test_r_val_05_refuses_floats_and_no_years():
    with pytest.raises(ModelRefused):
        lifetime_value(D(2000), 0.8, D("0.1"))
    with pytest.raises(ModelRefused):
        lifetime_value(D(2000), D("0.8"), D("0.1"), years=0)


def test_r_val_05_who_never_returns_brings_the_first_margin_or_nothing():
    assert lifetime_value(D(2000), D(0), D("0.1")) == 0
    assert lifetime_value(D(2000), D(0), D("0.1"), immediate=True) == 2000


def test_r_val_06_referrals_raise_the_margin():
    assert with_referrals(D(2000), D("0.5"), D("0.35")) == D(2350)
    for referrals, close_rate in ((D(-1), D("0.35")), (D(1), D("1.01"))):
        with pytest.raises(ModelRefused):
            with_referrals(D(2000), referrals, close_rate)
