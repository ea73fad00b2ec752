"""Recency, frequency, monetary value: a score of 1 to 5 each, and six groups with an action each.

Loads numpy: for the worker and for commands, never for a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guanxi.lib.statistics.purchases import Histories, Whole

SCORES = 5
# Who they are: bought lately and much, came just now, come lately, were good and stay away, fade, are gone.
GROUPS = BEST, NEW, GROWING, SLIPPING, FADING, LOST = "BEST", "NEW", "GROWING", "SLIPPING", "FADING", "LOST"
HIGH_VALUE = 8
LATELY = 4


class BandsRefused(ValueError):
    """The edges are not four that rise. The message says which."""


@dataclass(frozen=True)
class Bands:
    """The four edges between the scores of a measure; None asks for its own quintiles.

    ``recency`` is in days since the last purchase: up to the first edge scores 5, beyond the last 1. ``frequency``
    counts transactions, ``monetary`` is in fen: up to the first edge scores 1, beyond the last 5.
    """

    recency: Sequence[int] | None = None
    frequency: Sequence[int] | None = None
    monetary: Sequence[int] | None = None

    def __post_init__(self) -> None:
        for name in ("recency", "frequency", "monetary"):
            edges = getattr(self, name)
            if edges is not None and (len(edges) != SCORES - 1 or list(edges) != sorted(set(edges))):
                raise BandsRefused(f"The bands of {name} are four numbers that rise, like 1,2,4,8.")


QUINTILES = Bands()


@dataclass(frozen=True)
class Scores:
    """``group`` points into GROUPS; ``edges`` are those that were used, as in ``Bands``. Quintiles may coincide."""

    recency: Whole
    frequency: Whole
    monetary: Whole
    group: Whole
    edges: dict[str, list[int]]

    def sum(self) -> Whole:
        return self.recency + self.frequency + self.monetary

    def cell(self) -> Whole:
        """543 for recency 5, frequency 4, monetary 3."""
        return self.recency * 100 + self.frequency * 10 + self.monetary


def rfm_scores(of: Histories, bands: Bands = QUINTILES) -> Scores:
    """The scores of each customer. Equal values have equal scores, so half a base that bought once shares one;
    the order of the customers changes nothing. Raises ValueError without amounts."""
    if of.total is None:
        raise ValueError("RFM needs amounts")
    frequency, since = of.frequency(), of.days_since()
    edges = {
        "recency": _edges(bands.recency, since),
        "frequency": _edges(bands.frequency, frequency),
        "monetary": _edges(bands.monetary, of.total),
    }
    r = SCORES + 1 - _scored(since, edges["recency"])
    f, m = _scored(frequency, edges["frequency"]), _scored(of.total, edges["monetary"])
    much = f + m >= HIGH_VALUE
    lately = r >= LATELY
    group = np.select(
        [lately & much, lately & (frequency == 1), lately, much, r > 1],
        [GROUPS.index(name) for name in (BEST, NEW, GROWING, SLIPPING, FADING)],
        GROUPS.index(LOST),
    )
    return Scores(r, f, m, group.astype(np.int64), edges)


def _scored(values: Whole, edges: list[int]) -> Whole:
    return np.searchsorted(np.array(edges, np.int64), values, side="left") + 1


def _edges(given: Sequence[int] | None, values: Whole) -> list[int]:
    """Those given, else the values that the lowest one to four fifths do not pass."""
    if given is not None or not len(values):
        return list(given or ())
    places = -(-np.arange(1, SCORES) * len(values) // SCORES) - 1
    return np.partition(values, places)[places].tolist()
