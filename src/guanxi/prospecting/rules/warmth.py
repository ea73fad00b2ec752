"""How warm a name is, when it may be visited, and what warmth is expected to bring (handbook 3.2, 10.4). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from guanxi.lib.money import ratio

COLDEST, HOTTEST = 1, 5
MEANS, DECIDES, NEED = "MEANS", "DECIDES", "NEED"
IDEAL = 4


def why_not_warmed(
    before: int, after: int, *, evidence: str, recommended: bool, conditions: Collection[str]
) -> str:
    """R-REF-05: why a name may not go from one level of warmth to another; "" when it may.

    ``SAME`` and ``UNKNOWN`` are no changes; ``NO_EVIDENCE`` asks what shows it, on the way down for the reason;
    ``NO_NEED`` and ``NOT_RECOMMENDED``: level 5 takes a clear need and a recommendation, both.
    """
    if not COLDEST <= after <= HOTTEST:
        return "UNKNOWN"
    if after == before:
        return "SAME"
    if not evidence.strip():
        return "NO_EVIDENCE"
    if after == HOTTEST and NEED not in conditions:
        return "NO_NEED"
    if after == HOTTEST and not recommended:
        return "NOT_RECOMMENDED"
    return ""


def may_be_visited(conditions: Collection[str]) -> bool:
    """R-PRO-04: nobody enters the visiting list with neither the means nor the right to decide."""
    return MEANS in conditions or DECIDES in conditions


def is_ideal(conditions: Collection[str]) -> bool:
    """R-PRO-03: all four conditions make an ideal prospect (理想准客户)."""
    return len(set(conditions)) >= IDEAL


@dataclass(frozen=True)
class Conversion:
    """Names at one warmth: how many were met, how many bought, and how many the plan expects (R-REF-06)."""

    warmth: int
    names: int
    met: int
    closed: int
    planned: Decimal

    @property
    def expected(self) -> Decimal:
        """Deals the plan expects of these names, exactly."""
        return self.planned * self.names

    @property
    def rate(self) -> Decimal | None:
        """Closed of all names; None without names."""
        return ratio(self.closed, self.names)


def conversions(
    counts: Mapping[int, tuple[int, int, int]], planned: Mapping[str, Decimal]
) -> list[Conversion]:
    """Warmth → (names, met, closed) beside ``warm.conversion``, the hottest first."""
    return [
        Conversion(warmth, *counts.get(warmth, (0, 0, 0)), planned[str(warmth)])
        for warmth in range(HOTTEST, COLDEST - 1, -1)
    ]


@dataclass(frozen=True)
class Norm:
    """R-PRO-02: what a number of names should have given, beside what it gave."""

    names: int
    prospects: int
    deals: int
    due_prospects: Decimal
    due_deals: Decimal


def norm_of(names: int, prospects: int, deals: int, norm: Mapping[str, int]) -> Norm:
    """``norm`` is ``names.norm``: 10 names give 3 prospects and 1 deal."""
    per = Decimal(norm["NAMES"])
    return Norm(names, prospects, deals, names * norm["PROSPECTS"] / per, names * norm["DEALS"] / per)


def source_of(*, recommended: bool, by_vip: bool, by_owner: bool) -> tuple[str, str]:
    """3.6: source and detail of a card that a name becomes. A VIP informant's is R, an owner's B/REFER, other
    customers' R; a name of one's own circle is development (K)."""
    if not recommended:
        return "K", "WARM_CIRCLE"
    if by_owner and not by_vip:
        return "B", "REFER"
    return "R", "VIP" if by_vip else "REFER"
