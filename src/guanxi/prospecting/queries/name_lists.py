"""The name list, warmest first, and how far it is from the hundred (R-PRO-01…04, R-REF-05)."""

from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from guanxi.customers.models import cards_within
from guanxi.deals.models import Order
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.models.referrals import NOT_VISITED
from guanxi.prospecting.rules.warmth import Norm, norm_of

View = Literal["visit", "qualify", "carded", "all"]
VIEWS: tuple[View, ...] = ("visit", "qualify", "carded", "all")
PAGE = 50


class NamesRefused(ValueError):
    """A cursor that this list did not make."""


@dataclass(frozen=True)
class NameFilters:
    """``person`` None: everybody the reader may see; ``messages``: only who agreed to be written to (10.5)."""

    view: View = "visit"
    person: User | None = None
    messages: bool = False


@dataclass(frozen=True)
class NamePage:
    rows: list[ReferralLead]
    after: str


def listed_names(actor: User, filters: NameFilters) -> QuerySet[ReferralLead]:
    """The names that pass, of those ``actor`` may read."""
    rows = ReferralLead.objects.visible_to(actor)
    if filters.person is not None:
        rows = rows.held_by([filters.person])
    if filters.messages:
        rows = rows.may_be_messaged()
    if filters.view == "visit":
        return rows.to_visit()
    if filters.view == "qualify":
        return rows.to_qualify()
    return rows.filter(customer__isnull=False) if filters.view == "carded" else rows


def name_page(actor: User, filters: NameFilters, *, after: str = "", limit: int = PAGE) -> NamePage:
    """R-REF-05: warmest first, then newest; by key. One query. Raises NamesRefused."""
    rows = listed_names(actor, filters).select_related("recommender__owner", "consultant")
    if after:
        warmth, pk = _cursor(after)
        # The first condition lets the index start at the cursor.
        rows = rows.filter(warmth__lte=warmth).filter(Q(warmth__lt=warmth) | Q(pk__lt=pk))
    found = list(rows.order_by("-warmth", "-id")[: limit + 1])
    more = len(found) > limit
    return NamePage(found[:limit], f"{found[limit - 1].warmth}-{found[limit - 1].pk}" if more else "")


def name_counts(actor: User, filters: NameFilters) -> dict[str, int]:
    """How many names each view of the list holds."""
    rows = listed_names(actor, NameFilters("all", filters.person, filters.messages)).order_by()
    ended = Q(result__in=NOT_VISITED) | Q(customer__isnull=False) | Q(claim__isnull=False)
    counts = {
        "visit": Q(is_qualified=True) & ~ended,
        "qualify": Q(is_qualified=False) & ~ended,
        "carded": Q(customer__isnull=False),
        "all": Q(),
    }
    return rows.aggregate(**{view: Count("pk", filter=asked) for view, asked in counts.items()})  # type: ignore[no-any-return]


@dataclass(frozen=True)
class NameTally:
    """One person's list: of all that were ``noted`` the ``valid`` names against the ``goal`` (R-PRO-01), ideal ones,
    and the norm (R-PRO-02)."""

    person: User
    noted: int
    valid: int
    goal: int
    ideal: int
    norm: Norm

    @property
    def uncounted(self) -> int:
        """Names without a relation, or struck off."""
        return self.noted - self.valid

    @property
    def lacking(self) -> int:
        return max(self.goal - self.valid, 0)


def name_tallies(actor: User, store: Store, people: list[User]) -> list[NameTally]:
    """Each person's list, the longest first; people without a name stand with 0. One query."""
    settings = store.playbook.settings
    bought = (
        Order.objects.visible_to(actor)
        .filter(customer=OuterRef("customer"))
        .exclude(state=Order.State.CANCELLED)
    )
    seen = cards_within(actor, actor.read_reach, "customer__") & Q(customer__isnull=False)
    valid = ~Q(result="INVALID") & ~Q(relation="")
    rows = (
        ReferralLead.objects.visible_to(actor)
        .filter(store=store)
        .order_by()
        .annotate(whose=Coalesce("recommender__owner", "consultant"), bought=Exists(bought))
        .values_list("whose")
        .annotate(
            noted=Count("pk"),
            valid=Count("pk", filter=valid),
            ideal=Count("pk", filter=valid & Q(is_ideal=True)),
            prospects=Count("pk", filter=valid & (Q(is_qualified=True) | seen)),
            deals=Count("pk", filter=valid & Q(bought=True)),
        )
    )
    found = {holder: counts for holder, *counts in rows}
    tallies = []
    for person in people:
        noted, valid_ones, ideal, prospects, deals = found.get(person.pk, (0, 0, 0, 0, 0))
        norm = norm_of(valid_ones, prospects, deals, settings.names_norm)  # type: ignore[arg-type]
        tallies.append(NameTally(person, noted, valid_ones, settings.names_goal, ideal, norm))
    return sorted(tallies, key=lambda tally: -tally.valid)


def _cursor(after: str) -> tuple[int, int]:
    warmth, _dash, pk = after.partition("-")
    if not (warmth.isascii() and warmth.isdecimal() and pk.isascii() and pk.isdecimal()):
        raise NamesRefused(after)
    if len(warmth) > 1 or len(pk) > 18:
        raise NamesRefused(after)
    return int(warmth), int(pk)
