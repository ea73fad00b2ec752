"""Each model against the sum over all customers it could be, and each gradient against small steps."""

import numpy as np
import pytest
from scipy.special import gammaln
from tests.lib.statistics.lifetimes import integrals

from guanxi.lib.statistics.lifetimes import bgnbd, gamma_gamma, mbgnbd, pareto_integral, pnbd
from guanxi.lib.statistics.lifetimes.bgnbd import BgNbd
from guanxi.lib.statistics.lifetimes.gamma_gamma import GammaGamma, Spends
from guanxi.lib.statistics.lifetimes.histories import Histories
from guanxi.lib.statistics.lifetimes.mbgnbd import MbgNbd
from guanxi.lib.statistics.lifetimes.pnbd import ParetoNbd

HISTORIES = [(0, 0, 30), (0, 0, 0.5), (1, 0.2, 38), (2, 37.9, 38), (2, 38, 38), (7, 12, 39), (29, 30, 39)]
PARETO = [(0.55, 10.6, 0.6, 11.7), (0.9, 12, 1.0, 3), (2.5, 3, 0.4, 30), (0.3, 5, 2.2, 5)]
DROPOUT = [(0.24, 4.4, 0.8, 2.4), (0.5, 6, 1.0, 1.6), (1.3, 9, 2.5, 0.7), (0.6, 5, 0.3, 0.4)]
HORIZON = 26


@pytest.mark.parametrize("parameters", PARETO)
@pytest.mark.parametrize("history", HISTORIES)
def test_pareto_nbd_is_the_sum_over_all_customers(parameters, history):
    row, model = Histories.of(*history), ParetoNbd(*parameters)
    likelihood, alive, coming = integrals.pareto(parameters, *history, HORIZON)
    height, _ = pnbd.score(np.array(parameters), row)
    assert height == pytest.approx(np.log(likelihood), abs=1e-8)
    assert model.probability_alive(row)[0] == pytest.approx(alive, abs=1e-9)
    assert model.expected_purchases(row, HORIZON)[0] == pytest.approx(coming, rel=1e-7)
    assert model.expected_if_alive(row, HORIZON)[0] == pytest.approx(coming / alive, rel=1e-7)


@pytest.mark.parametrize("parameters", DROPOUT)
@pytest.mark.parametrize("history", HISTORIES)
def test_bg_nbd_is_the_sum_over_all_customers(parameters, history):
    row = Histories.of(*history)
    likelihood, _, coming = integrals.dropout(parameters, *history, HORIZON, first_may_be_last=False)
    height, _ = bgnbd.score(np.array(parameters), row)
    assert height == pytest.approx(np.log(likelihood), abs=1e-8)
    assert BgNbd(*parameters).expected_purchases(row, HORIZON)[0] == pytest.approx(coming, rel=1e-7)


@pytest.mark.parametrize("parameters", DROPOUT)
@pytest.mark.parametrize("history", HISTORIES)
def test_mbg_nbd_is_the_sum_over_all_customers(parameters, history):
    row, model = Histories.of(*history), MbgNbd(*parameters)
    likelihood, alive, coming = integrals.dropout(parameters, *history, HORIZON, first_may_be_last=True)
    height, _ = mbgnbd.score(np.array(parameters), row)
    assert height == pytest.approx(np.log(likelihood), abs=1e-8)
    assert model.probability_alive(row)[0] == pytest.approx(alive, abs=1e-9)
    assert model.expected_purchases(row, HORIZON)[0] == pytest.approx(coming, rel=1e-7)


