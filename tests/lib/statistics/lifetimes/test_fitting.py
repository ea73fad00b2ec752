"""Parameters found again in customers made up with them; what is refused; what a fit does not depend on."""

import numpy as np
import pytest

from guanxi.lib.statistics.lifetimes import bgnbd, gamma_gamma, mbgnbd, pnbd
from guanxi.lib.statistics.lifetimes.bgnbd import BgNbd
from guanxi.lib.statistics.lifetimes.gamma_gamma import GammaGamma
from guanxi.lib.statistics.lifetimes.histories import Histories
from guanxi.lib.statistics.lifetimes.mbgnbd import MbgNbd
from guanxi.lib.statistics.lifetimes.pnbd import ParetoNbd
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

MODELS = [
    (bgnbd, BgNbd(0.6, 5, 0.8, 2.4)),
    (mbgnbd, MbgNbd(0.6, 5, 0.8, 2.4)),
    (pnbd, ParetoNbd(0.6, 8, 0.6, 12)),
]
FITS = [bgnbd, mbgnbd, pnbd]


def ages(customers, seed=2):
    return np.random.default_rng(seed).uniform(30, 80, customers)


@pytest.fixture(scope="module")
def bought():
    """Two thousand customers, in whole days."""
    return ParetoNbd(0.6, 8, 0.6, 12).simulate(ages(2_000), np.random.default_rng(4))


@pytest.mark.parametrize(("module", "truth"), MODELS)
def test_parameters_are_found_again(module, truth):
    made_up = truth.simulate(ages(60_000), np.random.default_rng(7), horizon=40)
    histories = made_up.histories()
    fitted = module.fit(histories)
    found = fitted.parameters
    assert fitted.converged and fitted.customers == 60_000
    assert [found.r, found.alpha] == pytest.approx([truth.r, truth.alpha], rel=0.05)
    others = (("a", "b") if module is not pnbd else ("s", "beta"))  # fmt: skip
    for name in others:
        assert getattr(found, name) == pytest.approx(getattr(truth, name), rel=0.12)
    # No parameters are likelier than those found; and what they forecast comes.
    assert fitted.log_likelihood >= module.score(np.array([*vars(truth).values()]), histories)[0]
    assert found.expected_purchases(histories, 40).sum() == pytest.approx(made_up.future.sum(), rel=0.03)
    if module is not bgnbd:
        assert found.probability_alive(histories).mean() == pytest.approx(made_up.alive.mean(), abs=0.02)


@pytest.mark.parametrize("module", FITS)
def test_days_and_weeks_find_the_same_customers(module, bought):
    weeks, days = bought.histories_in_days(), bought.histories_in_days()
    days = days.in_unit(1 / 7)
    by_week, by_day = module.fit(weeks), module.fit(days)
    assert by_day.parameters.r == pytest.approx(by_week.parameters.r, rel=1e-6)
    assert by_day.parameters.alpha == pytest.approx(7 * by_week.parameters.alpha, rel=1e-6)
    # The density of a purchase is told per unit of time.
    shift = weeks.counts @ weeks.repeats * np.log(7)
    assert by_day.log_likelihood == pytest.approx(by_week.log_likelihood - shift, abs=1e-6)


@pytest.mark.parametrize("module", FITS)
def test_equal_histories_packed_tell_the_same_as_one_by_one(module, bought):
    packed = bought.histories_in_days()
    one_by_one = Histories.of(
        *(packed.expand(column) for column in (packed.repeats, packed.last, packed.age))
    )
    assert packed.rows < one_by_one.rows == packed.customers == 2_000
    fitted, other = module.fit(packed), module.fit(one_by_one)
    assert fitted.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-6)
    here, there = (
        one.parameters.expected_purchases(rows, 9) for one, rows in ((fitted, packed), (other, one_by_one))
    )
    assert here == pytest.approx(there, rel=1e-4)
    assert (packed.expand(packed.repeats) == bought.repeats).all()


