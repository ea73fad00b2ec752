"""The figures of the period forms (Annex F), each by the form's code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from guanxi.organization.models import Store, User
from guanxi.performance.rules.periods import Days


@dataclass(frozen=True)
class About:
    """What a form is asked for: one person's, or the whole store's, over some days."""

    store: Store
    person: User | None
    days: Days


@dataclass(frozen=True)
class FormFigures:
    """``compute`` answers in JSON shapes only (days as ISO text, amounts and ratios as text), because a month
    that is closed keeps the answer as it is. Whether ``about`` may be asked is the caller's to decide."""

    code: str
    period: Literal["day", "month"]
    per_person: bool
    compute: Callable[[About], dict[str, Any]]


FIGURES: tuple[FormFigures, ...] = ()
