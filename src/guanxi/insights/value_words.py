"""Values in words: one sentence a customer, why somebody moved, what to do with each group, why there is no answer."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.lib.money import format_ratio
from guanxi.ui.punctuation import in_clauses

Group, Square = CustomerValue.Group, CustomerValue.Square

# What to do with each: who they are, and one action.
GROUPS: dict[str, tuple[Any, Any]] = {
    Group.BEST: (
        gettext_lazy("bought lately and much"),
        gettext_lazy("Thank them and ask for a recommendation."),
    ),
    Group.NEW: (gettext_lazy("came just now"), gettext_lazy("Win the second purchase while they remember.")),
    Group.GROWING: (gettext_lazy("come lately"), gettext_lazy("Offer the next product.")),
    Group.SLIPPING: (
        gettext_lazy("were among the best and stay away"),
        gettext_lazy("Call today and hear what happened."),
    ),
    Group.FADING: (gettext_lazy("fade"), gettext_lazy("Give them a reason to come, at little cost.")),
    Group.LOST: (gettext_lazy("are gone"), gettext_lazy("Let go, or write one last letter.")),
}
SQUARES: dict[str, Any] = {
    Square.KEEP: gettext_lazy("Worth much now and later: hold them, spare no care."),
    Square.RAISE: gettext_lazy(
        "Worth much now, little ahead: find the next product or ask for a recommendation."
    ),
    Square.NURTURE: gettext_lazy("Worth little now, much ahead: visit more often."),
    Square.MAINTAIN: gettext_lazy("Worth little now and later: serve well at little cost."),
}
REFUSALS: dict[str, Any] = {
    "pending": gettext_lazy(
        "The ledger holds less than three months: it is too early to tell what will come."
    ),
    "too_few_repeat_buyers": gettext_lazy(
        "Fewer than 100 customers bought again: a model would tell chance, not customers."
    ),
    "identical": gettext_lazy("All customers have the same history: nothing tells them apart."),
    "spend_follows_frequency": gettext_lazy(
        "Who buys more often spends differently each time: one mean for all would mislead, so no money is told."
    ),
    "no_mean_spend": gettext_lazy("Purchases differ so widely that their mean cannot be told."),
    "not_a_spend": gettext_lazy("The margins of the purchases are not known."),
}
WARNINGS: dict[str, Any] = {
    "not_converged": gettext_lazy("The model did not settle: take single figures with caution."),
    "unstable": gettext_lazy("The bands could not be told: too many refits failed."),
    "without_price": gettext_lazy(
        "Some deals have neither price nor margin and count as purchases worth nothing."
    ),
}


def refusal(code: str) -> str:
    return str(REFUSALS.get(code) or _("The purchases do not carry the model."))


def explanation(row: CustomerValue, on: date) -> str:
    """What a customer did and what follows, in one sentence without its full stop."""
    return in_clauses([habit(row, on), *_prospect(row, on)])


def habit(row: CustomerValue, on: date) -> str:
    """How often and how long ago, by their own rhythm."""
    since = max((on - row.last_on).days, 0)
    if row.purchases == 1:
        return ngettext(
            "bought once, %(since)s day ago", "bought once, %(since)s days ago", since
        ) % {"since": since}  # fmt: skip
    facts = {"count": row.purchases, "cycle": row.cycle_days, "since": since}
    if row.has_rhythm:
        return _("bought %(count)s times, about every %(cycle)s days, last %(since)s days ago") % facts
    return _("bought %(count)s times, last %(since)s days ago") % facts


def _prospect(row: CustomerValue, on: date) -> list[str]:
    told = []
    gaps = Decimal(max((on - row.last_on).days, 0)) / row.cycle_days
    if row.churn_risk:
        words = (
            _("silent for %(gaps)s of their own intervals")
            if row.has_rhythm
            else _("silent for %(gaps)s of the usual intervals")
        )
        told.append(words % {"gaps": round(gaps, 1)})
    if row.alive is not None:
        told.append(_("still a customer with a chance of %(chance)s") % {"chance": format_ratio(alive(row))})
        if row.half_on is not None and row.half_on > on:
            told.append(
                _("rather gone than not from %(day)s on, if nothing comes") % {"day": row.half_on.isoformat()}
            )
    return told


def alive(row: CustomerValue) -> Decimal | None:
    """The chance to be there still, for showing."""
    return None if row.alive is None else Decimal(str(row.alive))


def why_moved(row: CustomerValue, run: ValueRun) -> str:
    """Why somebody stands in another class than at the end of last month."""
    if row.margin_before is None:
        return _("first purchase")
    if row.bought_since:
        bought = ngettext(
            "%(count)s purchase this month", "%(count)s purchases this month", row.bought_since
        ) % {"count": row.bought_since}  # fmt: skip
        if row.moved > 0:
            return bought
        return in_clauses([bought, _("larger ones left the 12 months")])
    if row.moved > 0:
        return _("others brought less")
    since = (run.on - row.last_on).days
    return _("nothing for %(since)s days, older purchases left the 12 months") % {"since": since}
