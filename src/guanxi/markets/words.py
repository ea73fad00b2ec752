"""The domain's own words on pages and in messages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.customers.queries.filters import Filters
from guanxi.markets.rules.campaigns import Phase
from guanxi.organization.labels import coded_label
from guanxi.organization.models import Store
from guanxi.ui.punctuation import listed

TESTS = {
    "accessible": gettext_lazy("Easy to enter"),
    "measurable": gettext_lazy("Measurable"),
    "profitable": gettext_lazy("Profitable"),
}
LEVELS = {
    "potential": gettext_lazy("Potential market"),
    "available": gettext_lazy("Available market"),
    "served": gettext_lazy("Served market"),
    "penetrated": gettext_lazy("Penetrated market"),
}
MEANINGS = {
    "potential": gettext_lazy("all with need and means"),
    "available": gettext_lazy("those we can reach with some effort"),
    "served": gettext_lazy("those we chose to serve"),
    "penetrated": gettext_lazy("those who bought"),
}
# The scale of what is bought (R-CMP-01) as one says it.
BUYS_NOW = {
    0: gettext_lazy("buys none of it now"),
    1: gettext_lazy("buys it rarely now"),
    2: gettext_lazy("buys it commonly now"),
    3: gettext_lazy("buys it well now"),
    4: gettext_lazy("buys it often now"),
}
COULD_BUY = {
    "1": gettext_lazy("could buy it rarely"),
    "2": gettext_lazy("could buy it commonly"),
    "3": gettext_lazy("could buy it well"),
    "4": gettext_lazy("could buy it often"),
    "N": gettext_lazy("does not know yet whether to buy"),
}
SCORES = {
    "profit": pgettext_lazy("market", "Profit"),
    "need": gettext_lazy("Need potential"),
    "trend": gettext_lazy("Trend against our own state"),
    "market": pgettext_lazy("market", "Market"),
    "competition": gettext_lazy("Room beside the competition"),
}
PHASES = {
    Phase.DRAFT: (pgettext_lazy("campaign", "Draft"), "outline"),
    Phase.PLANNED: (pgettext_lazy("campaign", "Planned"), "neutral"),
    Phase.RUNNING: (pgettext_lazy("campaign", "Running"), "accent"),
    Phase.ENDED: (pgettext_lazy("campaign", "To be evaluated"), "warning"),
    Phase.EVALUATED: (pgettext_lazy("campaign", "Evaluated"), "good"),
}


def left_out_words(left_out: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why customers are not drawn, with how many, of those reasons that hold for somebody."""
    words = {
        "refuses": _("refuse every channel"),
        "nobody": _("have no consultant"),
        "elsewhere": _("are in another campaign on these days"),
    }
    return [(words[reason], count) for reason, count in left_out.items() if count and reason in words]


def tests_named(tests: Iterable[str]) -> str:
    return listed(TESTS[test] for test in tests)


def rule_words(filters: Filters, store: Store, product: Product | None) -> list[str]:
    """What narrows the cards, one phrase each; none for everybody."""
    playbook = store.playbook
    found: list[Any] = [
        Customer.Kind(filters.kind).label if filters.kind else "",
        Customer.BaseClass(filters.base).label if filters.base else "",
        _("level %(level)s") % {"level": filters.level} if filters.level else "",
        coded_label(playbook, "owner_kinds", filters.owner_kind) if filters.owner_kind else "",
        Customer.IntentStatus(filters.status).label if filters.status else "",
        _("source %(source)s") % {"source": coded_label(playbook, "sources", filters.source)}
        if filters.source
        else "",
        filters.region,
        _("means to buy %(product)s") % {"product": product} if product else "",
    ]
    return [str(words) for words in found if words]