@pytest.mark.parametrize("module", FITS)
@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("too_few_repeat_buyers", ([0] * 500, [0] * 500, [30] * 500)),
        ("too_few_repeat_buyers", ([1], [2], [3])),
        ("too_few_repeat_buyers", ([], [], [])),
        ("identical", ([2] * 150, [9] * 150, [30] * 150)),
        ("not_finite", ([1], [np.nan], [3])),
        ("not_finite", ([np.inf], [1], [3])),
        ("not_a_history", ([1], [4], [3])),
        ("not_a_history", ([-1], [0], [3])),
        ("not_a_history", ([1.5], [1], [3])),
        ("not_a_history", ([0], [1], [3])),
        ("not_a_history", ([1, 2], [1], [3])),
    ],
)
def test_what_carries_no_model_is_refused_with_its_reason(module, code, columns):
    with pytest.raises(ModelRefused) as refused:
        module.fit(Histories.of(*columns))
    assert refused.value.code == code


def test_days_are_whole_and_not_beyond_all_time():
    for columns in (([1], [1.5], [3]), ([1], [1], [2_000_000]), ([5_000_000], [1], [3])):
        with pytest.raises(ModelRefused):
            Histories.of_days(*columns)


@pytest.mark.parametrize("module", FITS)
def test_customers_hardly_different_end_at_the_border_and_say_so(module):
    """Everybody buys at the same rate: no finite r is likeliest. The forecast still holds."""
    generator = np.random.default_rng(5)
    times = np.full(400, 30.0)
    bought = generator.binomial(10, 0.5, 400).astype(float)
    histories = Histories.of(bought, np.where(bought > 0, 30 - generator.uniform(0, 5, 400), 0), times)
    fitted = module.fit(histories)
    assert not fitted.converged
    rate = fitted.parameters.expected_purchases(histories, 3).mean()
    assert rate == pytest.approx(0.5, rel=0.15)


def test_spends_are_found_again_in_yuan_and_in_fen():
    generator, truth = np.random.default_rng(6), GammaGamma(6.25, 3.74, 15.4)
    repeats = generator.poisson(2, 40_000).astype(float)
    means = truth.simulate(repeats, generator)
    fitted = gamma_gamma.fit(repeats, means)
    found = fitted.parameters
    assert fitted.converged and fitted.customers == (repeats > 0).sum()
    assert [found.p, found.q, found.v] == pytest.approx([truth.p, truth.q, truth.v], rel=0.06)
    in_fen = gamma_gamma.fit(repeats, means * 100)
    assert in_fen.parameters.v == pytest.approx(100 * found.v, rel=1e-6)
    assert in_fen.log_likelihood == pytest.approx(fitted.log_likelihood - fitted.customers * np.log(100))


def test_who_bought_often_is_believed_and_who_never_did_spends_as_all():
    model = GammaGamma(6, 4, 15)
    seldom, often, never = model.expected_spend([1, 40, 0], [100, 100, 0])
    assert never == pytest.approx(6 * 15 / 3)
    assert never < seldom < often < 100


@pytest.mark.parametrize(
    ("code", "purchases", "means"),
    [
        ("spend_follows_frequency", np.arange(1, 201), np.arange(1, 201) ** 0.5),
        ("spend_follows_frequency", np.arange(1, 201), 500 - np.arange(1, 201)),
        ("too_few_repeat_buyers", np.ones(99), np.arange(1, 100)),
        ("identical", np.arange(1, 201), np.full(200, 80)),
        ("not_a_spend", np.ones(200), np.arange(200)),
        ("not_finite", np.ones(200), np.full(200, np.nan)),
    ],
)
def test_spends_that_carry_no_model_are_refused_with_the_reason(code, purchases, means):
    with pytest.raises(ModelRefused) as refused:
        gamma_gamma.fit(purchases, means)
    assert refused.value.code == code


def test_without_a_mean_no_spend_is_expected():
    with pytest.raises(ModelRefused) as refused:
        GammaGamma(6, 0.9, 15).expected_spend([1], [10])
    assert refused.value.code == "no_mean_spend"
