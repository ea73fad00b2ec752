"""MBG/NBD: as BG/NBD, but the first purchase may be the last too.

Batislam, Denizel and Filiztekin, Empirical validation and comparison of models for customer base analysis,
International Journal of Research in Marketing 24 (2007) 201-209.
"""

from dataclasses import astuple, dataclass

import numpy as np
from scipy.special import expit

from guanxi.lib.statistics.lifetimes import dropout
from guanxi.lib.statistics.lifetimes.fitting import FEWEST_REPEAT_BUYERS, Fitted, fit_histories
from guanxi.lib.statistics.lifetimes.histories import Floats, Histories


@dataclass(frozen=True)
class MbgNbd(dropout.DropoutModel):
    """Any purchase may be the last one, the first too."""

    FIRST_MAY_BE_LAST = True

    def expected_if_alive(self, histories: Histories, horizon: float) -> Floats:
        """The same, were the customer known to be there still."""
        return histories.expand(self._while_there(histories, horizon))

    def probability_alive(self, histories: Histories) -> Floats:
        """How probable it is that each customer will buy again some day."""
        return histories.expand(self._there(histories))

    def silence_until_half(self, histories: Histories) -> Floats:
        """How much longer each customer may stay silent until being alive is less probable than not; 0: it is now."""
        r, x, last = self.r, histories.repeats, histories.last
        grown = np.minimum((np.log(self.b + x) - np.log(self.a)) / (r + x), 600)
        return histories.expand(
            np.maximum((self.alpha + last) * np.exp(grown) - self.alpha - histories.age, 0)
        )

    def expected_of_new(self, horizon: float) -> float:
        """Repeats to expect of somebody within ``horizon`` of the first purchase, of whom nothing else is known."""
        there = dropout.expected_while_there(self.r, self.alpha, self.a, self.b + 1, horizon)
        return float(there) * self.b / (self.a + self.b)

    def fit_again(self, histories: Histories) -> "Fitted[MbgNbd]":
        """The parameters of other customers, searched from these."""
        return fit(histories, fewest_repeat_buyers=1, start=self)

    def _there(self, histories: Histories) -> Floats:
        values = np.array([self.r, self.alpha, self.a, self.b + 1])
        return expit(-dropout.odds_of_being_gone(values, histories))


def fit(
    histories: Histories,
    *,
    fewest_repeat_buyers: int = FEWEST_REPEAT_BUYERS,
    start: MbgNbd | None = None,
) -> Fitted[MbgNbd]:
    """The likeliest parameters. Raises `ModelRefused` (see `fitting.fit_histories`)."""
    return fit_histories(
        MbgNbd, score, histories, start=astuple(start) if start else None, times=[1],
        fewest_repeat_buyers=fewest_repeat_buyers,
    )  # fmt: skip


def score(values: Floats, histories: Histories) -> tuple[float, Floats]:
    """The log-likelihood of (r, alpha, a, b) and its gradient."""
    r, alpha, a, b = values
    height, slope = dropout.score(
        np.array([r, alpha, a, b + 1]), histories, np.ones(histories.rows, dtype=bool)
    )
    customers = histories.customers
    first_stays = np.array([0, 0, -1 / (a + b), 1 / b - 1 / (a + b)])
    return height + customers * float(np.log(b) - np.log(a + b)), slope + customers * first_stays
