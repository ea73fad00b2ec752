"""Pareto/NBD: buys at random at an own rate, and leaves for good at a moment nobody sees.

Schmittlein, Morrison and Colombo, Counting your customers: who are they and what will they do next?, Management Science
33 (1987) 1-24.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import digamma, gammaln

from guanxi.lib.statistics.lifetimes import simulation
from guanxi.lib.statistics.lifetimes.fitting import FEWEST_REPEAT_BUYERS, Fitted, fit_histories
from guanxi.lib.statistics.lifetimes.histories import Floats, Histories
from guanxi.lib.statistics.lifetimes.pareto_integral import weigh
from guanxi.lib.statistics.lifetimes.sums import weighted


@dataclass(frozen=True)
class ParetoNbd:
    """Rates of buying differ as Gamma(r, alpha), rates of leaving as Gamma(s, beta). alpha and beta are times."""

    r: float
    alpha: float
    s: float
    beta: float

    def expected_purchases(self, histories: Histories, horizon: float) -> Floats:
        """Purchases within ``horizon`` to expect of each customer, given the history. Ranks customers."""
        return histories.expand(self.of_rows(histories, horizon))

    def expected_if_alive(self, histories: Histories, horizon: float) -> Floats:
        """The same, were the customer known to be there still."""
        return histories.expand(self._while_there(histories, horizon))

    def probability_alive(self, histories: Histories) -> Floats:
        """How probable it is that each customer is still there."""
        return histories.expand(self._alive(histories))

    def silence_until_half(
        self, histories: Histories, *, longest: float = 1_000, exact_to: float = 0.01
    ) -> Floats:
        """How much longer each customer may stay silent until being there is less probable than not.

        By the customer's own rhythm: who bought every week is missed after a few, who bought every year after years.
        In units of time, exact to ``exact_to`` of one; 0: it is so now; infinity: not within ``longest``.
        """
        low, high = np.zeros(histories.rows), np.full(histories.rows, float(longest))
        now = self._alive(histories) < 0.5
        never = self._alive(histories.silent_for(longest)) >= 0.5
        for _halving in range(int(np.ceil(np.log2(max(longest / exact_to, 2))))):
            middle = (low + high) / 2
            below = self._alive(histories.silent_for(middle)) < 0.5
            low, high = np.where(below, low, middle), np.where(below, middle, high)
        return histories.expand(np.where(now, 0.0, np.where(never, np.inf, high)))

    def expected_of_new(self, horizon: float) -> float:
        """Repeats to expect of somebody within ``horizon`` of the first purchase, of whom nothing else is known."""
        return float(_expected_there(self.r, self.alpha, self.s, self.beta, horizon))

    def of_rows(self, histories: Histories, horizon: float) -> Floats:
        return self._while_there(histories, horizon) * self._alive(histories)

    def simulate(
        self, ages: Floats, generator: np.random.Generator, horizon: float = 0
    ) -> simulation.Simulated:
        """Customers of these ages as the model has them."""
        return simulation.with_lifetime(astuple(self), ages, generator, horizon)

    def draw_purchases(self, histories: Histories, horizon: float, generator: np.random.Generator) -> Floats:
        """What each row (not customer) might buy within ``horizon``: one draw."""
        there = generator.random(histories.rows) < self._alive(histories)
        rate = generator.gamma(self.r + histories.repeats) / (self.alpha + histories.age)
        leaving = generator.gamma(self.s, size=histories.rows) / (self.beta + histories.age)
        lifetime = generator.exponential(size=histories.rows) / np.maximum(leaving, 1e-300)
        return there * generator.poisson(rate * np.minimum(lifetime, horizon)).astype(float)

    def fit_again(self, histories: Histories) -> "Fitted[ParetoNbd]":
        """The parameters of other customers, searched from these."""
        return fit(histories, fewest_repeat_buyers=1, start=self)

    def _alive(self, histories: Histories) -> Floats:
        return 1 - weigh(np.array(astuple(self)), histories).share_gone

    def _while_there(self, histories: Histories, horizon: float) -> Floats:
        return _expected_there(
            self.r + histories.repeats,
            self.alpha + histories.age,
            self.s,
            self.beta + histories.age,
            horizon,
        )


def fit(
    histories: Histories,
    *,
    fewest_repeat_buyers: int = FEWEST_REPEAT_BUYERS,
    start: ParetoNbd | None = None,
) -> Fitted[ParetoNbd]:
    """The likeliest parameters. Raises `ModelRefused` (see `fitting.fit_histories`)."""
    return fit_histories(
        ParetoNbd, score, histories, start=astuple(start) if start else None, times=[1, 3],
        fewest_repeat_buyers=fewest_repeat_buyers,
    )  # fmt: skip


def score(values: Floats, histories: Histories) -> tuple[float, Floats]:
    """The log-likelihood of (r, alpha, s, beta) and its gradient."""
    r, alpha, s, beta = values
    x, last, age, counts = histories.repeats, histories.last, histories.age, histories.counts
    numbers, having = histories.numbers_of_repeats
    weighed = weigh(values, histories, means=True)
    gone = weighed.share_gone
    there = 1 - gone
    log_alpha, log_beta = np.log1p(last / alpha), np.log1p(last / beta)
    height = (
        weighted(having, gammaln(r + numbers) - gammaln(r))
        - np.log(alpha) * weighted(counts, x)
        + weighted(counts, np.log(weighed.there + weighed.gone) - (r + x) * log_alpha - s * log_beta)
    )
    aged_alpha = np.log1p((age - last) / (alpha + last))
    aged_beta = np.log1p((age - last) / (beta + last))
    by_r = log_alpha + there * aged_alpha + gone * weighed.log_alpha
    by_alpha = (r + x) * (there / (alpha + age) + gone * weighed.per_alpha / (alpha + last))
    by_s = log_beta + there * aged_beta + gone * weighed.log_beta - gone / s
    by_beta = there * s / (beta + age) + gone * (s + 1) * weighed.per_beta / (beta + last)
    customers = float(counts.sum())
    slope = np.array(
        [
            weighted(having, digamma(r + numbers) - digamma(r)) - weighted(counts, by_r),
            customers * r / alpha - weighted(counts, by_alpha),
            -weighted(counts, by_s),
            customers * s / beta - weighted(counts, by_beta),
        ]
    )
    return float(height), slope


def _expected_there(
    r: Floats | float, alpha: Floats | float, s: float, beta: Floats | float, horizon: float
) -> Floats:
    """Purchases within ``horizon`` of somebody who is there now; s = 1 is no exception."""
    longer = np.log1p(horizon / np.asarray(beta, dtype=float))
    left = longer if s == 1 else -np.expm1((1 - s) * longer) / (s - 1)
    return np.asarray(r * beta / alpha * left)
