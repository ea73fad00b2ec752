"""Composite classification (复式分类, handbook 2.3): what a customer buys of a product now, and could buy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

UNSURE = "N"
# 0 non-buyer, 1 rarely, 2 commonly, 3 well, 4 often; a potential may also be N: does not know whether to buy.
GRADES = ("0", "1", "2", "3", "4")
POTENTIALS = (*GRADES, UNSURE)
# R-CMP-01: an unsure potential sorts like this gap.
UNSURE_GAP = 2
LAST_TIER = 4
# Grade → from how many purchases on.
Edges = Mapping[Literal["1", "2", "3", "4"], int]


class Tag(StrEnum):
    """What a pair says: sell more, find out, keep, nothing to gain, or a mistake to look at."""

    GROW = "GROW"
    EXPLORE = "EXPLORE"
    MAINTAIN = "MAINTAIN"
    NOTHING = "NOTHING"
    POTENTIAL_BELOW_CURRENT = "POTENTIAL_BELOW_CURRENT"


@dataclass(frozen=True)
class Pair:
    """One customer and one product. ``potential`` is one of POTENTIALS."""

    current: int
    potential: str

    @property
    def gap(self) -> int | None:
        """R-CMP-01: potential − current; None for an unsure potential."""
        return None if self.potential == UNSURE else int(self.potential) - self.current

    @property
    def sorted_gap(self) -> int:
        """The gap the list sorts by: an unsure potential counts as 2."""
        return UNSURE_GAP if self.gap is None else self.gap

    @property
    def tag(self) -> Tag:
        """R-CMP-01, R-CMP-03."""
        if self.gap is None:
            return Tag.EXPLORE
        if self.gap < 0:
            return Tag.POTENTIAL_BELOW_CURRENT
        if self.gap:
            return Tag.GROW
        return Tag.MAINTAIN if self.current else Tag.NOTHING

    @property
    def is_target(self) -> bool:
        """R-CMP-02: a gap, or somebody to find out about."""
        return self.tag in (Tag.GROW, Tag.EXPLORE)

    def __str__(self) -> str:
        return f"({self.current}, {self.potential})"


@dataclass(frozen=True)
class Judgement:
    """``potential`` is one of POTENTIALS. ``current`` locks what they buy now; None leaves it to the purchases.
    ``version`` is that of the standing seen, 0 where there was none."""

    customer: int
    product: int
    potential: str
    current: int | None
    version: int


def grade_of(purchases: int, edges: Edges) -> int:
    """2.3: purchases of the last 12 months as a grade; ``edges`` say from how many on each grade from 1 to 4 holds."""
    return max((int(grade) for grade, least in edges.items() if purchases >= least), default=0)


def year_before(on: date) -> date:
    """The day from which purchases still count on ``on``: the last 12 months, that day excluded a year ago."""
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)


def urgency(pair: Pair, tier: int | None, last_contact_on: date | None, on: date) -> tuple[int, int, int]:
    """R-CMP-02: sorts rows by tier, then the larger gap, then the longer silence. Without a tier a customer comes
    after tier 3; one never contacted has been silent longest."""
    silent = (on - (last_contact_on or date.min)).days
    return (tier or LAST_TIER, -pair.sorted_gap, -silent)