@pytest.mark.parametrize("parameters", [(6.25, 3.74, 15.4), (0.7, 1.4, 200), (20, 9, 3)])
@pytest.mark.parametrize(("x", "mean"), [(1, 8.0), (3, 35.2), (12, 90)])
def test_gamma_gamma_is_the_sum_over_all_customers(parameters, x, mean):
    likelihood, expected = integrals.spend(parameters, x, mean)
    height, _ = gamma_gamma.score(np.array(parameters), Spends.of(np.array([float(x)]), np.array([mean])))
    assert height == pytest.approx(np.log(likelihood), abs=1e-8)
    assert GammaGamma(*parameters).expected_spend([x], [mean])[0] == pytest.approx(expected, rel=1e-8)


def test_a_new_customer_is_expected_to_buy_what_the_sum_says():
    """Somebody seen at age 0: BG/NBD's and Pareto/NBD's newcomer, and MBG/NBD's, who may have gone at once."""
    for parameters in PARETO:
        *_, coming = integrals.pareto(parameters, 0, 0, 0, HORIZON)
        assert ParetoNbd(*parameters).expected_of_new(HORIZON) == pytest.approx(coming, rel=1e-7)
    for parameters in DROPOUT:
        for model, may_go in ((BgNbd, False), (MbgNbd, True)):
            *_, coming = integrals.dropout(parameters, 0, 0, 0, HORIZON, may_go)
            assert model(*parameters).expected_of_new(HORIZON) == pytest.approx(coming, rel=1e-7)


@pytest.mark.parametrize("model", [bgnbd, mbgnbd, pnbd])
@pytest.mark.parametrize("parameters", [(0.24, 4.4, 0.8, 2.4), (3, 2, 1.5, 0.3)])
def test_gradients_are_those_of_small_steps(model, parameters):
    rows = Histories.of(*np.array(HISTORIES, dtype=float).T)
    _slopes_agree(lambda values: model.score(values, rows), np.array(parameters))


def test_the_gradient_of_spends_is_that_of_small_steps():
    spends = Spends.of(np.array([1.0, 1, 3, 12]), np.array([5.0, 80, 22, 31]))
    _slopes_agree(lambda values: gamma_gamma.score(values, spends), np.array([6.25, 3.74, 15.4]))


@pytest.mark.parametrize("turned", [False, True])
def test_weights_hold_for_thousands_of_purchases_and_the_last_one_today(turned):
    """Where differences of hypergeometric functions overflow or cancel; alpha above and below beta."""
    parameters = np.array([2.0, 900, 0.7, 30] if turned else [2.0, 30, 0.7, 900])
    row = Histories.of([5_000, 5_000, 3], [1_000, 999.999, 1e-9], [1_000, 1_000, 2e-9])
    weighed = pareto_integral.weigh(parameters, row)
    assert weighed.gone[0] == 0
    # So little after the last purchase, the integrand is what it is at its beginning.
    for place, share in ((1, 1e-3), (2, 1e-3)):
        silence = row.age[place] - row.last[place]
        rate = parameters[2] / (parameters[3] + row.last[place])
        assert weighed.gone[place] == pytest.approx(rate * silence, rel=5 * share)
    likelihood, slope = pnbd.score(parameters, row)
    assert np.isfinite(likelihood) and np.isfinite(slope).all()


def test_without_leaving_the_models_tell_a_negative_binomial():
    """a → 0 and s → 0: everybody stays, and what is left is Gamma-Poisson with its own formula."""
    r, alpha, x, last, age = 0.8, 6.0, 4, 20.0, 39.0
    expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + age)
    row = Histories.of(x, last, age)
    for model, values in ((bgnbd, (1e-9, 1)), (mbgnbd, (1e-9, 1)), (pnbd, (1e-9, 1))):
        height, _ = model.score(np.array([r, alpha, *values]), row)
        assert height == pytest.approx(expected, abs=1e-6)


def _slopes_agree(score, values):
    _, slope = score(values)
    for place, value in enumerate(values):
        step = np.zeros(len(values))
        step[place] = value * 1e-5
        steps = (score(values + step)[0] - score(values - step)[0]) / (2 * step[place])
        assert slope[place] == pytest.approx(steps, rel=1e-6, abs=1e-7)
