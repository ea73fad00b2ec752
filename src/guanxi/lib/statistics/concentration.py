"""Few bring most: classes A, B, C and LOSS, and how concentrated a whole is (R-VAL-07).

Loads numpy: for the worker and for commands, never for a page.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from guanxi.lib.statistics.purchases import Real, Whole, check_sum

A, B, C, LOSS = "A", "B", "C", "LOSS"
CLASSES = (A, B, C, LOSS)
TO_A, TO_B = 80, 95

MOST_POINTS = 101
DRAWS = 1_000
SINGLY = 1_000
GROUPS = 1_000


@dataclass(frozen=True)
class Concentration:
    """``classes[i]`` is the place in CLASSES of entry i. All else is of the entries that are no LOSS.

    ``top_5`` and ``top_20`` are the shares of the total that the first 5 and 20 % bring (their number rounded up),
    ``bring_80`` how many it takes to reach 80 %, ``hhi`` the sum of squared shares. ``curve`` holds at most 101
    points (share of entries, share of total) from (0, 0) to (1, 1). With nothing above zero there is no Pareto:
    the shares are None and the curve is empty.
    """

    classes: Whole
    counted: int
    total: int
    top_5: Fraction | None
    top_20: Fraction | None
    bring_80: int | None
    gini: float | None
    hhi: float | None
    curve: list[tuple[float, float]]

    def sizes(self) -> dict[str, int]:
        """Entries per class."""
        return dict(zip(CLASSES, np.bincount(self.classes, minlength=4).tolist(), strict=True))


def concentration(profits: Whole, *, to_a: int = TO_A, to_b: int = TO_B) -> Concentration:
    """Classes by profit, exactly (R-VAL-07): those up to and including the one that reaches 80 % are A, to 95 % B,
    the rest C, or with other borders in percent; a profit below zero is LOSS. Who ties with the last of A or B stands
    there too. When no profit is above zero, all are LOSS. The total is of the profits above zero. Raises TooMuchMoney.
    """
    check_sum(profits)
    classes = np.full(len(profits), CLASSES.index(LOSS), np.int64)
    falling = -np.sort(-profits[profits >= 0])
    reached = np.cumsum(falling)
    total = int(reached[-1]) if len(reached) else 0
    if not total:
        return Concentration(classes, 0, 0, None, None, None, None, None, [])
    upto_a, upto_b, bring_80 = (
        int(np.searchsorted(reached, -(-total * share // 100))) + 1 for share in (to_a, to_b, 80)
    )
    classes[profits >= 0] = CLASSES.index(C)
    classes[profits >= falling[upto_b - 1]] = CLASSES.index(B)
    classes[profits >= falling[upto_a - 1]] = CLASSES.index(A)
    count = len(falling)
    shares = falling / total
    gini = (count + 1 - 2 * float(np.cumsum(shares).sum())) / count
    return Concentration(
        classes, count, total, Fraction(int(reached[top(count, 5) - 1]), total),
        Fraction(int(reached[top(count, 20) - 1]), total), bring_80, abs(gini), float((shares**2).sum()),
        _curve(reached),
    )  # fmt: skip


def top(count: int, percent: int) -> int:
    """How many the first ``percent`` of ``count`` are, rounded up."""
    return -(-count * percent // 100)


def top_share_band(profits: Whole, percent: int = 20, seed: int = 1) -> tuple[float, float] | None:
    """Between what the share of the top ``percent`` lies with 95 % confidence, by 1,000 bootstrap draws; None as there.

    The first thousand are drawn singly. Of a larger number the others are drawn in a thousand groups of neighbours
    in rank, each worth its group's mean; within a group they differ little.
    """
    falling = -np.sort(-profits[profits >= 0])
    count = len(falling)
    if not count or not falling[0]:
        return None
    edges = np.arange(min(count, SINGLY) + 1)
    if count > SINGLY:
        rest = np.linspace(SINGLY, count, min(count - SINGLY, GROUPS) + 1).astype(np.int64)
        edges = np.concatenate((edges, rest[1:]))
    sizes = np.diff(edges)
    means = np.add.reduceat(falling, edges[:-1]) / sizes
    drawn = np.random.default_rng(seed).multinomial(count, sizes / count, DRAWS)
    taken = np.minimum(np.cumsum(drawn, axis=1), top(count, percent))
    of_top = np.diff(taken, axis=1, prepend=0) @ means
    whole = drawn @ means
    low, high = np.quantile(of_top[whole > 0] / whole[whole > 0], (0.025, 0.975))
    return float(low), float(high)


def captured(ranking: Real | Whole, worth: Whole, percent: int = 20) -> float | None:
    """The share of ``worth`` that falls to the top ``percent`` by ``ranking``; None when nothing is worth anything.

    Who ties at the edge counts in part, so that no order of rows decides.
    """
    return float(_weights(ranking, percent) @ worth / worth.sum()) if worth.sum() > 0 else None


def requalified(ranking: Real | Whole, worth: Whole, percent: int = 20) -> float | None:
    """The share of the top ``percent`` by ``ranking`` that is among the top ``percent`` by ``worth``, ties in part."""
    if not len(worth):
        return None
    return float(_weights(ranking, percent) @ _weights(worth, percent) / top(len(worth), percent))


def _weights(ranking: Real | Whole, percent: int) -> Real:
    """1 for the first ``percent``, 0 for the others, and for those who tie at the edge the part of them that fits."""
    if not len(ranking):
        return np.zeros(0)
    room = top(len(ranking), percent)
    edge = np.partition(ranking, len(ranking) - room)[len(ranking) - room]
    above, tied = ranking > edge, ranking == edge
    return above + tied * ((room - above.sum()) / tied.sum())


def _curve(reached: Whole) -> list[tuple[float, float]]:
    count, total = len(reached), int(reached[-1])
    places = np.unique(np.linspace(0, count, min(count + 1, MOST_POINTS)).round().astype(np.int64))
    return [(place / count, int(reached[place - 1]) / total if place else 0.0) for place in places.tolist()]
