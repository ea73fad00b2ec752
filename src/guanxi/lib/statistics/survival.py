"""How long until something happens: Kaplan-Meier, cumulative incidence, Cox regression with Efron's ties.

A duration ends in an event or is merely where observation stopped. Equal to lifelines to 1e-4 and better.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

Floats = NDArray[np.float64]

MOST_STEPS = 50
FLAT = 1e-9
# A spread of a column that multiplies the hazard three thousand times: the likelihood has no maximum, for example when
# a mark splits those it happened to from the rest.
FURTHEST = 8.0


@dataclass(frozen=True)
class Curve:
    """A step function: from ``times[k]`` on it is ``values[k]``; before the first time ``start``."""

    times: Floats
    values: Floats
    start: float

    def at(self, time: float) -> float:
        place = int(np.searchsorted(self.times, time, side="right"))
        return float(self.values[place - 1]) if place else self.start


def kaplan_meier(durations: ArrayLike, observed: ArrayLike) -> Curve:
    """The share for whom the event has not happened yet, at each time with an event.

    Raises `ModelRefused`: ``not_a_duration``.
    """
    times, at_risk, counts = _table(durations, np.asarray(observed, bool).astype(int))
    events = counts[:, 1:].sum(axis=1)
    return _thinned(times, np.cumprod(1 - events / at_risk), events > 0, 1.0)


def cumulative_incidence(durations: ArrayLike, causes: ArrayLike, cause: int) -> Curve:
    """Aalen-Johansen: the share for whom ``cause`` has happened, where other causes compete for the same cases.

    ``causes`` are whole numbers, 0 for a case nothing has happened to yet. With the other causes' curves and the share
    still open it adds up to 1; one minus Kaplan-Meier of the cause alone would say more than ever can happen.
    Raises `ModelRefused`: ``not_a_duration``.
    """
    given = np.asarray(causes, int)
    marked = np.where(given == cause, 1, np.where(given == 0, 0, 2))
    times, at_risk, counts = _table(durations, marked)
    events = counts[:, 1:].sum(axis=1)
    before = np.concatenate([[1.0], np.cumprod(1 - events / at_risk)[:-1]])
    return _thinned(times, np.cumsum(before * counts[:, 1] / at_risk), counts[:, 1] > 0, 0.0)


@dataclass(frozen=True)
class Cox:
    """``coefficients`` are logarithms of hazard ratios, in the order of the columns, each with its standard error."""

    coefficients: Floats
    standard_errors: Floats
    log_likelihood: float
    events: int


def cox(durations: ArrayLike, observed: ArrayLike, columns: ArrayLike) -> Cox:
    """Proportional hazards by Newton's method on Efron's partial likelihood.

    ``columns`` has a row for each case. Raises `ModelRefused`: ``not_a_duration``, ``no_event``, ``constant_column``,
    ``dependent_columns``, ``no_maximum``.
    """
    times, seen = _checked(durations), np.asarray(observed, bool)
    given = np.asarray(columns, float)
    if given.shape[:1] != times.shape or seen.shape != times.shape or not np.isfinite(given).all():
        raise ModelRefused(
            "not_a_duration", "each case needs a duration, an outcome and a number in every column"
        )
    if not seen.any():
        raise ModelRefused("no_event", "nothing happened to anybody: there is no hazard to explain")
    spread = given.std(axis=0)
    if (spread == 0).any():
        which = int(np.flatnonzero(spread == 0)[0])
        raise ModelRefused("constant_column", f"column {which} is the same for all and explains nothing")
    # In units of their spread, so that one step length suits all; later times first, so that sums run over who is left.
    order = np.lexsort((~seen, -times))
    rows = ((given - given.mean(axis=0)) / spread)[order]
    times, seen = times[order], seen[order]
    beta = np.zeros(rows.shape[1])
    height, slope, bend = _efron(beta, times, seen, rows)
    for _step in range(MOST_STEPS):
        try:
            step = np.linalg.solve(bend, slope)
        except np.linalg.LinAlgError:
            raise ModelRefused("dependent_columns", "one column follows from others") from None
        length, found = 1.0, _efron(beta + step, times, seen, rows)
        while not found[0] >= height - 1e-12 and length > 1e-6:
            length /= 2
            found = _efron(beta + length * step, times, seen, rows)
        beta = beta + length * step
        height, slope, bend = found
        if (np.abs(beta) > FURTHEST).any():
            raise ModelRefused("no_maximum", "a column splits those it happened to from all others")
        if np.abs(slope).max() < FLAT * len(times):
            break
    if np.linalg.cond(bend) > 1e12:
        raise ModelRefused("dependent_columns", "one column follows from others")
    errors = np.sqrt(np.diag(np.linalg.inv(bend)))
    return Cox(beta / spread, errors / spread, height, int(seen.sum()))


def _efron(
    beta: Floats, times: Floats, seen: NDArray[np.bool_], rows: Floats
) -> tuple[float, Floats, Floats]:
    """The log-likelihood, its slope, and minus its second derivative. Cases come latest first, events before the rest
    of their time."""
    score = rows @ beta
    shift = score.max()
    risk = np.exp(score - shift)
    weighed = risk[:, None] * rows
    products = weighed[:, :, None] * rows[:, None, :]
    # Everybody who is still there at the time of a row.
    last = np.searchsorted(-times, -times, side="right") - 1
    sums = [np.cumsum(part, axis=0) for part in (risk, weighed, products)]
    starts = np.flatnonzero(np.concatenate([[True], times[1:] != times[:-1]]))
    height, slope, bend = 0.0, np.zeros_like(beta), np.zeros((len(beta), len(beta)))
    ends = np.append(starts[1:], len(times))
    for start, end in zip(starts, ends, strict=True):
        tied = int(seen[start:end].sum())
        if not tied:
            continue
        who = slice(start, start + tied)
        whole = [total[last[start]] for total in sums]
        dying = [part[who].sum(axis=0) for part in (risk, weighed, products)]
        height += float(score[who].sum())
        slope = slope + rows[who].sum(axis=0)
        # Efron: of those who go together, each goes among a share of the others.
        for share in np.arange(tied) / tied:
            zero, one, two = (a - share * b for a, b in zip(whole, dying, strict=True))
            mean = one / zero
            height -= float(np.log(zero)) + shift
            slope = slope - mean
            bend = bend + two / zero - np.outer(mean, mean)
    return height, slope, bend


def _checked(durations: ArrayLike) -> Floats:
    times = np.asarray(durations, float)
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all() or (times < 0).any():
        raise ModelRefused("not_a_duration", "durations are finite numbers of at least 0, one for each case")
    return times


def _table(durations: ArrayLike, marks: NDArray[Any]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Distinct times, how many are there just before each, and how many end there by mark (0, 1, 2)."""
    given = _checked(durations)
    if marks.shape != given.shape:
        raise ModelRefused("not_a_duration", "each duration needs an outcome")
    times, place = np.unique(given, return_inverse=True)
    counts = np.zeros((len(times), 3), dtype=np.int64)
    np.add.at(counts, (place, marks), 1)
    leaving = counts.sum(axis=1)
    return times, len(given) - np.concatenate([[0], np.cumsum(leaving)[:-1]]).astype(float), counts


def _thinned(times: Floats, values: Floats, steps: NDArray[np.bool_], start: float) -> Curve:
    return Curve(times[steps], values[steps], start)
