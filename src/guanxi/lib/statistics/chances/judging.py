"""How good told chances were, once the outcomes are known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Outcomes = NDArray[np.bool_]

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Rows told between ``low`` and ``high``: how many, the mean of what was told, and the share it happened to."""

    low: float
    high: float
    count: int
    told: float
    happened: float


@dataclass(frozen=True)
class Judgement:
    """``auc`` is the probability that of two rows the one it happened to was told the higher chance; ``brier`` the mean
    squared miss, ``brier_of_rate`` that of telling everybody the mean; ``gap`` the mean distance of told and happened
    over the bins. All of rows the model had not seen."""

    rows: int
    auc: float | None
    brier: float
    brier_of_rate: float
    gap: float
    bins: tuple[Bin, ...]


def judge(told: Floats, happened: Outcomes) -> Judgement:
    """The table of ten bins of equal count, equal chances together, with the figures over it. At least one row."""
    rate = happened.mean()
    bins = _bins(told, happened)
    return Judgement(
        rows=len(told),
        auc=auc(told, happened),
        brier=float(np.mean((told - happened) ** 2)),
        brier_of_rate=float(rate * (1 - rate)),
        gap=sum(one.count * abs(one.told - one.happened) for one in bins) / len(told),
        bins=bins,
    )


def auc(told: Floats, happened: Outcomes) -> float | None:
    """None unless both outcomes occur. Equal chances count half."""
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return None
    return float((rankdata(told)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def lift(told: Floats, happened: Outcomes, share: float = 0.1) -> float | None:
    """How many times as often it happened to the ``share`` told the highest chance as to all; who ties at the border
    counts in part. None when it happened to nobody."""
    if not happened.any():
        return None
    wanted = int(np.ceil(len(told) * share))
    border = np.partition(told, -wanted)[-wanted]
    above, at = told > border, told == border
    found = happened[above].sum() + (wanted - above.sum()) * happened[at].mean()
    return float(found / wanted / happened.mean())


def _bins(told: Floats, happened: Outcomes) -> tuple[Bin, ...]:
    borders = np.unique(np.quantile(told, np.linspace(0, 1, BINS + 1)))
    place = np.clip(np.searchsorted(borders, told, side="right") - 1, 0, max(len(borders) - 2, 0))
    found = []
    for one in np.unique(place):
        within = place == one
        low, high = float(told[within].min()), float(told[within].max())
        found.append(
            Bin(low, high, int(within.sum()), float(told[within].mean()), float(happened[within].mean()))
        )
    return tuple(found)
