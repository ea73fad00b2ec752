"""What somebody means to write about an opportunity, as forms, API and demo hand it to the operations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from guanxi.catalogue.models import Product
from guanxi.pipeline.rules.stages import Answers


@dataclass(frozen=True)
class LineDraft:
    """``amount`` in yuan for the whole quantity."""

    product: Product
    quantity: int
    amount: Decimal


@dataclass(frozen=True)
class OpportunityDraft:
    """``amount`` in yuan; with ``lines`` it is their sum. ``stage`` "" is the first, ``probability`` None the stage's.
    ``values`` are further fields by name."""

    title: str
    expected_close_on: date
    amount: Decimal | None = None
    lines: Sequence[LineDraft] = ()
    stage: str = ""
    probability: int | None = None
    probability_reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)


class Upload(Protocol):
    """What a request brings."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]: ...


@dataclass(frozen=True)
class EvidenceDraft:
    """One thing seen; ``file`` shows it. Text may be empty when there is a file."""

    text: str = ""
    is_counter: bool = False
    file: Upload | None = None


@dataclass(frozen=True)
class Progress:
    """The four answers, the second as ``evidence``. ``stage`` "" stays where it is. ``probability`` None takes the new
    stage's, or stays with a review; ``expected_close_on`` None stays."""

    stage: str = ""
    finished: str = ""
    action: str = ""
    plan: str = ""
    evidence: Sequence[EvidenceDraft] = ()
    probability: int | None = None
    probability_reason: str = ""
    expected_close_on: date | None = None

    def answers(self) -> Answers:
        counter = sum(item.is_counter for item in self.evidence)
        return Answers(self.finished, self.action, self.plan, len(self.evidence) - counter, counter)
