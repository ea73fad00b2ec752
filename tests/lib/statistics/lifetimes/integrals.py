"""The models told another way: the behaviour of one customer with known traits, summed over all traits numerically.

The sums run on even steps of the logarithms (or log odds) of two traits, which converges beyond double precision for
such smooth functions; nothing of the models' closed forms is used.
"""

import numpy as np
from scipy.special import betaln, expit, gammaln

LOG = np.linspace(-160, 9, 1400)[:, None]
OTHER_LOG = np.linspace(-160, 9, 701)[None, :]
ODDS = np.linspace(-130, 130, 1001)[None, :]


def pareto(parameters, x, last, age, horizon):
    """The likelihood of a history, the share of it with the customer still there, and the purchases in the horizon."""
    r, alpha, s, beta = parameters
    rate, leaving = np.exp(LOG), np.exp(OTHER_LOG)
    weight = _gamma(LOG, r, alpha) * _gamma(OTHER_LOG, s, beta) * (LOG[1, 0] - LOG[0, 0])
    weight = weight * (OTHER_LOG[0, 1] - OTHER_LOG[0, 0])
    bought = np.exp(x * LOG)
    there = bought * np.exp(-(rate + leaving) * age)
    # The moment of leaving lies between the last purchase and the age.
    span = (rate + leaving) * (age - last)
    gone = bought * leaving / (rate + leaving) * np.exp(-(rate + leaving) * last) * -np.expm1(-span)
    coming = rate / leaving * -np.expm1(-leaving * horizon)
    return _told(weight, there, gone, coming)


def dropout(parameters, x, last, age, horizon, first_may_be_last):
    r, alpha, a, b = parameters
    rate, chance, stay = np.exp(LOG), expit(ODDS), expit(-ODDS)
    steps = (LOG[1, 0] - LOG[0, 0]) * (ODDS[0, 1] - ODDS[0, 0])
    weight = _gamma(LOG, r, alpha) * np.exp(a * np.log(chance) + b * np.log(stay) - betaln(a, b)) * steps
    bought = np.exp(x * LOG)
    chances = x + 1 if first_may_be_last else x
    there = stay**chances * bought * np.exp(-rate * age)
    gone = chance * stay ** (chances - 1) * bought * np.exp(-rate * last) if chances else 0 * there
    coming = -np.expm1(-rate * chance * horizon) / chance
    return _told(weight, there, gone, coming)


def spend(parameters, x, mean):
    """The likelihood of a mean spend, and the expected one of the customer."""
    p, q, v = parameters
    scale = np.exp(np.linspace(-40, 10, 5001))
    step = 50 / 5000
    of_scale = np.exp(q * np.log(v * scale) - v * scale - gammaln(q))
    shape = p * x
    given = np.exp(shape * np.log(scale * x * mean) - scale * x * mean - gammaln(shape)) / mean
    whole = (of_scale * given).sum() * step
    return whole, (of_scale * given * p / scale).sum() * step / whole


def _gamma(logarithm, shape, rate):
    return np.exp(shape * (np.log(rate) + logarithm) - rate * np.exp(logarithm) - gammaln(shape))


def _told(weight, there, gone, coming):
    whole = (weight * (there + gone)).sum()
    return whole, (weight * there).sum() / whole, (weight * there * coming).sum() / whole
