"""Who buys what and could buy what: one customer, the matrix of the store, and whom to visit next (2.3)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from guanxi.cadence.models import Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.markets.models import ProductStanding
from guanxi.markets.queries.purchases import purchases, suggestions_for
from guanxi.markets.rules.baskets import Suggestion
from guanxi.markets.rules.composite import Pair, grade_of, urgency
from guanxi.organization.models import Store, User
from guanxi.playbooks.definitions import Playbook

VISIT_RULE = "R-CMP-02"


@dataclass(frozen=True)
class ProductRow:
    """One product for one customer. ``current`` is what they buy now, ``bought`` the purchases of the last 12 months;
    ``pair`` is None until a potential was judged. ``is_asked``: a visit about it stands in somebody's Today."""

    product: Product
    standing: ProductStanding | None
    bought: int
    current: int
    pair: Pair | None
    is_asked: bool

    @property
    def is_locked(self) -> bool:
        return self.standing is not None and self.standing.is_locked


@dataclass(frozen=True)
class Judged:
    """A standing as the lists reckon with it."""

    standing: int
    customer: int
    product: int
    pair: Pair
    tier: int | None
    last_contact_on: date | None


@dataclass(frozen=True)
class Shown:
    """A row of a list with what the page says of it; ``days`` since the last contact, None without one."""

    customer: Customer
    product: Product
    pair: Pair
    days: int | None
    is_asked: bool


def product_rows(card: Customer, on: date) -> list[ProductRow]:
    """The products on sale, and those judged or bought before; the largest gap first. Access to the card is the
    caller's. Four queries."""
    judged = {row.product_id: row for row in card.standings.select_related("product", "by")}
    bought = purchases([card.pk], on)
    seen = Q(pk__in=[*judged, *(product for _card, product in bought)])
    products = Product.objects.of_store(card.store).filter(Q(is_active=True) | seen)
    asked = asked_about([card.pk])
    edges = card.store.playbook.settings.composite_current_edges
    rows = []
    for product in products:
        standing, count = judged.get(product.pk), bought[card.pk, product.pk]
        locked = standing.current if standing else None
        current = grade_of(count, edges) if locked is None else locked
        pair = Pair(current, standing.potential) if standing else None
        rows.append(ProductRow(product, standing, count, current, pair, (card.pk, product.pk) in asked))
    return sorted(rows, key=_interesting)


def _interesting(row: ProductRow) -> tuple[int, int, str]:
    if row.pair is None:
        return (1, -row.current, row.product.name)
    return (0, -row.pair.sorted_gap, row.product.name)


def judged_rows(
    actor: User, store: Store, on: date, *, product: int | None = None, owner: int | None = None,
    could_be_targets: bool = False,
) -> list[Judged]:  # fmt: skip
    """Every standing of the store's cards that the actor may read, in the order of R-CMP-02; ``could_be_targets``
    leaves out those whose potential is 0, which nobody visits. Two queries."""
    rows = ProductStanding.objects.visible_to(actor).filter(customer__store=store)
    if could_be_targets:
        rows = rows.exclude(potential="0")
    if product is not None:
        rows = rows.filter(product=product)
    if owner is not None:
        rows = rows.filter(customer__owner=owner)
    bought = purchases(Customer.objects.filter(pk__in=rows.values("customer")), on)
    edges = store.playbook.settings.composite_current_edges
    found = []
    told = rows.values_list(
        "pk",
        "customer_id",
        "product_id",
        "current",
        "potential",
        "customer__tier",
        "customer__last_contact_on",
    )
    for pk, customer, about, locked, potential, tier, contact in told:
        current = grade_of(bought[customer, about], edges) if locked is None else locked
        found.append(Judged(pk, customer, about, Pair(current, potential), tier, contact))
    return sorted(
        found, key=lambda row: (*urgency(row.pair, row.tier, row.last_contact_on, on), row.standing)
    )


Key = tuple[int, int, int, int]


@dataclass(frozen=True)
class Visitor:
    """One customer of the list with the judgements that put them there, the largest gap first; ``key`` is their place
    in the order of R-CMP-02."""

    key: Key
    rows: list[Judged]

    @property
    def customer(self) -> int:
        return self.key[-1]


