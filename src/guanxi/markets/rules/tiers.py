"""The hint for a customer's tier (客户分级, handbook 2.2); the tier itself is set by hand."""

from dataclasses import dataclass
from fractions import Fraction

# 2.2: the first 20 % by margin are tier 1, the next 30 % tier 2, the rest 3.
EDGES = ((1, Fraction(20, 100)), (2, Fraction(50, 100)))
REST = 3
# A place among fewer customers says nothing.
MIN_AMONG = 10


@dataclass(frozen=True)
class TierHint:
    """``tier`` proposed, the place by margin (1 is the highest) among ``among`` customers."""

    tier: int
    place: int
    among: int


def tier_hint(ahead: int, among: int) -> TierHint | None:
    """2.2: the tier of a margin with ``ahead`` larger ones ``among`` all, its own included; equal margins share the
    better place. None among fewer than ``MIN_AMONG``."""
    if among < MIN_AMONG:
        return None
    tier = next((tier for tier, edge in EDGES if Fraction(ahead, among) < edge), REST)
    return TierHint(tier, ahead + 1, among)
