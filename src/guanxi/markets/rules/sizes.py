"""The four levels of a market and what they say (R-MKT-01, R-MKT-02). Counts are heads, ratios fractions of 1."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from guanxi.lib.money import ratio

LEVELS = ("potential", "available", "served", "penetrated")


class SizesRefused(ValueError):
    """The sizes are inverted or below 0; ``name`` is the level that is too large, or below 0."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True)
class MarketSizes:
    """Raises SizesRefused unless potential ≥ available ≥ served ≥ penetrated ≥ 0."""

    potential: int
    available: int
    served: int
    penetrated: int

    def __post_init__(self) -> None:
        if self.penetrated < 0:
            raise SizesRefused("penetrated")
        for outer, inner in pairwise(LEVELS):
            if getattr(self, inner) > getattr(self, outer):
                raise SizesRefused(inner)

    @property
    def reach(self) -> Decimal | None:
        return ratio(self.available, self.potential)

    @property
    def focus(self) -> Decimal | None:
        return ratio(self.served, self.available)

    @property
    def penetration(self) -> Decimal | None:
        return ratio(self.penetrated, self.served)

    @property
    def headroom(self) -> int:
        return self.served - self.penetrated

    @property
    def share(self) -> Decimal | None:
        """Of the potential."""
        return ratio(self.penetrated, self.potential)


def plan_value(sizes: MarketSizes, gain: Decimal | None, margin: Decimal | None) -> Decimal | None:
    """R-MKT-02 in yuan: headroom × the part of it we expect to win (0–1) × average margin; None while one is
    unknown."""
    return None if gain is None or margin is None else sizes.headroom * gain * margin
