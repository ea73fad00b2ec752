"""Chances learnt from ended cases, judged only on what came after what they were learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from guanxi.lib.statistics.chances import logistic
from guanxi.lib.statistics.chances.judging import Judgement, judge
from guanxi.lib.statistics.chances.snapshots import Snapshot
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

Floats = NDArray[np.float64]

# Below, a store's own effects are chance; the figures of the pack speak (`shrinking`).
FEWEST_CASES = 200
# Of either outcome, for the effects to have something to stand on.
FEWEST_OF_EACH = 20
# The later half of the rows, in so many blocks, is judged by what was known before each.
BLOCKS = 5
# 80 % of a normal distribution lies within.
WITHIN = 1.2815515655446004


@dataclass(frozen=True)
class Told:
    """The chance of a row and the borders it lies within with 80 %, how sure the model is of it; and what each column
    adds to the log-odds against the average row."""

    chance: float
    lower: float
    upper: float
    contributions: tuple[float, ...]


@dataclass(frozen=True)
class Learnt:
    """``slope`` and ``shift`` turn the model's log-odds into what such log-odds proved to be worth; ``crowding`` says
    how many rows there are for each case. ``judged`` is of later rows than those learnt from."""

    model: logistic.Logistic
    slope: float
    shift: float
    crowding: float
    cases: int
    happened: int
    judged: Judgement

    @property
    def effects(self) -> tuple[float, ...]:
        """The change of the log-odds for one spread of each column, as calibrated."""
        return tuple(float(one) * self.slope for one in self.model.effects)

    def tell(self, rows: Sequence[Sequence[float]]) -> list[Told]:
        if not rows:
            return []
        columns = np.asarray(rows, float)
        odds = self.shift + self.slope * self.model.log_odds(columns)
        # Rows of one case say the same thing several times.
        doubts = self.slope * self.model.doubts(columns) * np.sqrt(self.crowding) * WITHIN
        parts = self.slope * self.model.contributions(columns)
        return [
            Told(
                float(expit(odd)),
                float(expit(odd - doubt)),
                float(expit(odd + doubt)),
                tuple(map(float, part)),
            )
            for odd, doubt, part in zip(odds, doubts, parts, strict=True)
        ]


def learn(snapshots: Sequence[Snapshot], season: timedelta = timedelta(0)) -> Learnt:
    """A model of whether it happens, from snapshots whose outcome is known.

    The rows are judged in the order of time: each block of the later half by a model of what was known before the
    block began, calibrated on the blocks before it. So nothing is told by its own future. Where ``season`` is given,
    the outcome is what happened within it, and a row teaches once it has passed, whether its case ended sooner or not:
    else the rows just before a block would be those that ended fast.
    Raises `ModelRefused`: ``still_open``, ``too_few_cases``, ``too_few_of_one_outcome``, ``no_later_cases``.
    """
    if any(row.ended_at is None or row.happened is None for row in snapshots):
        raise ModelRefused("still_open", "only cases with a known outcome teach anything")
    rows = sorted(snapshots, key=lambda row: (row.at, row.case))
    cases = np.array([row.case for row in rows])
    outcomes = np.array([row.happened for row in rows], bool)
    total, happened = _outcomes(cases, outcomes)
    if total < FEWEST_CASES:
        raise ModelRefused("too_few_cases", f"{total} cases are known; the model needs {FEWEST_CASES}")
    if min(happened, total - happened) < FEWEST_OF_EACH:
        raise ModelRefused("too_few_of_one_outcome", f"of each outcome {FEWEST_OF_EACH} cases are needed")
    columns = np.array([row.values for row in rows], float)
    odds, told = _told_ahead(rows, season, cases, columns, outcomes)
    ahead = ~np.isnan(odds)
    judged = ~np.isnan(told)
    if not judged.any():
        raise ModelRefused("no_later_cases", "no case began after enough others had ended")
    crowding = len(rows) / total
    slope, shift = _calibrated(odds[ahead], outcomes[ahead], crowding)
    return Learnt(
        logistic.fit(columns, outcomes, crowding), slope, shift, crowding, total, happened,
        judge(told[judged], outcomes[judged]),
    )  # fmt: skip


def _outcomes(cases: NDArray[np.int64], outcomes: NDArray[np.bool_]) -> tuple[int, int]:
    """How many cases, and to how many of them it happened in any of their rows."""
    return len(np.unique(cases)), len(np.unique(cases[outcomes]))


def _told_ahead(
    rows: Sequence[Snapshot],
    season: timedelta,
    cases: NDArray[np.int64],
    columns: Floats,
    outcomes: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Of each row the log-odds told by what was known before its block began, and the chance calibrated by the blocks
    before; not a number where nothing could be told."""
    odds, told = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    borders = np.linspace(len(rows) // 2, len(rows), BLOCKS + 1).astype(int)
    known_at = [max(row.ended_at or row.at, row.at + season) for row in rows]
    for start, end in pairwise(borders):
        if start == end:
            continue
        known = np.array([when < rows[start].at for when in known_at])
        total, happened = _outcomes(cases[known], outcomes[known])
        if min(happened, total - happened) < FEWEST_OF_EACH:
            continue
        crowding = known.sum() / total
        model = logistic.fit(columns[known], outcomes[known], crowding)
        before = ~np.isnan(odds) & known
        odds[start:end] = model.log_odds(columns[start:end])
        if before.any():
            slope, shift = _calibrated(odds[before], outcomes[before], crowding)
            told[start:end] = expit(shift + slope * odds[start:end])
    return odds, told


def _calibrated(odds: Floats, happened: NDArray[np.bool_], crowding: float) -> tuple[float, float]:
    """Platt's line: what such log-odds were worth. Held near the line that changes nothing, and never falling: a model
    that ranks upside down is told to know nothing but the rate."""
    rate = (happened.sum() + 1) / (len(happened) + 2)
    # The ridge pulls towards "as told", not towards "no effect".
    slope, shift = 1.0, 0.0
    for _step in range(100):
        chance = expit(shift + slope * odds)
        weight = chance * (1 - chance)
        bend = np.array(
            [[weight @ odds**2 + crowding, weight @ odds], [weight @ odds, weight.sum() + crowding]]
        )
        miss = happened - chance
        step = np.linalg.solve(bend, [miss @ odds - crowding * (slope - 1), miss.sum() - crowding * shift])
        slope, shift = slope + step[0], shift + step[1]
        if np.abs(step).max() < 1e-10:
            break
    if not slope > 0:
        return 0.0, float(logit(rate))
    return float(slope), float(shift)


def raised(learnt: Learnt, values: Sequence[float], column: int, to: float) -> float:
    """By how much the chance would differ were one column ``to``, all else the same."""
    changed = list(values)
    changed[column] = to
    before, after = learnt.tell([values, changed])
    return after.chance - before.chance
