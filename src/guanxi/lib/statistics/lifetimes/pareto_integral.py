"""The two ways in which a Pareto/NBD customer can have fallen silent, weighed against each other.

Whoever bought x times, last at t, is there still at age T with weight (α+T)^-(r+x) (β+T)^-s, or left at some moment
between:

    ∫ from t to T of  s (α+τ)^-(r+x) (β+τ)^-(s+1) dτ

The literature writes this as a difference of two hypergeometric functions, which cancel where T is near t and overflow
where x is large. The integral itself does neither: it is positive and, on a logarithmic scale of the smaller of α+τ and
β+τ, so smooth that a few Gauss-Legendre nodes give it to ten digits; with it come the derivatives by all parameters.
Both are told as multiples of (α+t)^-(r+x) (β+t)^-s, so that nothing overflows.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from guanxi.lib.statistics.lifetimes.histories import Floats, Histories
from guanxi.lib.statistics.lifetimes.sums import across

# How far the integrand falls (in logarithms) within its range, and the nodes that this takes.
NODES_FOR = ((3.0, 8), (9.0, 12), (25.0, 20), (np.inf, 40))
# What lies beyond e^-45 of the largest value is nothing in double precision.
NOTHING = 45.0
# Rows at once: their nodes fit the processor's cache.
CHUNK = 2_048


@dataclass(frozen=True, eq=False)
class Weighed:
    """For each row ``there`` and ``gone``, relative to the moment of the last purchase.

    With the mean, over the moments when it may have left, of log((α+τ)/(α+t)), log((β+τ)/(β+t)) and the inverse of both
    ratios; left out (zeros) without ``means``.
    """

    there: Floats
    gone: Floats
    log_alpha: Floats
    log_beta: Floats
    per_alpha: Floats
    per_beta: Floats

    @property
    def share_gone(self) -> Floats:
        return self.gone / (self.there + self.gone)


def weigh(values: Floats, histories: Histories, *, means: bool = False) -> Weighed:
    """Weigh both ways for every row under (r, alpha, s, beta)."""
    r, alpha, s, beta = values
    x, last = r + histories.repeats, histories.last
    silence = histories.age - last
    since_alpha, since_beta = alpha + last, beta + last
    there = np.exp(-x * np.log1p(silence / since_alpha) - s * np.log1p(silence / since_beta))

    # Beyond here nothing is left of the integrand.
    reach = np.minimum(silence, since_alpha * np.expm1(np.minimum(NOTHING / x, 600)))
    reach = np.minimum(reach, since_beta * np.expm1(min(NOTHING / (s + 1), 600)))
    smaller = np.minimum(since_alpha, since_beta)
    width = np.log1p(reach / smaller)
    ratio = smaller / np.maximum(since_alpha, since_beta)
    other_width = np.log1p(reach / np.maximum(since_alpha, since_beta))
    # Powers of the smaller and of the larger sum.
    powers = (x, np.full_like(x, s + 1)) if alpha <= beta else (np.full_like(x, s + 1), x)
    fall = powers[0] * width + powers[1] * other_width + width

    sums = np.zeros((5, len(x)))
    above = -1.0
    for most, count in NODES_FOR:
        rows = np.flatnonzero((fall > above) & (fall <= most))
        above = most
        for begin in range(0, len(rows), CHUNK):
            part = rows[begin : begin + CHUNK]
            sums[:, part] = _integrate(
                width[part], ratio[part], powers[0][part], powers[1][part], count, means
            )
    gone = s * smaller / since_beta * sums[0]
    of_smaller, of_larger, per_smaller, per_larger = sums[1:]
    if alpha <= beta:
        return Weighed(there, gone, of_smaller, of_larger, per_smaller, per_larger)
    return Weighed(there, gone, of_larger, of_smaller, per_larger, per_smaller)


@cache
def _nodes(count: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(count)


def _integrate(
    width: Floats, ratio: Floats, power: Floats, other_power: Floats, count: int, means: bool
) -> Floats:
    """The integral over y = log of the smaller sum's growth, and the four means over its weight."""
    nodes, weights = _nodes(count)
    steps = width[:, None] * ((nodes + 1) / 2)
    growth = np.expm1(steps)
    other = ratio[:, None] * growth
    log_other = np.log1p(other)
    value = np.exp((1 - power)[:, None] * steps - other_power[:, None] * log_other)
    whole = across(value, weights)
    found = np.zeros((5, len(width)))
    found[0] = whole * width / 2
    if means:
        found[1] = across(value * steps, weights) / whole
        found[2] = across(value * log_other, weights) / whole
        found[3] = across(value / (1 + growth), weights) / whole
        found[4] = across(value / (1 + other), weights) / whole
    return found
