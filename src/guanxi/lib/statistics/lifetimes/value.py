"""What customers will still bring, and what is at stake with those who may leave. Floats; who stores money rounds."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from guanxi.lib.statistics.lifetimes.histories import Floats, Histories


class Forecasts(Protocol):
    """`BgNbd`, `MbgNbd` and `ParetoNbd` do."""

    def expected_purchases(self, histories: Histories, horizon: float) -> Floats: ...


def residual_value(
    expected_purchases: ArrayLike, expected_spend: ArrayLike, *, margin_rate: float = 1.0
) -> Floats:
    """What each customer will still bring within the horizon of the purchases.

    Margin with a ``margin_rate``, else revenue.
    """
    return np.asarray(expected_purchases, dtype=float) * np.asarray(expected_spend, dtype=float) * margin_rate


def value_at_risk(
    expected_if_alive: ArrayLike,
    expected_spend: ArrayLike,
    probability_alive: ArrayLike,
    *,
    margin_rate: float = 1.0,
) -> Floats:
    """What would come if the customer were there for sure, times the probability of having left: whom to call first.

    Small for those who surely come, and for those whose coming back would bring little.
    """
    gone = 1 - np.asarray(probability_alive, dtype=float)
    return residual_value(expected_if_alive, expected_spend, margin_rate=margin_rate) * gone


def discounted_purchases(
    model: Forecasts, histories: Histories, horizon: float, *, discount: float, pieces: int = 12
) -> Floats:
    """Expected purchases, each worth ``1 / (1 + discount)`` per unit of time until it comes.

    The horizon is cut in ``pieces``; what falls in one counts from its middle. Discount 0 gives `expected_purchases`.
    """
    ends = np.linspace(0, horizon, pieces + 1)[1:]
    before = np.zeros(histories.customers)
    worth = np.zeros(histories.customers)
    for end in ends:
        until = model.expected_purchases(histories, float(end))
        worth += (until - before) * (1 + discount) ** -(end - horizon / pieces / 2)
        before = until
    return worth
