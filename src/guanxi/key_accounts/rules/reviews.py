"""What a review says first: the five things to find out (handbook 9.1) and the three risks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from guanxi.key_accounts.rules.alerts import Alert

# In the order in which they matter to the decision.
DIMENSIONS = ("PEOPLE", "POLITICS", "RIVAL", "PRICE", "PERFORM", "SERVICE")
MOST_QUESTIONS, MOST_RISKS = 5, 3
HELD_FAST = 4
FEW_PAIRS = 1
WEAK_RELATION = Fraction(5, 2)
Question = Literal[
    "WHO_APPROVES", "WHO_DECIDES", "PEOPLE", "POLITICS", "RIVAL", "PRICE", "PERFORM", "SERVICE"
]
PlanRisk = Literal[
    "RIVAL_HOLDS", "ONE_PERSON", "WEAK_RELATION", "EASY_TO_LEAVE", "NO_STEP", "STEP_LATE", "NO_STRATEGY"
]


@dataclass(frozen=True)
class Standing:
    """What the risks ask of a plan. ``is_cheap_to_leave``: changing supplier costs little effort."""

    growth_stage: str
    strength: Fraction | None
    pairs: int
    rival_hold: int | None
    has_strategy: bool
    is_cheap_to_leave: bool
    open_steps: int
    late_steps: int


def missing_dimensions(verified: Collection[str]) -> list[str]:
    """The dimensions of which nothing verified is known; ``verified`` are those of facts with a day of verification."""
    return [dimension for dimension in DIMENSIONS if dimension not in verified]


def questions(missing_roles: Collection[str], verified: Collection[str]) -> list[str]:
    """The five things to find out: who approves and who decides before anything else, then the missing dimensions."""
    roles = [code for code, role in (("WHO_APPROVES", "A"), ("WHO_DECIDES", "D")) if role in missing_roles]
    return [*roles, *missing_dimensions(verified)][:MOST_QUESTIONS]


def plan_risks(stands: Standing) -> list[PlanRisk]:
    """What the plan itself warns of, the gravest first."""
    asked: Iterable[tuple[PlanRisk, bool]] = (
        ("RIVAL_HOLDS", (stands.rival_hold or 0) >= HELD_FAST),
        ("ONE_PERSON", stands.growth_stage == "TRUST_PERSON" and stands.pairs <= FEW_PAIRS),
        ("STEP_LATE", stands.late_steps > 0),
        ("NO_STEP", stands.open_steps == 0),
        ("WEAK_RELATION", stands.strength is not None and stands.strength < WEAK_RELATION),
        ("EASY_TO_LEAVE", stands.is_cheap_to_leave),
        ("NO_STRATEGY", not stands.has_strategy),
    )
    return [code for code, holds in asked if holds]


def three_risks(alerts: Sequence[Alert], of_plan: Sequence[PlanRisk]) -> list[Alert | PlanRisk]:
    """At most three: grave warnings of the map, then the risks of the plan, then the other warnings."""
    grave = [alert for alert in alerts if alert.is_red]
    others = [alert for alert in alerts if not alert.is_red]
    return [*grave, *of_plan, *others][:MOST_RISKS]
