"""The menu of the forms: the set of the pack first, the others by the management process they serve (7.0a, 7.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from guanxi.organization.models import User
from guanxi.playbooks.definitions import Label
from guanxi.workspace.forms import segments
from guanxi.workspace.forms.periods import PERIOD_FORMS, PeriodForm
from guanxi.workspace.forms.registry import FORMS, PrintedForm

SETS: dict[str, tuple[Label, tuple[str, ...]]] = {
    "HONDA": (
        Label(zh="三表一卡", en="Three tables, one card"),
        ("F-TGT-1", "F-DAY-1", "F-MON-1", "F-CARD-A"),
    ),
    "THREE_TWO": (
        Label(zh="三表两卡", en="Three tables, two cards"),
        ("F-REG-1", "F-REG-2", "F-STAT-1", "F-STAT-2", "F-DAY-1", "F-MON-1", "F-CARD-A", "F-CARD-C"),
    ),
    "TEMPLATE": (Label(zh="日报表和客户卡", en="Daily report and card"), ("F-DAY-1", "F-CARD-A")),
    "CHERY": (
        Label(zh="登记、跟踪、流失", en="Registers, tracking, losses"),
        ("F-REG-1", "F-REG-2", "F-STAT-1", "F-STAT-2", "F-CARD-A", "F-LOSS-1"),
    ),
}
PROCESSES: dict[str, Label] = {
    "SHOWROOM": Label(zh="展厅管理", en="Showroom"),
    "INTENT": Label(zh="意向管理", en="Intent"),
    "OWNERS": Label(zh="保有管理", en="Owners"),
    "CLOSING": Label(zh="促进成交", en="Closing"),
    "PERFORMANCE": Label(zh="业绩管理", en="Performance"),
}
# Where the forms of a card stand (7.0a).
CARD_PROCESSES = {
    "F-CARD-A": "INTENT",
    "F-CARD-C": "OWNERS",
    "F-KEY-0": "INTENT",
    "F-KEY-1": "INTENT",
    "F-KEY-2": "INTENT",
    "F-CHN-1": "INTENT",
}


@dataclass(frozen=True)
class Entry:
    """One form. ``of_card``: it is printed from the page of a customer; ``route``: it has an address of its own."""

    code: str
    label: Label
    of_card: bool
    process: str
    route: str = ""


@dataclass(frozen=True)
class Group:
    label: Label
    entries: tuple[Entry, ...]


def menu_for(user: User, forms_set: str) -> list[Group]:
    """The forms ``user`` may print, in the groups of ``forms.set``; empty groups are left out."""
    entries = {entry.code: entry for entry in _entries(user)}
    label, codes = SETS[forms_set]
    groups = [Group(label, tuple(entries.pop(code) for code in codes if code in entries))]
    for process, name in PROCESSES.items():
        mine = tuple(entry for entry in entries.values() if entry.process == process)
        groups.append(Group(name, mine))
    return [group for group in groups if group.entries]


def _entries(user: User) -> Iterable[Entry]:
    forms: tuple[PeriodForm | PrintedForm, ...] = (*PERIOD_FORMS, *FORMS)
    for form in forms:
        if user.has_role(*form.roles):
            of_card = isinstance(form, PrintedForm)
            process = CARD_PROCESSES[form.code] if isinstance(form, PrintedForm) else form.process.upper()
            yield Entry(form.code, form.label, of_card, process)
    if user.has_role(*segments.READERS):
        yield Entry(segments.CODE, segments.LABEL, False, "PERFORMANCE", "segment-form")
