"""Whether contractual customers leave, learnt from a table of those who did and did not (`chances.logistic`).

Every chance of a customer whose outcome is known is told by a model that has not seen them. Loads numpy: for the worker
and for commands, never for a page.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from guanxi.lib.statistics.chances import logistic
from guanxi.lib.statistics.chances.judging import Judgement, auc, judge, lift
from guanxi.lib.statistics.chances.learning import FEWEST_CASES, FEWEST_OF_EACH
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

Floats = NDArray[np.float64]
Outcomes = NDArray[np.bool_]

FOLDS = 5
SEED = 16
# A column that alone ranks so well was mostly written down because they left.
LEAK = 0.97
# Words that more rows differ in than agree are names, not kinds.
MOST_KINDS = 50
FEWEST_OF_KIND = 10
# Squares of numbers beyond are no numbers any more, nor are those of the parts of a row far outside its model.
LARGEST, FURTHEST = 1e100, 1e6
OTHER = "…"


@dataclass(frozen=True)
class Encoded:
    """A column as numbers: itself with a mark where it is missing, or a mark for each kind of word."""

    name: str
    cells: Sequence[str]
    values: Floats


@dataclass(frozen=True)
class Scored:
    """``chances`` and ``parts`` (what each column adds to the log-odds, against the average) are one a row. Of the rows
    with an outcome they come from the model of the other folds; ``judged``, ``lift`` and ``folds`` (the AUC of each)
    are of these. ``weights`` is how far each column moves the rows apart."""

    chances: Floats
    parts: Floats
    judged: Judgement
    lift: float | None
    folds: tuple[float, ...]
    weights: tuple[float, ...]


def encoded(columns: Mapping[str, Sequence[str]]) -> tuple[list[Encoded], dict[str, str]]:
    """The columns as numbers, and of those left out why: ``same`` for all rows, ``names`` of too many kinds, ``far``
    where the spread of the numbers cannot be reckoned.

    A column of numbers stays one; where a number is missing the mean stands, and a mark says so. The outcome has no
    part in it.
    """
    found, left_out = [], {}
    for name, cells in columns.items():
        values = _numbers(cells)
        if values is None:
            kinds = Counter(cells)
            if len(kinds) > MOST_KINDS:
                left_out[name] = "names"
                continue
            often = [kind for kind, count in kinds.items() if count >= FEWEST_OF_KIND]
            told = np.array([cell if kinds[cell] >= FEWEST_OF_KIND else OTHER for cell in cells], object)
            values = np.column_stack(
                [told == kind for kind in [*often, OTHER] if (told == kind).any()]
            ).astype(float)
        if np.abs(values).max(initial=0) > LARGEST:
            left_out[name] = "far"
            continue
        if not values.std(axis=0).any():
            left_out[name] = "same"
            continue
        found.append(Encoded(name, cells, values))
    return found, left_out


def folds_of(churned: Outcomes) -> NDArray[np.int64]:
    """The fold of each row, drawn from a fixed seed with the same share of churn in each."""
    chance = np.random.default_rng(SEED)
    fold = np.empty(len(churned), np.int64)
    for outcome in (True, False):
        rows = np.flatnonzero(churned == outcome)
        fold[chance.permutation(rows)] = np.arange(len(rows)) % FOLDS
    return fold


def leaks(columns: Sequence[Encoded], known: Outcomes, churned: Outcomes) -> dict[str, float]:
    """The columns that alone rank those who left above the others in more than ``LEAK`` of pairs, with the share."""
    fold, found = folds_of(churned), {}
    for column in columns:
        odds, _parts = _told(column.values[known], churned, fold)
        share = auc(odds, churned)
        if share is not None and share > LEAK:
            found[column.name] = share
    return found


def enough(churned: Outcomes) -> None:
    """Raises `ModelRefused`: ``too_few_cases``, ``too_few_of_one_outcome``."""
    happened = int(churned.sum())
    if len(churned) < FEWEST_CASES:
        raise ModelRefused(
            "too_few_cases", f"{len(churned)} outcomes are known; the model needs {FEWEST_CASES}"
        )
    if min(happened, len(churned) - happened) < FEWEST_OF_EACH:
        raise ModelRefused(
            "too_few_of_one_outcome",
            f"{happened} left and {len(churned) - happened} stayed; of each {FEWEST_OF_EACH} are needed",
        )


def score(columns: Sequence[Encoded], known: Outcomes, churned: Outcomes) -> Scored:
    """The chance of every row to leave; ``churned`` are the outcomes of the ``known`` rows, in their order.

    Raises `ModelRefused`: as `enough`, and ``no_columns``.
    """
    enough(churned)
    if not columns:
        raise ModelRefused("no_columns", "no column is left to learn from")
    values = np.column_stack([column.values for column in columns])
    owner = np.repeat(np.arange(len(columns)), [column.values.shape[1] for column in columns])
    fold = folds_of(churned)
    odds, parts = np.empty(len(values)), np.empty(values.shape)
    odds[known], parts[known] = _told(values[known], churned, fold)
    if not known.all():
        model = logistic.fit(values[known], churned)
        odds[~known], parts[~known] = model.log_odds(values[~known]), model.contributions(values[~known])
    # Marks of one column are told together.
    by_column = np.zeros((len(values), len(columns)))
    np.add.at(by_column.T, owner, np.clip(parts, -FURTHEST, FURTHEST).T)
    chances = expit(odds)
    told = chances[known]
    shares = [auc(told[fold == one], churned[fold == one]) for one in range(FOLDS)]
    return Scored(
        chances, by_column, judge(told, churned), lift(told, churned),
        tuple(share for share in shares if share is not None), tuple(by_column.std(axis=0).tolist()),
    )  # fmt: skip


def _told(values: Floats, churned: Outcomes, fold: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The log-odds of each row and their parts, by a model of the other folds."""
    odds, parts = np.empty(len(values)), np.empty(values.shape)
    for one in range(FOLDS):
        within = fold == one
        model = logistic.fit(values[~within], churned[~within])
        odds[within], parts[within] = model.log_odds(values[within]), model.contributions(values[within])
    return odds, parts


def _numbers(cells: Sequence[str]) -> Floats | None:
    """The column as numbers with a mark where they are missing; None when a filled cell is no number."""
    read: dict[str, float] = {}
    for cell in cells:
        if cell and cell not in read:
            try:
                read[cell] = float(unicodedata.normalize("NFKC", cell).strip("¥元% ").replace(",", ""))
            except ValueError:
                return None
    if not read:
        return np.zeros((len(cells), 1))
    values = np.array([read.get(cell, np.nan) for cell in cells])
    missing = ~np.isfinite(values)
    if missing.all():
        return np.zeros((len(cells), 1))
    with np.errstate(over="ignore"):
        values = np.where(missing, values[~missing].mean(), values)
    return np.column_stack([values, missing]) if missing.any() else values[:, None]
