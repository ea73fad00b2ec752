"""Why a contract may not be renewed and what would lower the risk, in words: stored as codes with figures."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from guanxi.insights.models import Chance
from guanxi.insights.rules.renewals import FIRST, LATER, LONGEST_QUIET
from guanxi.lib.money import exact, format_money, format_ratio, percent
from guanxi.organization.labels import language
from guanxi.ui.punctuation import in_clauses, listed

TERM_FIGURES = {
    "tenure": gettext_lazy("Days since the first term"), "renewed": gettext_lazy("Renewals before"),
    "price": gettext_lazy("Amount of the term"), "touches": gettext_lazy("Contacts in 90 days"),
    "met": gettext_lazy("Meetings in half a year"), "quiet": gettext_lazy("Days of silence"),
    "bought": gettext_lazy("Purchases in a year"), "returned": gettext_lazy("Returns in a year"),
    "lost": gettext_lazy("Losses in a year"), "handed": gettext_lazy("Changes of the consultant in a year"),
    "wants": gettext_lazy("Wants to buy"),
}  # fmt: skip
TERM_RAISES = {
    "touches": gettext_lazy("get in touch twice in the next weeks"),
    "met": gettext_lazy("meet face to face before the term ends"),
}
STANDINGS = {
    FIRST: pgettext_lazy("contract", "First term"), LATER: pgettext_lazy("contract", "Renewed before"),
}  # fmt: skip
TERM_REFUSALS = {
    "too_few_cases": gettext_lazy("fewer than 200 terms have ended"),
    "too_few_of_one_outcome": gettext_lazy("fewer than 20 terms were renewed, or fewer than 20 were not"),
    "no_later_cases": gettext_lazy("nothing that came later shows yet whether a model would hold"),
}


def term_reason(reason: dict[str, Any], *, whole: bool) -> str:
    """One figure of a term as a phrase; the store's own counts in it for those who see the ``whole`` store."""
    code, value = reason["code"], reason["value"]
    if code == "price":
        return _("%(amount)s a term") % {"amount": format_money(Decimal(value), language())}
    if code == "rate":
        told = {"name": STANDINGS[value["standing"]], "general": format_ratio(exact(value["general"]))}
        if not whole:
            return _("%(name)s: the playbook says %(general)s") % told
        told |= {"won": value["won"], "cases": value["cases"]}
        return _("%(name)s: the playbook says %(general)s, here %(won)s of %(cases)s were renewed") % told
    return COUNTED[code](value)


def term_sentence(row: Chance, *, whole: bool) -> str:
    """The risk, what it stands on and what would lower it: one sentence a contract."""
    against = listed(term_reason(one, whole=whole) for one in row.reasons if one["effect"] <= 0)
    speaks_for = listed(term_reason(one, whole=whole) for one in row.reasons if one["effect"] > 0)
    clauses = [
        _("%(risk)s %% churn risk: %(why)s") % {"risk": percent(1 - row.probability), "why": against}
        if against
        else _("%(risk)s %% churn risk") % {"risk": percent(1 - row.probability)}
    ]
    if speaks_for:
        clauses.append(_("for us: %(why)s") % {"why": speaks_for})
    if row.raises:
        does = listed(TERM_RAISES[one["code"]] for one in row.raises)
        clauses.append(_("what lowers it: %(does)s") % {"does": does})
    return in_clauses(clauses)


COUNTED: dict[str, Callable[[int], str]] = {
    "tenure": lambda n: ngettext("with us for %(n)s day", "with us for %(n)s days", n) % {"n": n},
    "renewed": lambda n: (
        ngettext("renewed %(n)s time before", "renewed %(n)s times before", n) % {"n": n} if n else _("first term")
    ),
    "touches": lambda n: (
        ngettext("%(n)s contact in 90 days", "%(n)s contacts in 90 days", n) % {"n": n}
        if n
        else _("no contact in 90 days")
    ),
    "met": lambda n: (
        ngettext("met %(n)s time in half a year", "met %(n)s times in half a year", n) % {"n": n}
        if n
        else _("not met in half a year")
    ),
    "quiet": lambda n: (
        _("no contact in a year")
        if n >= LONGEST_QUIET
        else ngettext("last contact %(n)s day ago", "last contact %(n)s days ago", n) % {"n": n}
    ),
    "bought": lambda n: (
        ngettext("bought %(n)s time in a year", "bought %(n)s times in a year", n) % {"n": n}
        if n
        else _("bought nothing else in a year")
    ),
    "returned": lambda n: (
        ngettext("%(n)s return in a year", "%(n)s returns in a year", n) % {"n": n}
        if n
        else _("nothing came back in a year")
    ),
    "lost": lambda n: (
        ngettext("%(n)s loss in a year", "%(n)s losses in a year", n) % {"n": n} if n else _("no loss in a year")
    ),
    "handed": lambda n: (
        ngettext("consultant changed %(n)s time in a year", "consultant changed %(n)s times in a year", n) % {"n": n}
        if n
        else _("the same consultant all year")
    ),
    "wants": lambda n: _("wants to buy again") if n else _("no open intent"),
}  # fmt: skip
