"""The referral network of whoever may be seen: trees, value brought, conversion by warmth, the funnel of requests."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from heapq import nlargest

from django.db.models import Count, Exists, OuterRef, Q, Sum

from guanxi.customers.models import Customer, cards_within
from guanxi.deals.models import Deal, Order
from guanxi.lib.money import ratio
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest
from guanxi.prospecting.queries.recommenders import values_brought
from guanxi.prospecting.rules.asking import CENTRE_TRAITS
from guanxi.prospecting.rules.generations import Brought, Forest, Spot, drawn, forest_of
from guanxi.prospecting.rules.warmth import Conversion, conversions

TREES, LEADING, CENTRES, ROWS = 8, 10, 10, 30


def network_of(user: User) -> Forest:
    """The trees of the cards ``user`` may read; two queries."""
    links = Customer.objects.visible_to(user).filter(referrer__isnull=False)
    values = values_brought(user, Q(customer__referrer__isnull=False))
    return forest_of(links.order_by("pk").values_list("pk", "referrer_id"), values)


@dataclass(frozen=True)
class Placed:
    """A customer of the drawing; ``card`` None when the reader may not see it."""

    spot: Spot
    card: Customer | None
    brought: Brought


@dataclass(frozen=True)
class Ranked:
    """A customer with what came through them; ``influence`` where traits are ticked."""

    card: Customer
    brought: Brought
    influence: InfluenceCentre | None = None


@dataclass(frozen=True)
class Network:
    """``tree`` is the one drawn, below ``root``; ``trees`` are the largest."""

    forest: Forest
    root: int | None
    tree: list[Placed]
    trees: list[Placed]
    leading: list[Ranked]
    centres: list[Ranked]


def network_page(user: User, asked_root: int | None) -> Network:
    """The largest trees first, one of them drawn, and who brought most; a fixed number of queries."""
    forest = network_of(user)
    root = asked_root if asked_root in forest.brought else next(iter(forest.roots), None)
    spots = drawn(forest, root, most=ROWS) if root is not None else []
    largest = forest.roots[:TREES]
    bringers = nlargest(
        LEADING * 2,
        (one for one in forest.brought.values() if one.people),
        key=lambda one: (one.amount, one.people, -one.customer),
    )
    rows = InfluenceCentre.objects.filter(
        cards_within(user, user.read_reach, "customer__"), ticks__gte=CENTRE_TRAITS
    )
    influences = {row.customer_id: row for row in rows}
    brought = {pk: forest.brought.get(pk) or Brought(pk) for pk in influences}
    best = nlargest(CENTRES, brought.values(), key=lambda one: (one.amount, one.people, -one.customer))
    wanted = {spot.customer for spot in spots} | {one.customer for one in (*bringers, *best)} | set(largest)
    cards = Customer.objects.visible_to(user).in_bulk(list(wanted))
    centres = [
        Ranked(cards[one.customer], one, influences[one.customer]) for one in best if one.customer in cards
    ]
    return Network(
        forest=forest,
        root=root,
        tree=[Placed(spot, cards.get(spot.customer), forest.brought[spot.customer]) for spot in spots],
        trees=[Placed(Spot(pk, 0, place, None), cards.get(pk), forest.brought[pk]) for place, pk in enumerate(largest)],
        leading=[
            Ranked(cards[one.customer], one, influences.get(one.customer)) for one in bringers if one.customer in cards
        ][:LEADING],
        centres=centres,
    )  # fmt: skip


@dataclass(frozen=True)
class Funnel:
    """Requests to closes of some days; a ratio without denominator is None."""

    requests: int
    answered: int
    names: int
    warmed: int
    appointments: int
    carded: int
    closed: int

    @property
    def names_per_request(self) -> Decimal | None:
        return ratio(self.names, self.requests)


@dataclass(frozen=True)
class MomentTally:
    """How requests at one moment went: how many, and how many gave names."""

    code: str
    requests: int
    answered: int
    names: int

    @property
    def rate(self) -> Decimal | None:
        return ratio(self.answered, self.requests)


@dataclass(frozen=True)
class ReferralFigures:
    funnel: Funnel
    moments: list[MomentTally]
    conversions: list[Conversion]

    @property
    def expected(self) -> Decimal:
        """Deals the plan expects of all the names (R-REF-06)."""
        return sum((row.expected for row in self.conversions), Decimal(0))


def referral_figures(user: User, store: Store, since: date | None) -> ReferralFigures:
    """What was asked and what came of it since a day (None: ever), of whom ``user`` may read; two queries. A card
    that went to somebody ``user`` may not look after counts no longer."""
    asked = ReferralRequest.objects.filter(cards_within(user, user.read_reach, "customer__"))
    leads = ReferralLead.objects.visible_to(user)
    if since is not None:
        asked, leads = asked.filter(asked_on__gte=since), leads.filter(noted_on__gte=since)
    moments = [
        MomentTally(code, requests, answered, names or 0)
        for code, requests, answered, names in asked.order_by()
        .values_list("moment")
        .annotate(
            requests=Count("pk"),
            answered=Count("pk", filter=Q(result=ReferralRequest.Result.NAMES)),
            given=Sum("names"),
        )
    ]
    ordered = Order.objects.visible_to(user).filter(customer=OuterRef("customer"), state=Order.State.OPEN)
    bought = Deal.objects.visible_to(user).bought().filter(customer=OuterRef("customer"))
    seen = cards_within(user, user.read_reach, "customer__") & Q(customer__isnull=False)
    rows = list(
        leads.order_by()
        .annotate(bought=Exists(ordered) | Exists(bought), recommended=Q(recommender__isnull=False))
        .values_list("warmth", "recommended")
        .annotate(
            names=Count("pk"),
            met=Count("pk", filter=Q(first_visit_on__isnull=False)),
            carded=Count("pk", filter=seen),
            closed=Count("pk", filter=Q(bought=True)),
        )
    )
    by_warmth: dict[int, tuple[int, int, int]] = {}
    for warmth, _recommended, names, met, _carded, closed in rows:
        before = by_warmth.get(warmth, (0, 0, 0))
        by_warmth[warmth] = (before[0] + names, before[1] + met, before[2] + closed)
    given = [row for row in rows if row[1]]
    funnel = Funnel(
        requests=sum(row.requests for row in moments),
        answered=sum(row.answered for row in moments),
        names=sum(row[2] for row in given),
        warmed=sum(row[2] for row in given if row[0] > 1),
        appointments=sum(row[3] for row in given),
        carded=sum(row[4] for row in given),
        closed=sum(row[5] for row in given),
    )
    planned = store.playbook.settings.warm_conversion
    moments.sort(key=lambda row: (-(row.rate or 0), row.code))
    return ReferralFigures(funnel, moments, conversions(by_warmth, planned))  # type: ignore[arg-type]