def by_customer(rows: Iterable[Judged], on: date) -> list[Visitor]:
    """The customers of ``rows``, which are in the order of R-CMP-02, each where their largest gap stands."""
    held: dict[int, list[Judged]] = {}
    for row in rows:
        held.setdefault(row.customer, []).append(row)
    found = []
    for customer, mine in held.items():
        first = mine[0]
        found.append(Visitor((*urgency(first.pair, first.tier, first.last_contact_on, on), customer), mine))
    return sorted(found, key=lambda visitor: visitor.key)


@dataclass(frozen=True)
class Call:
    """A customer of the list as the page shows them: their gaps, each with whether a visit stands in Today, and what
    similar customers bought next, if anything."""

    card: Customer
    gaps: list[Shown]
    next: Suggestion | None
    product: Product | None
    because: Product | None


def calls_of(actor: User, visitors: list[Visitor], on: date) -> list[Call]:
    """These customers with their gaps and what to offer next. Six queries."""
    gaps: dict[int, list[Shown]] = {}
    for row in shown(actor, [row for visitor in visitors for row in visitor.rows], on):
        gaps.setdefault(row.customer.pk, []).append(row)
    cards = [gaps[visitor.customer][0].customer for visitor in visitors if visitor.customer in gaps]
    products = {row.pk: row for row in Product.objects.of_store(cards[0].store)} if cards else {}
    names = {row.pk: row.name for row in products.values() if row.is_active}
    nexts = suggestions_for(cards, names, on)
    found = []
    for card in cards:
        first = next(iter(nexts[card.pk].rows), None)
        product, because = (products[first.product], products[first.because]) if first else (None, None)
        found.append(Call(card, gaps[card.pk], first, product, because))
    return found


def matrix(rows: Iterable[Judged]) -> Counter[tuple[int, str]]:
    """(current, potential) → how many standings (2.3)."""
    return Counter((row.pair.current, row.pair.potential) for row in rows)


def shown(actor: User, rows: list[Judged], on: date) -> list[Shown]:
    """These rows with their cards and products. Three queries."""
    keys = {row.customer for row in rows}
    cards = Customer.objects.visible_to(actor).select_related("owner", "store").in_bulk(keys)
    products = Product.objects.in_bulk({row.product for row in rows})
    asked = asked_about(keys)
    return [
        Shown(
            cards[row.customer], products[row.product], row.pair,
            (on - row.last_contact_on).days if row.last_contact_on else None,
            (row.customer, row.product) in asked,
        )
        for row in rows if row.customer in cards
    ]  # fmt: skip


def asked_about(customers: Iterable[int]) -> set[tuple[int, int]]:
    """(customer, product) of which an open visit stands in Today. Access is the caller's."""
    rows = Task.objects.open().filter(source_rule=VISIT_RULE, customer__in=list(customers))
    return {(customer, int(item)) for customer, item in rows.values_list("customer_id", "item")}


def cards_to_judge(actor: User, store: Store, product: Product, *, again: bool, limit: int) -> list[Customer]:
    """Cards the actor may change, for judging one product down a list: those not judged yet, or with ``again`` those
    judged, the longest ago first. The most important tier first, then whom one met last."""
    rows = Customer.objects.editable_by(actor).filter(store=store)
    judged = ProductStanding.objects.filter(product=product)
    if again:
        rows = rows.filter(standings__product=product).order_by("standings__at", "pk")
    else:
        rows = rows.exclude(pk__in=judged.values("customer"))
        rows = rows.order_by(F("tier").asc(nulls_last=True), F("last_contact_on").desc(nulls_last=True), "pk")
    return list(rows.select_related("owner")[:limit])


def current_grades(playbook: Playbook, cards: list[Customer], product: Product, on: date) -> dict[int, int]:
    """Card → what its purchases say it buys now of ``product``. One query."""
    bought = purchases([card.pk for card in cards], on)
    edges = playbook.settings.composite_current_edges
    return {card.pk: grade_of(bought[card.pk, product.pk], edges) for card in cards}
