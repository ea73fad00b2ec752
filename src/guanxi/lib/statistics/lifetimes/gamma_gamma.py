"""Gamma-Gamma: what a purchase of a customer brings, told from the purchases so far and from what others spend.

Fader and Hardie, The Gamma-Gamma model of monetary value (2013), after Colombo and Jiang (1999). It assumes that how
much somebody spends does not go with how often; where it does, the model is refused.
"""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from guanxi.lib.statistics.lifetimes.fitting import FEWEST_REPEAT_BUYERS, Fitted, maximise
from guanxi.lib.statistics.lifetimes.histories import Floats
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.lifetimes.sums import weighted

# Of purchases and mean spend (Pearson; CDNOW has .11). Above, one mean for all misjudges frequent and rare buyers.
MOST_CORRELATION = 0.3


@dataclass(frozen=True)
class GammaGamma:
    """Single spends of a customer differ as Gamma(p, ν), and ν among customers as Gamma(q, v). v is money."""

    p: float
    q: float
    v: float

    def expected_spend(self, purchases: ArrayLike, mean_spend: ArrayLike) -> Floats:
        """The mean of each customer's purchases in the long run; of one without purchases that of all customers.

        Raises `ModelRefused` (``no_mean_spend``) when spends differ so widely (q ≤ 1) that their mean does not exist.
        """
        x = np.asarray(purchases, dtype=float)
        spent = np.where(x > 0, x * np.asarray(mean_spend, dtype=float), 0.0)
        if self.q <= 1:
            raise ModelRefused(
                "no_mean_spend", "spends differ so widely that their mean cannot be told (q is not above 1)"
            )
        return self.p * (self.v + spent) / (self.p * x + self.q - 1)

    def simulate(self, purchases: Floats, generator: np.random.Generator) -> Floats:
        """The mean spend of customers with so many purchases (0 without any), as the model has them."""
        scale = generator.gamma(self.q, size=len(purchases)) / self.v
        shape = np.maximum(self.p * purchases, 1e-9)
        return np.where(purchases > 0, generator.gamma(shape) / scale / np.maximum(purchases, 1), 0.0)

    def draw_spend(
        self, purchases: Floats, mean_spend: Floats, coming: Floats, generator: np.random.Generator
    ) -> Floats:
        """What ``coming`` further purchases of each customer might bring together: one draw."""
        spent = np.where(purchases > 0, purchases * mean_spend, 0.0)
        scale = generator.gamma(self.p * purchases + self.q) / (self.v + spent)
        return np.where(coming > 0, generator.gamma(np.maximum(self.p * coming, 1e-9)) / scale, 0.0)


@dataclass(frozen=True, eq=False)
class Spends:
    """Customers who bought again: how often, what they spent each time, and how many bought equally often."""

    purchases: Floats
    mean: Floats
    numbers: Floats
    having: Floats

    @classmethod
    def of(cls, purchases: Floats, mean: Floats) -> "Spends":
        numbers, place = np.unique(purchases, return_inverse=True)
        return cls(purchases, mean, numbers, np.bincount(place).astype(float))


def correlation(purchases: ArrayLike, mean_spend: ArrayLike) -> float:
    """Pearson's, of those who bought again; 0 where either does not differ."""
    x, spend = np.asarray(purchases, dtype=float), np.asarray(mean_spend, dtype=float)
    bought = x > 0
    x, spend = x[bought], spend[bought]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(spend) == 0:
        return 0.0
    return float(np.corrcoef(x, spend)[0, 1])


def fit(
    purchases: ArrayLike,
    mean_spend: ArrayLike,
    *,
    fewest_repeat_buyers: int = FEWEST_REPEAT_BUYERS,
    most_correlation: float = MOST_CORRELATION,
    start: GammaGamma | None = None,
) -> Fitted[GammaGamma]:
    """The likeliest parameters for customers with ``purchases`` repeats of ``mean_spend`` each.

    Customers without repeats are left out.

    Raises `ModelRefused`: ``not_finite``; ``not_a_spend`` for a mean of 0 or less (take returns off before);
    ``too_few_repeat_buyers``; ``identical``; ``spend_follows_frequency`` above ``most_correlation``.
    """
    x, spend = np.asarray(purchases, dtype=float), np.asarray(mean_spend, dtype=float)
    x, spend = _checked(x, spend, fewest_repeat_buyers)
    together = correlation(x, spend)
    if abs(together) > most_correlation:
        raise ModelRefused(
            "spend_follows_frequency",
            f"who buys more often spends differently each time (correlation {together:.2f}, at most "
            f"{most_correlation:.2f}): one mean for all would mislead",
        )
    # In units of the usual spend, so that fen and yuan find the same customers.
    unit = float(np.exp(np.log(spend).mean()))
    first = np.array(astuple(start)) if start else np.array([1.0, 2.0, unit])
    scale = np.array([1.0, 1.0, unit])
    spends = Spends.of(x, spend / unit)
    found = maximise(lambda values: score(values, spends), first / scale, len(x))
    return Fitted(
        GammaGamma(*map(float, found.values * scale)),
        found.log_likelihood - len(x) * float(np.log(unit)),
        len(x),
        found.converged,
    )


def score(values: Floats, spends: Spends) -> tuple[float, Floats]:
    """The log-likelihood of (p, q, v) and its gradient."""
    p, q, v = values
    x, numbers, having = spends.purchases, spends.numbers, spends.having
    spent = x * spends.mean
    relative = np.log1p(spent / v)
    log_spent = np.log(spent)
    height = (
        weighted(having, gammaln(p * numbers + q) - gammaln(p * numbers) - gammaln(q))
        + p * weighted(x, log_spent - np.log(v) - relative)
        - q * relative.sum()
        - np.log(spends.mean).sum()
    )
    joint = digamma(p * numbers + q)
    slope = np.array(
        [
            weighted(having * numbers, joint - digamma(p * numbers))
            + weighted(x, log_spent - np.log(v) - relative),
            weighted(having, joint - digamma(q)) - relative.sum(),
            len(x) * q / v - ((p * x + q) / (v + spent)).sum(),
        ]
    )
    return float(height), slope


def _checked(x: Floats, spend: Floats, fewest: int) -> tuple[Floats, Floats]:
    if x.shape != spend.shape or not (np.isfinite(x).all() and np.isfinite(spend[x > 0]).all()):
        raise ModelRefused("not_finite", "purchases and mean spends are finite numbers, one each a customer")
    bought = x > 0
    x, spend = x[bought], spend[bought]
    if (spend <= 0).any():
        raise ModelRefused("not_a_spend", "a mean spend is above 0")
    if len(x) < max(fewest, 1):
        raise ModelRefused(
            "too_few_repeat_buyers", f"{len(x)} customers bought again; the model needs {max(fewest, 1)}"
        )
    if np.ptp(spend) == 0:
        raise ModelRefused("identical", "all customers spend the same: nothing tells them apart")
    return x, spend
