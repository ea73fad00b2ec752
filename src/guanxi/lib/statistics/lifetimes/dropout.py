"""Buying at one's own rate until, after some purchase, one stays away: what BG/NBD and MBG/NBD have in common.

A customer buys at rate λ, which differs as Gamma(r, α), and stays away after a purchase with probability p, which
differs as Beta(a, b). The two models differ only in whether the first purchase may be the last: where it may (MBG/NBD),
its own chance to stay is the factor b/(a+b), and everything after it is as with b + 1.
"""

from dataclasses import astuple, dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, digamma, expit, gammaln, hyp2f1

from guanxi.lib.statistics.lifetimes import simulation
from guanxi.lib.statistics.lifetimes.histories import Floats, Histories
from guanxi.lib.statistics.lifetimes.sums import across, weighted

Rows = NDArray[np.bool_]
_nodes, _weights = np.polynomial.legendre.leggauss(96)
# Shares of customers, closer together at both ends, where chances to stay away near 0 and 1 are told apart.
_nodes = (_nodes + 1) / 2
SHARES = _nodes**3 * (10 - 15 * _nodes + 6 * _nodes**2)
WEIGHTS = 15 * (_nodes * (1 - _nodes)) ** 2 * _weights
# Of a number in 2F1: beyond, its series loses its digits.
MOST_TRUSTED = 300.0


@dataclass(frozen=True)
class DropoutModel:
    """Rates differ as Gamma(r, alpha), the probability to stay away after a purchase as Beta(a, b). alpha is a time."""

    r: float
    alpha: float
    a: float
    b: float

    FIRST_MAY_BE_LAST: ClassVar[bool]

    def expected_purchases(self, histories: Histories, horizon: float) -> Floats:
        """Purchases within ``horizon`` to expect of each customer, given the history. Ranks customers."""
        return histories.expand(self.of_rows(histories, horizon))

    def of_rows(self, histories: Histories, horizon: float) -> Floats:
        return self._while_there(histories, horizon) * self._there(histories)

    def simulate(
        self, ages: Floats, generator: np.random.Generator, horizon: float = 0
    ) -> simulation.Simulated:
        """Customers of these ages as the model has them."""
        return simulation.with_dropout(
            astuple(self), ages, generator, horizon, first_may_be_last=self.FIRST_MAY_BE_LAST
        )

    def draw_purchases(self, histories: Histories, horizon: float, generator: np.random.Generator) -> Floats:
        """What each row (not customer) might buy within ``horizon``: one draw."""
        there = generator.random(histories.rows) < self._there(histories)
        rate = generator.gamma(self.r + histories.repeats) / (self.alpha + histories.age)
        return there * simulation.until_dropout(rate, self.a, self._stayed(histories), horizon, generator)

    def _there(self, histories: Histories) -> Floats:
        """How probable it is that each row is still there."""
        raise NotImplementedError

    def _stayed(self, histories: Histories) -> Floats:
        """b after the purchases of each row that might have been the last and were not."""
        return self.b + histories.repeats + self.FIRST_MAY_BE_LAST

    def _while_there(self, histories: Histories, horizon: float) -> Floats:
        return expected_while_there(
            self.r + histories.repeats, self.alpha + histories.age, self.a, self._stayed(histories), horizon
        )


def score(values: Floats, histories: Histories, may_be_gone: Rows) -> tuple[float, Floats]:
    """The log-likelihood of (r, α, a, b) and its gradient.

    ``may_be_gone``: the rows whose last purchase may have been the last of all.
    """
    r, alpha, a, b = values
    x, counts = histories.repeats, histories.counts
    customers = float(counts.sum())
    numbers, having = histories.numbers_of_repeats
    of_numbers = (
        gammaln(r + numbers) - gammaln(r) + gammaln(a + b) - gammaln(a + b + numbers)
        + gammaln(b + numbers) - gammaln(b)
    )  # fmt: skip
    log_age = np.log1p(histories.age / alpha)
    silence = np.log1p((histories.age - histories.last) / (alpha + histories.last))
    stays = np.where(may_be_gone, b + x - 1, 1.0)
    odds = np.where(may_be_gone, np.log(a) - np.log(stays) + (r + x) * silence, -np.inf)
    gone = counts * expit(odds)
    height = (
        weighted(having, of_numbers)
        - weighted(counts, (r + x) * log_age)
        - np.log(alpha) * weighted(counts, x)
        + weighted(counts, np.logaddexp(0, odds))
    )
    both = digamma(a + b) - digamma(a + b + numbers)
    aged, lasted = 1 / (alpha + histories.age), 1 / (alpha + histories.last)
    slope = np.array(
        [
            weighted(having, digamma(r + numbers) - digamma(r))
            - weighted(counts, log_age)
            + weighted(gone, silence),
            customers * r / alpha
            - weighted(counts, (r + x) * aged)
            + weighted(gone, (r + x) * (aged - lasted)),
            weighted(having, both) + gone.sum() / a,
            weighted(having, both + digamma(b + numbers) - digamma(b)) - weighted(gone, 1 / stays),
        ]
    )
    return float(height), slope


def odds_of_being_gone(values: Floats, histories: Histories) -> Floats:
    """The logarithm of gone : there for each row, as if its last purchase may have been the last one."""
    r, alpha, a, b = values
    silence = np.log1p((histories.age - histories.last) / (alpha + histories.last))
    return np.log(a) - np.log(b + histories.repeats - 1) + (r + histories.repeats) * silence


def expected_while_there(
    r: Floats | float, alpha: Floats | float, a: float, b: Floats | float, horizon: float
) -> Floats:
    """Expected purchases within ``horizon`` of somebody who is there now, with λ as Gamma(r, α), p as Beta(a, b).

    The closed form of Fader, Hardie and Lee with its 2F1 turned so that its numbers stay small for customers with
    thousands of purchases. Where it divides by nearly nothing (a = 1, a + b = 1) or customers hardly differ, it is
    summed over the chances to stay away instead, which gives six digits or more.
    """
    rate, time, stay = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (r, alpha, b)))
    third = a + stay - 1
    trusted = (third > 0.5) & (abs(a - 1) > 1e-5) & (np.maximum(abs(third - rate), a) < MOST_TRUSTED)
    # Near 1, scipy's 2F1 goes over to gamma functions that overflow.
    trusted &= (horizon < 8 * time) | (third < 30)
    found = np.empty(rate.shape)
    found[trusted] = _closed(rate[trusted], time[trusted], a, third[trusted], horizon)
    rest = ~trusted
    found[rest] = _summed(rate[rest], time[rest], a, stay[rest], horizon)
    return np.maximum(found, 0.0)


def _closed(rate: Floats, time: Floats, a: float, third: Floats, horizon: float) -> Floats:
    through = horizon / (time + horizon)
    left = (1 - through) ** (a - 1) * hyp2f1(third - rate, a - 1, third, through)
    return third / (a - 1) * (1 - left)


def _summed(rate: Floats, time: Floats, a: float, stay: Floats, horizon: float) -> Floats:
    """For each chance p to stay away, (1 - (α / (α + p horizon))^r) / p, each p as often as it occurs."""
    chances = np.maximum(betaincinv(a, stay[:, None], SHARES), 1e-300)
    buying = rate[:, None] * np.log1p(chances * (horizon / time)[:, None])
    return across(-np.expm1(-buying) / chances, WEIGHTS)
