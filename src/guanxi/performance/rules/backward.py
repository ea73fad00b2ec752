"""Backward planning (目标倒推): from deliveries to what comes in at the door (R-TEAM-01, R-TEAM-02, G12). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guanxi.lib.money import ratio
from guanxi.performance.rules.targets import split

Exact = Decimal | Fraction
ENOUGH_CASES = 30
LEVELS = ("H", "A", "B", "C")
# The pack knows the chances of levels; these stand where a store has too few cases of its own.
DEFAULT_RATES = {
    "delivery_rate": Decimal("0.85"),
    "p_new": Decimal("0.20"),
    "showroom_share": Decimal("0.70"),
    "filing_rate": Decimal("0.70"),
    "lead_card_rate": Decimal("0.35"),
}


@dataclass(frozen=True)
class Rate:
    """A rate with where it comes from: OWN cases of the last six months, or the PACK. It is exact: of 20 in 60, 14
    come of 42."""

    value: Fraction
    cases: int
    source: str


def chosen_rate(hits: int, cases: int, otherwise: Decimal) -> Rate:
    """R-TEAM-02: one's own when there are 30 cases, else the pack's."""
    if cases < ENOUGH_CASES:
        return Rate(Fraction(otherwise), cases, "PACK")
    return Rate(Fraction(hits, cases), cases, "OWN")


@dataclass(frozen=True)
class Assumptions:
    """Everything the plan stands on. ``chances`` and ``stock`` are by level."""

    deliveries: int
    carry_orders: int
    stock: Mapping[str, int]
    chances: Mapping[str, Exact]
    delivery_rate: Exact
    p_new: Exact
    showroom_share: Exact
    filing_rate: Exact
    lead_card_rate: Exact
    work_days: int


@dataclass(frozen=True)
class Plan:
    """What would have to be true. None: cannot be planned, because a rate in ``blocked_by`` is 0."""

    pool: int | None = None
    new_orders: int | None = None
    from_carry: Decimal = Decimal(0)
    from_new: Decimal | None = None
    cards: int | None = None
    cards_showroom: int | None = None
    cards_leads: int | None = None
    walkins: int | None = None
    leads: int | None = None
    walkins_a_day: Decimal | None = None
    leads_a_day: Decimal | None = None
    blocked_by: list[str] = field(default_factory=list)


def ceiling(needed: Exact | int, rate: Exact) -> int | None:
    """How many it takes; None for a rate of 0 (never infinity). 21 / 0.35 is 60, as fractions say."""
    if needed <= 0:
        return 0
    if rate <= 0:
        return None
    exact = Fraction(needed) / Fraction(rate)
    return int(-(-exact.numerator // exact.denominator))


def plan_back(given: Assumptions) -> Plan:
    """R-TEAM-01 step by step; what follows a step that cannot be planned cannot be planned either."""
    blocked: list[str] = []
    facts: dict[str, Any] = {"blocked_by": blocked}

    def needs(name: str, needed: Exact | int | None, rate: Exact) -> int | None:
        if needed is None:
            return None
        found = ceiling(needed, rate)
        if found is None:
            blocked.append(name)
        return found

    from_carry = sum(
        (given.stock.get(level, 0) * Fraction(given.chances.get(level, 0)) for level in LEVELS), Fraction(0)
    )
    facts["from_carry"] = ratio(from_carry.numerator, from_carry.denominator)
    pool = facts["pool"] = needs("delivery_rate", given.deliveries, given.delivery_rate)
    if pool is None:
        return Plan(**facts)
    new_orders = facts["new_orders"] = max(0, pool - given.carry_orders)
    from_new = max(Fraction(0), new_orders - from_carry)
    facts["from_new"] = ratio(from_new.numerator, from_new.denominator)
    cards = facts["cards"] = needs("p_new", from_new, given.p_new)
    if cards is None:
        return Plan(**facts)
    share = Fraction(given.showroom_share)
    showroom, leads = split(cards, [share, 1 - share])
    facts["cards_showroom"], facts["cards_leads"] = showroom, leads
    walkins = facts["walkins"] = needs("filing_rate", showroom, given.filing_rate)
    came = facts["leads"] = needs("lead_card_rate", leads, given.lead_card_rate)
    facts["walkins_a_day"] = None if walkins is None else ratio(walkins, given.work_days)
    facts["leads_a_day"] = None if came is None else ratio(came, given.work_days)
    return Plan(**facts)
