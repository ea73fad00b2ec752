"""BG/NBD: buys at random at an own rate, and after any repeat may stay away for good.

Fader, Hardie and Lee, "Counting your customers" the easy way, Marketing Science 24 (2005) 275-284.

There is no probability of being alive here, on purpose: the model cannot doubt a customer who bought once, since only
a repeat may be the last. It calls every one of them alive with certainty. On CDNOW that ranking is inverted (AUC .316).
Ask `pnbd` or `mbgnbd`; rank customers by `expected_purchases`, which this model tells well.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import expit

from guanxi.lib.statistics.lifetimes import dropout
from guanxi.lib.statistics.lifetimes.fitting import FEWEST_REPEAT_BUYERS, Fitted, fit_histories
from guanxi.lib.statistics.lifetimes.histories import Floats, Histories


@dataclass(frozen=True)
class BgNbd(dropout.DropoutModel):
    """Only a repeat may be the last purchase."""

    FIRST_MAY_BE_LAST = False

    def expected_of_new(self, horizon: float) -> float:
        """Repeats to expect of somebody within ``horizon`` of the first purchase, of whom nothing else is known."""
        return float(dropout.expected_while_there(self.r, self.alpha, self.a, self.b, horizon))

    def fit_again(self, histories: Histories) -> "Fitted[BgNbd]":
        """The parameters of other customers, searched from these."""
        return fit(histories, fewest_repeat_buyers=1, start=self)

    def _there(self, histories: Histories) -> Floats:
        odds = dropout.odds_of_being_gone(np.array(astuple(self)), _with_repeats(histories))
        return np.where(histories.repeats > 0, expit(-odds), 1.0)


def fit(
    histories: Histories,
    *,
    fewest_repeat_buyers: int = FEWEST_REPEAT_BUYERS,
    start: BgNbd | None = None,
) -> Fitted[BgNbd]:
    """The likeliest parameters. Raises `ModelRefused` (see `fitting.fit_histories`)."""
    return fit_histories(
        BgNbd, score, histories, start=astuple(start) if start else None, times=[1],
        fewest_repeat_buyers=fewest_repeat_buyers,
    )  # fmt: skip


def score(values: Floats, histories: Histories) -> tuple[float, Floats]:
    """The log-likelihood of (r, alpha, a, b) and its gradient."""
    return dropout.score(values, histories, histories.repeats > 0)


def _with_repeats(histories: Histories) -> Histories:
    """Rows without repeats given one, so that their unused odds have a logarithm."""
    return Histories(np.maximum(histories.repeats, 1), histories.last, histories.age, histories.counts)
