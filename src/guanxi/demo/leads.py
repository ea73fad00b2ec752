"""One customer's course through the demo: what they mean to do, and what can be seen of it on a given day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from guanxi.cadence.rules.levels import LevelFacts, suggest_level
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.models import User
from guanxi.playbooks.definitions import Playbook


class Fate(StrEnum):
    BUYS = "BUYS"
    LEAVES = "LEAVES"
    LINGERS = "LINGERS"


STAGES = (
    (7, ("MODEL_COLOUR", "PAYMENT_AND_DATE", "TERMS")),
    (30, ("TERMS", "NEXT_TALK")),
    (90, ("CHOOSING_MODEL", "HAS_MEANS")),
    (999, ("BETWEEN_MODELS",)),
)


@dataclass
class Lead:
    """``turns_on`` is the day the fate is fulfilled; ``due`` the day of the next contact or retry."""

    id: int
    owner: User
    phone: PhoneNumber
    model: str
    fate: Fate
    turns_on: date
    due: date
    level: str = ""
    outcome: tuple[str, str, str, str] | None = None
    order_id: int | None = None
    delivers_on: date | None = None
    is_open: bool = True
    waits: bool = False
    misses: int = 0
    closes_on: date | None = None
    evidence: frozenset[str] = field(default_factory=frozenset)

    def look(self, on: date, rng: Random, playbook: Playbook) -> str:
        """Learn closing date and evidence as they show themselves on ``on``; the level these support.

        A customer whose date still lies ahead mostly says the same as last time.
        """
        settled = self.closes_on is not None and self.closes_on > on and self.fate != Fate.BUYS
        if not settled or rng.random() < 0.3:
            self.closes_on, self.evidence = expectation(self.fate, self.turns_on, on, rng)
        return suggest_level(LevelFacts(self.closes_on, self.evidence, Decimal(0)), on, playbook).level


def expectation(fate: Fate, turns_on: date, on: date, rng: Random) -> tuple[date | None, frozenset[str]]:
    """What a customer says about the closing date and what else can be seen."""
    left = max((turns_on - on).days, 0)
    if fate == Fate.BUYS:
        closes_on = max(turns_on, on + timedelta(days=1))
        return closes_on, frozenset(next(codes for days, codes in STAGES if left <= days))
    if fate == Fate.LEAVES:
        if rng.random() < 0.5:
            return on + timedelta(days=rng.randint(8, 29)), frozenset(STAGES[1][1])
        return None if rng.random() < 0.1 else on + timedelta(days=rng.randint(31, 80)), frozenset(
            STAGES[2][1]
        )
    if rng.random() < 0.4:
        return on + timedelta(days=rng.randint(35, 85)), frozenset(STAGES[2][1])
    return on + timedelta(days=rng.randint(95, 200)), frozenset(STAGES[3][1])


def draw_fate(rng: Random, on: date, skill: float) -> tuple[Fate, date]:
    """What becomes of a new customer, and when."""
    chance = rng.random()
    if chance < 0.33 * skill:
        spans = ((0, 3), (4, 14), (15, 45), (46, 90))
        first, last = rng.choices(spans, (20, 28, 34, 18))[0]
        return Fate.BUYS, on + timedelta(days=rng.randint(first, last))
    if chance < 0.66:
        return Fate.LEAVES, on + timedelta(days=rng.randint(4, 60))
    return Fate.LINGERS, on + timedelta(days=rng.randint(100, 400))
