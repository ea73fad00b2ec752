"""Two offers in words: who is ahead, and what moves it most."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.insights.models import DeliveredValue
from guanxi.insights.rules.delivered import CNY, Offer, levers

LABELS: dict[str, Any] = {
    "product": gettext_lazy("Value of the product"),
    "service": gettext_lazy("Value of the service"),
    "people": gettext_lazy("Value of the people"),
    "image": gettext_lazy("Value of the name"),
    "money": gettext_lazy("Cost in money"),
    "time": gettext_lazy("Cost in time"),
    "psychic": gettext_lazy("Cost in worry"),
    "energy": gettext_lazy("Cost in effort"),
}
LEVERS: dict[str, Any] = {
    "product": gettext_lazy("A product worth a tenth more delivers %(gain)s more."),
    "service": gettext_lazy("A service worth a tenth more delivers %(gain)s more."),
    "people": gettext_lazy("People worth a tenth more deliver %(gain)s more."),
    "image": gettext_lazy("A name worth a tenth more delivers %(gain)s more."),
    "money": gettext_lazy("A tenth off the price delivers %(gain)s more."),
    "time": gettext_lazy("A tenth less of their time delivers %(gain)s more."),
    "psychic": gettext_lazy("A tenth less worry delivers %(gain)s more."),
    "energy": gettext_lazy("A tenth less effort delivers %(gain)s more."),
}
BEST = 3


def amount(value: Decimal) -> str:
    """An amount as exact as it is, without idle zeros: 28, 28.5."""
    return f"{value.normalize():,f}" if value else "0"


def verdict(row: DeliveredValue) -> str:
    """R-VAL-01 in one sentence."""
    gap = row.lead
    facts = {"ours": amount(row.ours.delivered), "theirs": amount(row.theirs.delivered), "rival": row.rival}
    if gap > 0:
        words = _("Delivers %(ours)s, %(rival)s %(theirs)s: ahead by %(gap)s.")
    elif gap < 0:
        words = _("Delivers %(ours)s, %(rival)s %(theirs)s: behind by %(gap)s.")
    else:
        words = _("Delivers %(ours)s, just as %(rival)s.")
    return words % (facts | {"gap": amount(abs(gap))})


def best_levers(offer: Offer) -> list[str]:
    """R-VAL-02: the three that move most, as sentences."""
    return [str(LEVERS[lever.part]) % {"gain": amount(lever.gain)} for lever in levers(offer)[:BEST]]


def told(row: DeliveredValue) -> dict[str, Any]:
    """The sheet for a page: verdict, levers, and bars of both sides."""
    ours, theirs = row.ours, row.theirs
    bars = [
        {"label": name, "value": side.delivered, "text": amount(side.delivered), "tone": tone}
        for name, side, tone in (
            (row.offer, ours, "bad" if ours.delivered < 0 else "accent"),
            (row.rival, theirs, "bad" if theirs.delivered < 0 else "muted"),
        )
    ]
    return {
        "row": row, "verdict": verdict(row), "levers": best_levers(ours), "bars": bars,
        "unit": row.get_unit_display() if row.unit != CNY else _("yuan"),
    }  # fmt: skip
