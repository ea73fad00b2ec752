"""Reasons and what would raise a chance, in sentences: stored as codes with figures, told in the reader's language."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.insights.renewal_words import TERM_FIGURES
from guanxi.lib.money import exact, format_money, format_ratio, percent
from guanxi.organization.labels import coded_label, language
from guanxi.playbooks.definitions import Playbook

LEAST, MOST = Decimal("0.01"), Decimal("0.99")


def percent_told(share: Decimal) -> str:
    """A chance in whole percent, without its sign; neither nothing nor certainty is claimed."""
    if share < LEAST:
        return "<1"
    return ">99" if share > MOST else str(percent(share))


RAISES = {
    "burning": gettext_lazy("Find the burning issue: who has it, and by which day"),
    "unique": gettext_lazy("Work the unique value out, question by question"),
    "four": gettext_lazy("Turn open marks of the four questions into plus"),
    "deciders": gettext_lazy("Find out who approves and who decides"),
    "support": gettext_lazy("Win one of the key persons over"),
    "contacts": gettext_lazy("Get in touch twice a month"),
    "evidence": gettext_lazy("Seek the evidence that is missing"),
    "visits": gettext_lazy("Meet face to face: invite them or visit"),
}
FIGURES = {
    "stage": gettext_lazy("Stage"), "dwell": gettext_lazy("Days in the stage"),
    "age": gettext_lazy("Days since it was opened"),
    "burning": gettext_lazy("Burning issue"), "unique": gettext_lazy("Unique value for them"),
    "four": gettext_lazy("Four questions"), "deciders": gettext_lazy("Approver and decider known"),
    "support": gettext_lazy("Support of the key persons"), "contacts": gettext_lazy("Contacts in 30 days"),
    "put_off": gettext_lazy("Closing put off"), "rivals": gettext_lazy("Rivals of high threat"),
    "amount": gettext_lazy("Amount"), "level": gettext_lazy("Level"), "evidence": gettext_lazy("Evidence"),
    "silence": gettext_lazy("Days without contact"), "visits": gettext_lazy("Meetings"),
    "overdue": gettext_lazy("Days overdue"), "source": gettext_lazy("Source"), **TERM_FIGURES,
}  # fmt: skip
REFUSALS = {
    "too_few_cases": gettext_lazy("fewer than 200 cases are closed"),
    "too_few_of_one_outcome": gettext_lazy("fewer than 20 cases were won, or fewer than 20 were not"),
    "no_later_cases": gettext_lazy("nothing that came later shows yet whether a model would hold"),
}


def reason_words(reason: dict[str, Any], playbook: Playbook, *, whole: bool) -> str:
    """One figure of a case as a phrase; the store's own counts in it for those who see the ``whole`` store."""
    code, value = reason["code"], reason["value"]
    if code in COUNTED:
        return COUNTED[code](value)
    if code == "stage":
        return _("Stage: %(stage)s") % {"stage": coded_label(playbook, "stages", value)}
    if code == "level":
        return _("Level %(level)s") % {"level": value}
    if code == "amount":
        return _("Amount %(amount)s") % {"amount": format_money(Decimal(value), language())}
    if code == "support":
        return _("Support of the key persons %(index)s, from −2 to 2") % {
            "index": f"{value:+g}".replace("-", "−")
        }
    if code == "source":
        return (
            _("Recommended or known to the base") if value else _("Neither recommended nor known to the base")
        )
    if code == "rate":
        return _rate(value, playbook, whole=whole)
    return code


def _rate(value: dict[str, Any], playbook: Playbook, *, whole: bool) -> str:
    standing = value["standing"]
    kind = "stages" if standing in playbook.labels("stages") else "levels"
    name = coded_label(playbook, kind, standing) if kind == "stages" else standing
    told = {"name": name, "general": format_ratio(exact(value["general"]))}
    if not whole:
        return _("%(name)s: the playbook says %(general)s") % told
    told |= {"won": value["won"], "cases": value["cases"]}
    return _("%(name)s: the playbook says %(general)s, here %(won)s of %(cases)s were won") % told


COUNTED: dict[str, Callable[[int], str]] = {
    "dwell": lambda n: ngettext("%(n)s day in this stage", "%(n)s days in this stage", n) % {"n": n},
    "age": lambda n: ngettext("Open for %(n)s day", "Open for %(n)s days", n) % {"n": n},
    "burning": lambda n: _("Burning issue: %(n)s of 3 answered yes") % {"n": n},
    "unique": lambda n: _("Unique value: %(n)s of 10 points") % {"n": n},
    "four": lambda n: _("Four questions: %(n)s of 16 plus") % {"n": n},
    "deciders": lambda n: _("%(n)s of approver and decider known") % {"n": n},
    "contacts": lambda n: ngettext("%(n)s contact in 30 days", "%(n)s contacts in 30 days", n) % {"n": n},
    "put_off": lambda n: ngettext("Closing put off %(n)s time", "Closing put off %(n)s times", n) % {"n": n},
    "rivals": lambda n: ngettext("%(n)s rival of high threat", "%(n)s rivals of high threat", n) % {"n": n},
    "evidence": lambda n: ngettext("%(n)s item of evidence", "%(n)s items of evidence", n) % {"n": n},
    "silence": lambda n: ngettext("%(n)s day without contact", "%(n)s days without contact", n) % {"n": n},
    "visits": lambda n: ngettext("Met %(n)s time face to face", "Met %(n)s times face to face", n) % {"n": n},
    "overdue": lambda n: ngettext("%(n)s day overdue", "%(n)s days overdue", n) % {"n": n},
}
