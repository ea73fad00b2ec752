"""Follow or drop, and why (handbook 8.5): the tests together, in one verdict a person can answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guanxi.pipeline.rules.qualification import (
    bant_points,
    burning_verdict,
    four_verdict,
    plus_count,
    red_sections,
    unique_points,
)
from guanxi.playbooks.definitions import Settings

# From the second stage on, what was not asked yet is asked for.
UNLIKELY = Fraction(1, 10)
VERDICTS = ("DROP", "NURTURE", "ASK", "FOLLOW")


@dataclass(frozen=True)
class Facts:
    """What is known of one open opportunity. ``place`` is that of its stage, from 0; ``cost`` its cost as a share of
    the amount and ``usual_cost`` the median of closed ones; ``won_at_age`` the share won of those that got as old."""

    place: int
    bi: Mapping[str, Any]
    ucv: Mapping[str, Any]
    four: Mapping[str, str]
    bant: Mapping[str, int] | None = None
    days_in_stage: int = 0
    is_stalled: bool = False
    days_past_closing: int = 0
    cost: Fraction | None = None
    usual_cost: Fraction | None = None
    won_at_age: Fraction | None = None
    age: int = 0


@dataclass(frozen=True)
class Reason:
    """One finding: ``code`` has words in the web layer, ``facts`` fill them. ``verdict`` is what it speaks for, "" for
    something only to know."""

    code: str
    verdict: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Advice:
    """The verdict, and every finding; those that carry it first."""

    verdict: str
    reasons: tuple[Reason, ...]


def advise(facts: Facts, settings: Settings) -> Advice:
    """The most careful verdict any finding speaks for: DROP, NURTURE, ASK, else FOLLOW."""
    found = [*_qualified(facts, settings), *_going(facts)]
    verdict = next((one for one in VERDICTS if any(reason.verdict == one for reason in found)), "FOLLOW")
    found.sort(key=lambda reason: reason.verdict != verdict)
    return Advice(verdict, tuple(found))


def _qualified(facts: Facts, settings: Settings) -> Sequence[Reason]:
    burning = burning_verdict(facts.bi, settings.bi_min_yes)
    said = {"CONTINUE": "FOLLOW", "ASK": "ASK", "NURTURE": "NURTURE", "DROP": "DROP"}
    found = [Reason(f"BI_{burning}", said[burning], {})]
    four, plus = four_verdict(facts.four, settings.four_min_plus), plus_count(facts.four)
    told = {"plus": plus, "needed": settings.four_min_plus, "sections": red_sections(facts.four)}
    found.append(
        Reason(f"FOUR_{four}", {"GO": "FOLLOW", "ASK": "ASK", "RED": "DROP", "SHORT": "NURTURE"}[four], told)
    )
    points, needed = unique_points(facts.ucv), settings.ucv_ready
    if points is None:
        found.append(Reason("UCV_ASK", "ASK" if facts.place else "", {"needed": needed}))
    else:
        ready = points >= needed
        found.append(
            Reason("UCV_READY" if ready else "UCV_SHORT", "FOLLOW" if ready else "NURTURE",
                   {"points": points, "needed": needed})
        )  # fmt: skip
    bant = bant_points(facts.bant)
    if bant is not None and bant < settings.bant_min:
        found.append(Reason("BANT_SHORT", "NURTURE", {"points": bant, "needed": settings.bant_min}))
    return found


def _going(facts: Facts) -> Sequence[Reason]:
    found = []
    if facts.won_at_age is not None and facts.won_at_age < UNLIKELY:
        share = Decimal(facts.won_at_age.numerator) / facts.won_at_age.denominator
        found.append(Reason("TOO_OLD", "DROP", {"days": facts.age, "share": share}))
    if facts.days_past_closing > 0:
        found.append(Reason("CLOSING_PASSED", "ASK", {"days": facts.days_past_closing}))
    if facts.is_stalled:
        found.append(Reason("STALLED", "ASK", {"days": facts.days_in_stage}))
    if facts.cost is not None and facts.usual_cost is not None and facts.cost > facts.usual_cost:
        found.append(Reason("COSTLY", "", {}))
    return found
