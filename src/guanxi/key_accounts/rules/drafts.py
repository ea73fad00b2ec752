"""What somebody wants put on the map, before it is checked."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Seen:
    """What shows that marks are right, and the day it was seen; None means the day of the act."""

    evidence: str = ""
    on: date | None = None


@dataclass(frozen=True)
class PersonDraft:
    """A person to add: ``boss`` is a contact of the account, ``marks`` fields of KeyPerson with what shows them."""

    name: str
    department: str = ""
    title: str = ""
    boss: int | None = None
    marks: dict[str, Any] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)


@dataclass(frozen=True)
class LineDraft:
    """An informal line; ``strength`` is a probability above 0 up to 1."""

    source: int
    target: int
    kind: str = "INFLUENCE"
    strength: Decimal = Decimal("0.50")
    is_indirect: bool = False
    note: str = ""
    since: date | None = None


@dataclass(frozen=True)
class StepDraft:
    """``doer`` None is the owner of the card; ``starts_on`` None the day of the act. ``rule`` is what asks for it."""

    goal: str
    action: str
    due_on: date
    person: int | None = None
    doer: int | None = None
    means: str = ""
    answer_to_rival: str = ""
    starts_on: date | None = None
    resources: str = ""
    rule: str = "F-KEY-2"
