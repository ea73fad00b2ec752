"""How far a relation has grown (handbook 9.6) and how first meetings went (9.4). Exact fractions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from guanxi.key_accounts.rules.support import MET

WEIGHTS = (Fraction(4, 10), Fraction(3, 10), Fraction(3, 10))
# The three rolls of the snowball: each adds pairs of our function and theirs.
ROLLS = (("SALES",), ("SERVICE", "SALES_LEAD"), ("TOP", "RND"))
PAIRS = tuple(pair for roll in ROLLS for pair in roll)
DEPARTMENTS = ("PURCHASING", "FINANCE", "TECHNICAL", "USER")
# What the name of a department says by itself, in small letters.
NAMED = {
    "PURCHASING": ("采购", "供应", "purchas", "procure"),
    "FINANCE": ("财务", "会计", "financ", "account"),
    "TECHNICAL": ("技术", "研发", "工程", "信息", "techn", "engineer"),
}
# The six ways to become known and the four kinds of care.
AWARENESS = ("EXCHANGE", "REFERENCE", "INTRO", "PLANT", "AUTHORITY", "DEMO")
CARE = ("COURTESY", "FAMILY", "TOP", "FESTIVAL")
CREATE_LEAST = 18
CREATE_LETTERS = 6


@dataclass(frozen=True)
class Member:
    """One of us with ``function``; ``degree`` is how well their counterpart was met, "" without one who is there."""

    function: str
    degree: str = ""


@dataclass(frozen=True)
class Reached:
    """Somebody of theirs as far as departments go."""

    degree: str
    department: str = ""
    role: str = ""
    area: str = ""
    chain: tuple[str, ...] = ()


@dataclass(frozen=True)
class Create:
    """The self-score after first meetings: ``total`` of 30, None until all six letters are rated."""

    total: int | None

    @property
    def asks_for_coaching(self) -> bool:
        return self.total is not None and self.total < CREATE_LEAST


def strength(trust: int | None, benefit: int | None, emotion: int | None) -> Fraction | None:
    """0.4 trust + 0.3 benefit + 0.3 affection, from 0 to 5; None until all three are rated."""
    rated = (trust, benefit, emotion)
    if any(value is None for value in rated):
        return None
    return sum((weight * (value or 0) for weight, value in zip(WEIGHTS, rated, strict=True)), Fraction(0))


def pairs_covered(members: Iterable[Member]) -> frozenset[str]:
    """The pairs of the snowball that stand: somebody of ours with that function and a counterpart who is still there
    and was met. A name on paper covers nothing."""
    return frozenset(one.function for one in members if one.function in PAIRS and one.degree in MET)


def rolls_done(covered: frozenset[str]) -> int:
    """How many rolls are complete, 0–3; a later one does not count before the earlier."""
    done = 0
    for roll in ROLLS:
        if not covered.issuperset(roll):
            break
        done += 1
    return done


def departments_covered(people: Iterable[Reached]) -> frozenset[str]:
    """Of which of purchasing, finance, technical and user we have met somebody: by the name of the department, and by
    area, role and place in the chain."""
    found: set[str] = set()
    for one in people:
        if one.degree not in MET:
            continue
        name = one.department.lower()
        found |= {code for code, words in NAMED.items() if any(word in name for word in words)}
        if "BUYER" in one.chain:
            found.add("PURCHASING")
        if one.area == "FINANCE":
            found.add("FINANCE")
        if one.area == "TECH":
            found.add("TECHNICAL")
        if one.role == "U" or "USER" in one.chain:
            found.add("USER")
    return frozenset(found)


def create_of(scores: Sequence[int | None]) -> Create:
    """The six letters of CREATE added up (handbook 9.4)."""
    rated = [score for score in scores if score is not None]
    return Create(sum(rated) if len(rated) == CREATE_LETTERS else None)
