"""What must hold of every forecast, whatever the parameters and the history; value, risk and how sure they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.lib.statistics.lifetimes import intervals, value
from guanxi.lib.statistics.lifetimes.bgnbd import BgNbd
from guanxi.lib.statistics.lifetimes.gamma_gamma import GammaGamma
from guanxi.lib.statistics.lifetimes.histories import Histories
from guanxi.lib.statistics.lifetimes.mbgnbd import MbgNbd
from guanxi.lib.statistics.lifetimes.pnbd import ParetoNbd

SHAPES = st.floats(0.05, 20)
TIMES = st.floats(0.5, 200)
MODELS = st.one_of(
    st.builds(BgNbd, SHAPES, TIMES, SHAPES, SHAPES),
    st.builds(MbgNbd, SHAPES, TIMES, SHAPES, SHAPES),
    st.builds(ParetoNbd, SHAPES, TIMES, SHAPES, TIMES),
)
DOUBTING = MODELS.filter(lambda model: not isinstance(model, BgNbd))


@st.composite
def rows(draw):
    repeats = draw(st.integers(0, 300))
    age = draw(st.floats(0, 500))
    return Histories.of(repeats, age * draw(st.floats(0, 1)) if repeats else 0, age)


def assert_at_most(smaller, larger):
    # A forecast has six digits or more where it is summed instead of told in closed form.
    assert smaller <= larger * (1 + 1e-5) + 1e-9


@settings(deadline=None)
@given(MODELS, rows(), st.floats(0, 300), st.floats(0, 300))
def test_forecasts_grow_with_the_horizon_and_ever_more_slowly(model, row, horizon, longer):
    first, rest, both = (
        float(model.expected_purchases(row, span)[0]) for span in (horizon, longer, horizon + longer)
    )
    assert first >= 0
    assert_at_most(first, both)
    assert_at_most(both, first + rest)
    # Nobody buys faster than at a rate that all who stay would keep.
    assert_at_most(first, (model.r + row.repeats[0]) / (model.alpha + row.age[0]) * horizon)
    assert_at_most(model.expected_of_new(horizon), model.r / model.alpha * horizon)


@settings(deadline=None)
@given(DOUBTING, rows(), st.floats(0, 300))
def test_silence_makes_being_alive_less_probable(model, row, longer):
    now, later = (float(model.probability_alive(one)[0]) for one in (row, row.silent_for(longer)))
    assert 0 <= later <= 1 and 0 <= now <= 1
    assert_at_most(later, now)


@settings(deadline=None)
@given(DOUBTING, rows())
def test_after_the_silence_told_being_alive_is_as_probable_as_not(model, row):
    exact = {"exact_to": 1e-7} if isinstance(model, ParetoNbd) else {}
    silence = float(model.silence_until_half(row, **exact)[0])
    if silence == 0:
        assert model.probability_alive(row)[0] <= 0.5 + 1e-9
    elif silence < 900:
        assert model.probability_alive(row.silent_for(silence))[0] == pytest.approx(0.5, abs=1e-4)
        assert_at_most(0.5, model.probability_alive(row.silent_for(silence * 0.9))[0])


def test_the_weekly_customer_is_missed_sooner_than_the_yearly_one():
    model = ParetoNbd(0.6, 8, 0.6, 12)
    weekly, yearly = model.silence_until_half(Histories.of([50, 3], [52, 150], [52, 150]))
    assert 0 < weekly < 30 < yearly < 1_000


def test_a_customer_never_missed_within_the_longest_silence_is_told_as_infinite():
    assert ParetoNbd(0.6, 8, 0.01, 500).silence_until_half(Histories.of(1, 5, 6), longest=20)[0] == np.inf


def test_no_model_but_bg_nbd_hides_the_probability_of_being_alive():
    assert not hasattr(BgNbd, "probability_alive")
    assert hasattr(MbgNbd, "probability_alive") and hasattr(ParetoNbd, "probability_alive")


def test_value_is_purchases_times_spend_and_at_risk_is_what_those_gone_would_have_brought():
    assert value.residual_value([2, 0], [300, 80], margin_rate=0.25).tolist() == [150, 0]
    assert value.value_at_risk([4, 4, 4], 100, [1, 0.25, 0], margin_rate=0.5).tolist() == [0, 150, 200]


@pytest.fixture(scope="module")
def base():
    generator = np.random.default_rng(8)
    return BgNbd(0.6, 5, 0.8, 2.4).simulate(generator.uniform(30, 80, 900), generator, horizon=30)


def test_the_same_seed_tells_the_same_interval_and_another_seed_another(base):
    histories, model = base.histories_in_days(), BgNbd(0.6, 5, 0.8, 2.4)
    first, second, other = (
        intervals.bootstrap(model, histories, 30, seed=seed, draws=12) for seed in (3, 3, 4)
    )
    assert (first.customers.high == second.customers.high).all() and first.total.high == second.total.high
    assert first.total.high != other.total.high
    assert len(first.customers.low) == 900 and first.refits == 12


def test_intervals_hold_what_happened_and_chance_widens_them(base):
    histories, model = base.histories_in_days(), BgNbd(0.6, 5, 0.8, 2.4)
    found = intervals.bootstrap(model, histories, 30, seed=1, draws=40)
    for band in (found.expected, found.total):
        assert band.low < band.middle < band.high
        assert band.low * 0.9 < base.future.sum() < band.high * 1.1
    expected = model.expected_purchases(histories, 30)
    assert found.expected.low < expected.sum() < found.expected.high
    assert (found.customers.low <= found.customers.high).all()


def test_a_larger_base_is_surer_at_the_same_cost(base):
    """Of many customers only some are made up anew; the band narrows as with all of them."""
    histories, model = base.histories(), BgNbd(0.6, 5, 0.8, 2.4)
    whole = intervals.bootstrap(model, histories, 30, seed=1, draws=40)
    part = intervals.bootstrap(model, histories, 30, seed=1, draws=40, most_simulated=225)
    widths = [(one.expected.high - one.expected.low) / one.expected.middle for one in (whole, part)]
    assert widths[1] == pytest.approx(widths[0], rel=0.6)


def test_intervals_of_value_know_both_models(base):
    generator, spending = np.random.default_rng(9), GammaGamma(6, 4, 150)
    histories = base.histories_in_days()
    means = spending.simulate(base.repeats, generator)
    model = BgNbd(0.6, 5, 0.8, 2.4)
    spend = intervals.Spend(spending, means, margin_rate=0.2)
    found = intervals.bootstrap(model, histories, 30, seed=1, spend=spend, draws=15)
    whole = model.expected_purchases(histories, 30) @ spending.expected_spend(base.repeats, means) * 0.2
    assert found.expected.low < whole < found.expected.high
    assert found.total.high - found.total.low > 0
