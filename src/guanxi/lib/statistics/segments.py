"""Stable groups of like customers, with labels that stay the same from run to run.

Loads numpy, and scikit-learn when asked: for the worker and for commands, never for a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from guanxi.lib.statistics.purchases import Histories, Real, Whole

STABLE = 0.9
# Each with an action, an owner and a budget: more than six nobody keeps apart.
SIZES = range(3, 7)
RESAMPLES = 20
STARTS = 10
# Above so many customers the centres and their stability are found on a sample of them, then everybody is assigned.
SAMPLE = 20_000
RESAMPLE = 5_000
FEWEST = 50
RFM_FEATURES = ("recency", "frequency", "monetary")


class TooFewToSegment(ValueError):
    """Fewer customers than groups could be told apart in."""


@dataclass(frozen=True)
class Features:
    """One row a customer; ``values`` are on the scale on which they are compared, before standardising."""

    names: tuple[str, ...]
    values: Real
    # Segments are numbered by the mean of this column, the highest first.
    rank_by: int


@dataclass(frozen=True)
class Finished:
    """A period that is over: the customers as they stood before it, and what each spent in it."""

    features: Features
    spend: Real | Whole


@dataclass(frozen=True)
class Try:
    """``stability`` is the mean adjusted Rand index with which segments found in resampled customers agree with
    these; ``explained`` the share of the variance of a finished period's spend that lies between the segments, when
    these take in the customers as they stood before it."""

    size: int
    stability: float
    explained: float | None
    segment: Whole


@dataclass(frozen=True)
class Segments:
    """``segment[i]`` is the label of customer i; ``centres[label]`` the mean of its features. ``stable`` is False
    when no number of segments was: then the least unstable is given."""

    features: tuple[str, ...]
    segment: Whole
    centres: dict[int, Real]
    chosen: Try
    tries: list[Try]
    stable: bool


def rfm_features(of: Histories, more: dict[str, Real] | None = None) -> Features:
    """Logarithms of one plus recency in days, frequency and yuan, and further columns as they are. A total below
    zero counts as zero. Raises ValueError without amounts."""
    if of.total is None:
        raise ValueError("segments need amounts")
    raw = of.days_since(), of.frequency(), np.maximum(of.total, 0) / 100
    columns = {name: np.log1p(values) for name, values in zip(RFM_FEATURES, raw, strict=True)}
    columns |= more or {}
    return Features(tuple(columns), np.column_stack(list(columns.values())), rank_by=2)


def find_segments(
    features: Features,
    sizes: Sequence[int] = SIZES,
    *,
    finished: Finished | None = None,
    previous: dict[int, Real] | None = None,
    seed: int = 1,
) -> Segments:
    """KMeans on the standardised features for each number of segments, and the number that is suggested.

    Of those with a stability of .9 and more it is the one that explains most of what a ``finished`` period brought;
    without one, and when none is so stable, the most stable. With the centres of a ``previous`` run, by label,
    each segment takes the label of the one it is nearest to, all together as near as possible, and what has none
    left a new number; else 1 has the highest spend. The same customers and seed give the same answer, in
    whatever order, on the same version of scikit-learn. Raises TooFewToSegment.
    """
    values, count = features.values, len(features.values)
    order = np.lexsort(values.T)
    different = 1 + int((np.diff(values[order], axis=0) != 0).any(axis=1).sum()) if count else 0
    if count < FEWEST or different < max(sizes):
        raise TooFewToSegment(
            f"There are {count} customers with {different} different histories; "
            f"segments need {FEWEST} customers and {max(sizes)} histories."
        )
    # In an order of their own, so that the order of the rows decides nothing.
    ordered = values[order]
    spread = ordered.std(axis=0)
    spread[spread == 0] = 1
    middle = ordered.mean(axis=0)
    scaled = (ordered - middle) / spread
    before = None if finished is None else (finished.features.values - middle) / spread
    # scikit-learn first: only libraries that are loaded are limited.
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import threadpool_limits

    # Many small fits: threads that wait for each other on a busy machine take fifty times as long.
    with threadpool_limits(limits=1):
        tries = [_tried(scaled, size, seed) for size in sizes]
        told = [
            Try(
                size, stability, _explained(found, before, finished), found.predict(scaled)[np.argsort(order)]
            )
            for size, (found, stability) in zip(sizes, tries, strict=True)
        ]
    settled = [one for one in told if one.stability >= STABLE]
    chosen = max(
        settled or told, key=lambda one: (one.explained or 0 if settled else 0, one.stability, one.size)
    )
    centres = np.array([values[chosen.segment == place].mean(axis=0) for place in range(chosen.size)])
    labels = _labels(centres, features.rank_by, spread, previous or {})
    return Segments(
        features.names, labels[chosen.segment],
        dict(sorted(zip(labels.tolist(), centres, strict=True))), chosen, told, bool(settled),
    )  # fmt: skip


def explained_share(segment: Whole, spend: Real | Whole) -> float | None:
    """Eta squared: the part of the variance of ``spend`` that lies between the segments; None without variance."""
    sizes = np.bincount(segment)
    sums = np.bincount(segment, weights=spend)
    mean = spend.mean() if len(spend) else 0.0
    whole = ((spend - mean) ** 2).sum()
    within = sizes > 0
    between = (sizes[within] * (sums[within] / sizes[within] - mean) ** 2).sum()
    return float(between / whole) if whole else None


def _tried(scaled: Real, size: int, seed: int) -> tuple[Any, float]:
    """The KMeans and its stability."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    chance = np.random.default_rng(seed)
    sample = scaled if len(scaled) <= SAMPLE else scaled[chance.choice(len(scaled), SAMPLE, replace=False)]
    found = KMeans(size, n_init=STARTS, random_state=seed).fit(sample)
    judged = (
        sample if len(sample) <= RESAMPLE else sample[chance.choice(len(sample), RESAMPLE, replace=False)]
    )
    expected = found.predict(judged)
    agreement = []
    for round_ in range(RESAMPLES):
        drawn = sample[chance.integers(0, len(sample), min(len(sample), RESAMPLE))]
        again = KMeans(size, n_init=STARTS // 2, random_state=seed + round_).fit(drawn)
        agreement.append(adjusted_rand_score(expected, again.predict(judged)))
    return found, float(np.mean(agreement))


def _explained(found: Any, before: Real | None, finished: Finished | None) -> float | None:
    if before is None or finished is None or not len(before):
        return None
    return explained_share(found.predict(before), finished.spend)


def _labels(centres: Real, rank_by: int, spread: Real, previous: dict[int, Real]) -> Whole:
    """The label of each centre."""
    from scipy.optimize import linear_sum_assignment

    labels = np.zeros(len(centres), np.int64)
    if previous:
        known = sorted(previous)
        # Distances on today's scale: what one standard deviation was then matters less.
        apart = (centres[:, None, :] - np.array([previous[label] for label in known])[None]) / spread
        rows, columns = linear_sum_assignment((apart**2).sum(axis=2))
        labels[rows] = np.array(known)[columns]
    fresh = max(previous, default=0) + 1
    for place in np.argsort(-centres[:, rank_by], kind="stable"):
        if not labels[place]:
            labels[place], fresh = fresh, fresh + 1
    return labels
