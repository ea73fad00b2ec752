"""Logistic regression with a ridge, by iteratively reweighted least squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]

# One case's worth of doubt about each effect, in spreads of its column: holds back what few cases suggest.
RIDGE = 1.0
MOST_STEPS = 60
FLAT = 1e-10


@dataclass(frozen=True)
class Logistic:
    """``effects`` are changes of the log-odds for one spread of a column, 0 for one that is the same for all."""

    means: Floats
    spreads: Floats
    effects: Floats
    intercept: float
    covariance: Floats

    def contributions(self, columns: Floats) -> Floats:
        """What each column adds to the log-odds of each row, against the average row."""
        return (np.asarray(columns, float) - self.means) / self.spreads * self.effects

    def log_odds(self, columns: Floats) -> Floats:
        return self.intercept + self.contributions(columns).sum(axis=1)

    def doubts(self, columns: Floats) -> Floats:
        """The standard error of each row's log-odds."""
        rows = _with_ones((np.asarray(columns, float) - self.means) / self.spreads)
        return np.sqrt(np.einsum("ij,jk,ik->i", rows, self.covariance, rows))


def fit(columns: Floats, happened: NDArray[np.bool_], crowding: float = 1.0) -> Logistic:
    """The effects likeliest under the ridge, which weighs as much against ``crowding`` rows of each case as against
    one. The rows hold both outcomes; see `learning.learn` for who asks for that."""
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    spreads = np.where(spreads > 0, spreads, 1.0)
    rows = _with_ones((columns - means) / spreads)
    penalty = np.diag([0.0] + [RIDGE * crowding] * columns.shape[1])
    beta = np.zeros(rows.shape[1])
    beta[0] = logit(np.clip(happened.mean(), 1e-6, 1 - 1e-6))
    for _step in range(MOST_STEPS):
        chance = expit(rows @ beta)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + penalty
        step = np.linalg.solve(bend, rows.T @ (happened - chance) - penalty @ beta)
        beta = beta + step
        if np.abs(step).max() < FLAT:
            break
    return Logistic(means, spreads, beta[1:], float(beta[0]), np.linalg.inv(bend))


def _with_ones(rows: Floats) -> Floats:
    return np.column_stack([np.ones(len(rows)), rows])
