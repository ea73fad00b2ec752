"""The forms of a period (Annex F): which figures each prints, and the sheet it makes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guanxi.organization.rules.roles import Role
from guanxi.paper.sheets import Sheet
from guanxi.performance.queries.about import About
from guanxi.playbooks.definitions import Label
from guanxi.workspace.forms.wording import Wording


@dataclass(frozen=True)
class PeriodForm:
    """``sheet`` turns the figures of ``code`` into paper, live ones and frozen ones alike. ``process`` is the
    management process the menu groups it under (handbook 7.0a)."""

    code: str
    label: Label
    process: str
    roles: frozenset[Role]
    sheet: Callable[[dict[str, Any], About, Wording], Sheet]


PERIOD_FORMS: tuple[PeriodForm, ...] = ()
