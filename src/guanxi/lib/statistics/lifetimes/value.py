"""What customers will still bring, and what is at stake with those who may leave. Floats; who stores money rounds."""

import numpy as np
from numpy.typing import ArrayLike

from guanxi.lib.statistics.lifetimes.histories import Floats


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
