"""What the customer list can be narrowed to, as its bar offers it, and what it is narrowed to now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanxi.customers.queries.filters import TIERS, Filters
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.queries.values import OPENED
from guanxi.insights.value_words import opened_words
from guanxi.markets.words import rule_words
from guanxi.organization.labels import language
from guanxi.organization.models import Store, User

# What an address may narrow by and the bar has no list for.
UNLISTED = ("kind", "base", "region", "product")


@dataclass(frozen=True)
class Filter:
    """One list of the bar: its name in the address, what it is called, its choices and the one chosen."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str

    @property
    def words(self) -> str:
        """The choice made, as its chip says it."""
        colon = pgettext("before what is said", ": ")
        return f"{self.label}{colon}{dict(self.choices)[self.chosen]}" if self.chosen else ""


def daily_filters(asked: Mapping[str, str], store: Store, people: Iterable[User]) -> list[Filter]:
    """Those used every day, always in view."""
    sources = [
        (source.code, f"{source.code} {source.label.text(language())}") for source in store.playbook.sources
    ]
    due = [("late", _("Late")), ("today", _("Due today")), ("none", _("No next date"))]
    colleagues = [(str(person.pk), person.name) for person in people]
    found = [
        _filter(asked, "due", _("Next contact"), due),
        _filter(asked, "source", _("Source"), sources),
    ]
    return [*found, _filter(asked, "owner", _("Consultant"), colleagues)] if colleagues else found


def further_filters(asked: Mapping[str, str], store: Store, *, valued: bool) -> list[Filter]:
    """The rest; those by value only where a run has told it."""
    kinds = [(kind.code, kind.label.text(language())) for kind in store.playbook.owner_kinds]
    found = [
        _filter(asked, "owner_kind", _("Owns"), kinds),
        _filter(asked, "confirmed", _("Level"), [("no", _("Level unconfirmed"))]),
        _filter(asked, "tier", _("Tier"), [(tier, _("Tier %(tier)s") % {"tier": tier}) for tier in TIERS]),
    ]
    if not valued:
        return found
    return [
        *found,
        _filter(asked, "value_past", _("Value class"), CustomerValue.Class.choices),
        _filter(asked, "value_next", _("Expected class"), CustomerValue.Class.choices),
        _filter(asked, "value_risk", _("Churn risk"), CustomerValue.Risk.choices),
        _filter(asked, "value_group", _("Purchase group"), CustomerValue.Group.choices),
        _filter(asked, "value_square", _("Present × future value"), CustomerValue.Square.choices),
    ]


def unlisted(filters: Filters, store: Store) -> list[tuple[str, object, str]]:
    """Filters of an address that the bar has no list for: name, value and words."""
    kept = Filters(kind=filters.kind, base=filters.base, region=filters.region, product=filters.product)
    product = store.products.filter(pk=filters.product).first() if filters.product else None
    named = [(name, value) for name in UNLISTED if (value := getattr(kept, name))]
    words = rule_words(kept, store, product)
    return [(name, value, text) for (name, value), text in zip(named, words, strict=False)]


def opened(asked: Mapping[str, str], run: ValueRun | None) -> list[tuple[str, object, str]]:
    """What a link of the value page narrowed the list to: name, value and words. The values were checked before."""
    if run is None:
        return []
    chosen = [(name, value) for name in OPENED if (value := asked.get(f"value_{name}"))]
    return [(f"value_{name}", value, opened_words(run, name, value)) for name, value in chosen]


def _filter(asked: Mapping[str, str], name: str, label: str, choices: Iterable[tuple[str, object]]) -> Filter:
    """An unknown choice counts as none: access and values are checked where the rows are fetched."""
    known = [(code, str(words)) for code, words in choices]
    chosen = asked.get(name, "")
    return Filter(name, label, known, chosen if chosen in dict(known) else "")
