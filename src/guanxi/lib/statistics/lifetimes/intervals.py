"""How sure a forecast is: the model is fitted again to customers it made up itself (parametric bootstrap).

Two things make a total uncertain, and both are told. ``expected`` varies because the parameters were learned from so
many customers and no more; ``total`` also because even with the right parameters people buy or do not. A budget wants
the second.

From the same seed comes the same to the last bit, on the same versions of numpy and scipy.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any, Protocol

import numpy as np

from guanxi.lib.statistics.lifetimes.fitting import Fitted
from guanxi.lib.statistics.lifetimes.gamma_gamma import GammaGamma
from guanxi.lib.statistics.lifetimes.gamma_gamma import fit as fit_spend
from guanxi.lib.statistics.lifetimes.histories import Floats, Histories
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.lifetimes.simulation import Simulated

LEVELS = (0.1, 0.5, 0.9)
# Customers made up for each refit. Of a larger base the spread is learned from so many and narrowed by the square root
# of the ratio, as it falls with the number of customers: a million costs what five thousand cost.
MOST_SIMULATED = 5_000


class PurchaseModel(Protocol):
    """`BgNbd`, `MbgNbd` and `ParetoNbd`."""

    def of_rows(self, histories: Histories, horizon: float) -> Floats: ...

    def simulate(self, ages: Floats, generator: np.random.Generator, horizon: float = 0) -> Simulated: ...

    def draw_purchases(
        self, histories: Histories, horizon: float, generator: np.random.Generator
    ) -> Floats: ...

    def fit_again(self, histories: Histories) -> Fitted[Any]: ...


@dataclass(frozen=True, eq=False)
class Band:
    """One in ten lies below ``low``, half below ``middle``, one in ten above ``high``; a number, or one a customer."""

    low: Floats
    middle: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Spend:
    """What customers spent a purchase, in their order (anything without repeats), and the model fitted to it."""

    model: GammaGamma
    mean: Floats
    margin_rate: float = 1.0


@dataclass(frozen=True, eq=False)
class Intervals:
    """``customers``: of each one's expectation. ``expected``: of their sum. ``total``: of what all will really do.

    Purchases, or money when a `Spend` was given. ``refits``: how many succeeded of those asked for.
    """

    customers: Band
    expected: Band
    total: Band
    refits: int


def bootstrap(
    model: PurchaseModel,
    histories: Histories,
    horizon: float,
    *,
    seed: int,
    spend: Spend | None = None,
    draws: int = 100,
    most_simulated: int = MOST_SIMULATED,
) -> Intervals:
    """Bands of purchases within ``horizon``, or with ``spend`` of their value.

    Time grows with ``draws``; each refits on at most ``most_simulated`` made-up customers of the ages of the real ones.
    Raises `ModelRefused` (``unstable``) when more than half of the refits fail.
    """
    generator = np.random.default_rng(seed)
    customers = histories.customers
    sample = np.arange(customers)
    if customers > most_simulated:
        sample = generator.choice(customers, most_simulated, replace=False)
    rows = histories.expand(np.arange(histories.rows, dtype=float)).astype(int)
    some = _rows(histories, rows[sample])
    larger = customers / len(sample)
    means = np.asarray(spend.mean, dtype=float)[sample] if spend else None

    sums, totals, expectations = [], [], []
    for _draw in range(draws):
        try:
            again = model.fit_again(model.simulate(some.age, generator).histories()).parameters
            drawn = _narrowed(model, again, larger)
            spending = _spend_again(spend.model, some, larger, generator) if spend else None
            each = _expected(drawn, spending, spend, histories, rows, horizon)
        except ModelRefused:
            continue
        chance = _drawn(drawn, spending, spend, some, means, horizon, generator)
        luck = (chance - each[sample]).sum() * np.sqrt(larger)
        expectations.append(each.astype(np.float32))
        sums.append(each.sum())
        totals.append(max(sums[-1] + luck, 0.0))
    if len(sums) * 2 < draws:
        raise ModelRefused("unstable", f"only {len(sums)} of {draws} refits succeeded")
    return Intervals(_band(expectations), _band(sums), _band(totals), len(sums))


def _narrowed(model: Any, again: Any, larger: float) -> Any:
    """Parameters as near to the model's as those of a base so many times larger would be, on a logarithmic scale."""
    own, other = np.log(astuple(model)), np.log(astuple(again))
    return type(model)(*map(float, np.exp(own + (other - own) / np.sqrt(larger))))


def _spend_again(
    model: GammaGamma, some: Histories, larger: float, generator: np.random.Generator
) -> GammaGamma:
    means = model.simulate(some.repeats, generator)
    again = fit_spend(some.repeats, means, fewest_repeat_buyers=1, most_correlation=1, start=model)
    return _narrowed(model, again.parameters, larger)


def _expected(
    model: PurchaseModel,
    spending: GammaGamma | None,
    spend: Spend | None,
    histories: Histories,
    rows: np.ndarray,
    horizon: float,
) -> Floats:
    purchases = model.of_rows(histories, horizon)[rows]
    if spend is None or spending is None:
        return purchases
    return purchases * spending.expected_spend(histories.repeats[rows], spend.mean) * spend.margin_rate


def _drawn(
    model: PurchaseModel,
    spending: GammaGamma | None,
    spend: Spend | None,
    some: Histories,
    means: Floats | None,
    horizon: float,
    generator: np.random.Generator,
) -> Floats:
    coming = model.draw_purchases(some, horizon, generator)
    if spend is None or spending is None or means is None:
        return coming
    return spending.draw_spend(some.repeats, means, coming, generator) * spend.margin_rate


def _rows(histories: Histories, rows: np.ndarray) -> Histories:
    return Histories(histories.repeats[rows], histories.last[rows], histories.age[rows], np.ones(len(rows)))


def _band(values: Sequence[Any]) -> Band:
    return Band(*np.quantile(np.array(values), LEVELS, axis=0))
