"""Values in words: one sentence a customer, why somebody moved, what to do with each group, why there is no answer."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.customers.rules.opt_outs import may_be_called, may_be_contacted
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.rules.advice import advice, reached_lately, worth_a_call
from guanxi.lib.money import exact, format_ratio
from guanxi.organization.labels import language
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.punctuation import in_clauses, listed

Group, Square = CustomerValue.Group, CustomerValue.Square

# Who stands in each. What to do with a customer is said in one place, ADVICE.
GROUPS: dict[str, Any] = {
    Group.BEST: gettext_lazy("bought lately, often and for much"),
    Group.NEW: gettext_lazy("one purchase, lately"),
    Group.GROWING: gettext_lazy("bought more than once, lately"),
    Group.SLIPPING: gettext_lazy("bought often and for much, nothing lately"),
    Group.FADING: gettext_lazy("bought little, nothing lately"),
    Group.LOST: gettext_lazy("bought little, silent for longest"),
}
SQUARES: dict[str, Any] = {
    Square.KEEP: gettext_lazy("worth much now and later"),
    Square.RAISE: gettext_lazy("worth much now, little ahead"),
    Square.NURTURE: gettext_lazy("worth little now, much ahead"),
    Square.MAINTAIN: gettext_lazy("worth little now and later"),
}
ADVISED: dict[str, Any] = {
    "CALL": gettext_lazy("Worth a call: by their own rhythm they should have come by now."),
    "CONTRACT": gettext_lazy("Under contract: serve as agreed, talk about renewal in time."),
    "LOSING": gettext_lazy("They cost more than they bring: see why first, then decide."),
    "KEEP": gettext_lazy("Hold them, spare no care."),
    "RAISE": gettext_lazy("Offer the next product, or ask for a recommendation."),
    "NURTURE": gettext_lazy("Visit more often: they could buy more than they do."),
    "SECOND": gettext_lazy("Win the second purchase while they remember."),
    "OFFER": gettext_lazy("Serve them well and offer the next product."),
    "REASON": gettext_lazy("Give them a reason to come, at little cost."),
    "LET_GO": gettext_lazy("Let them go, or write one last letter."),
    "PEACE": gettext_lazy("Leave them in peace: they refuse every channel."),
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
    """What a customer did and what follows, in one sentence without its full stop. The row was read ``with_contract``:
    of who is under one, silence and chance, which go by purchases, say nothing."""
    if row.contract_until is not None:
        until = row.contract_until.isoformat()
        return in_clauses([habit(row, on), _("under contract until %(day)s") % {"day": until}])
    return in_clauses([habit(row, on), *_prospect(row, on)])


def habit(row: CustomerValue, on: date) -> str:
    """How often and how long ago, by their own rhythm, and that they were here since."""
    told = _bought(row, on)
    if row.visited_on is None:
        return told
    days = max((on - row.visited_on).days, 0)
    if row.signed_on == row.visited_on:
        signed = ngettext("signed a contract %(days)s day ago", "signed a contract %(days)s days ago", days)
        return in_clauses([told, signed % {"days": days}])
    came = ngettext("in the showroom %(days)s day ago", "in the showroom %(days)s days ago", days) % {
        "days": days
    }
    return in_clauses([told, came])


def _bought(row: CustomerValue, on: date) -> str:
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
    gaps = Decimal(max((on - row.seen_on).days, 0)) / row.cycle_days
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
    return exact(row.alive)


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


def advice_of(row: CustomerValue, run: ValueRun, on: date) -> str:
    """The one thing to do about a customer, who was fetched with the row, which was read ``with_contract``. Who was
    reached within the last days is not to be called again."""
    card, keep_cost = row.customer, Decimal(run.facts.get("keep_cost", 0))
    is_called = card.owner_id is not None and worth_a_call(row.at_risk, row.churn_risk, keep_cost)
    is_called = is_called and may_be_called(card.opt_outs)
    return advice(
        row.square, row.group, row.past_class,
        is_called=is_called and not reached_lately(card.last_contact_on, on),
        refuses=not may_be_contacted(card.opt_outs), has_contract=row.contract_until is not None,
    )  # fmt: skip


def call_script(row: CustomerValue | None, playbook: Playbook, on: date) -> tuple[str, str]:
    """What a call for value is for, and the words it opens with."""
    has_rhythm = row is not None and row.has_rhythm
    script = playbook.value_calls_by_code["RHYTHM" if has_rhythm else "PLAIN"]
    since = 0 if row is None else max((on - row.seen_on).days, 0)
    words = script.words.text(language()).format(cycle=row.cycle_days if row else 0, since=since)
    return script.label.text(language()), words


_RECENCY = (
    (1, gettext_lazy("the last lately")),
    (3, gettext_lazy("the last a while ago")),
    (None, gettext_lazy("the last long ago")),
)


def segment_names(run: ValueRun) -> dict[str, tuple[str, str]]:
    """Label → the name of each found segment, and what tells it from another of the same name; "" where none has."""
    groups = run.facts.get("segments", {}).get("groups", {})
    names = {label: segment_name(group, run.facts["usual_days"]) for label, group in groups.items()}
    found = {}
    for label, name in names.items():
        alike = [groups[other]["margin"] for other in names if names[other] == name]
        more = _("spending more") if groups[label]["margin"] == max(alike) else _("spending less")
        found[label] = (name, more if len(alike) > 1 else "")
    return found


def opened_words(run: ValueRun, name: str, value: str) -> str:
    """What a link of the value page narrowed the list of customers to, as its chip says it."""
    if name == "advice":
        return str(ADVISED[value])
    if name == "segment":
        said, more = segment_names(run)[value]
        return listed([said, more]) if more else said
    days = run.facts.get("bucket", {}).get("days", 0)
    words = ngettext("did not come back within %(days)s day", "did not come back within %(days)s days", days)
    return words % {"days": days}


def segment_name(group: dict[str, Any], usual_days: int) -> str:
    """A segment by its middle customer: how many times, and how long ago by the usual cycle."""
    count = group["purchases"]
    often = _("bought often") if count >= 4 else _("bought a few times") if count > 1 else _("bought once")
    words = next(
        words for cycles, words in _RECENCY if cycles is None or group["days"] <= cycles * usual_days
    )
    return listed([often, str(words)])
