"""What the ledger says of the product structure: the last 12 months beside the 12 before (11.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.markets.rules.composite import year_before
from guanxi.markets.rules.structure import Carriers, Part, Sums, carriers, part_of
from guanxi.organization.models import Store, User


@dataclass(frozen=True)
class StructureRow:
    """A product, or a ``line`` of products without ``product``; a purchase may name no product. ``top`` is the customer
    who brings most of it."""

    product: Product | None
    line: str
    now: Sums
    before: Sums
    part: Part
    part_before: Part
    carried: Carriers | None = None
    top: Customer | None = None

    @property
    def moved(self) -> Decimal | None:
        """How the part of the revenue moved, as a fraction."""
        one, other = self.part.revenue, self.part_before.revenue
        return None if one is None or other is None else one - other


@dataclass(frozen=True)
class Structure:
    """Products by revenue, the largest first; lines likewise, none where no product has one."""

    rows: list[StructureRow]
    lines: list[StructureRow]
    whole: Sums


def structure_of(actor: User, store: Store, on: date) -> Structure:
    """The structure among the deals the actor reads. Four queries."""
    cut, first = year_before(on), year_before(year_before(on))
    deals = Deal.objects.visible_to(actor).filter(store=store, on__gt=first, on__lte=on).order_by()
    now, before = Q(on__gt=cut), Q(on__lte=cut)
    told = deals.values("product").annotate(
        now_pieces=Sum("quantity", filter=now), now_revenue=Sum("amount", filter=now),
        now_margin=Sum("margin", filter=now), old_pieces=Sum("quantity", filter=before),
        old_revenue=Sum("amount", filter=before), old_margin=Sum("margin", filter=before),
    )  # fmt: skip
    sums: dict[int | None, tuple[Sums, Sums]] = {
        row["product"]: (_sums(row, "now"), _sums(row, "old")) for row in told
    }
    products = {row.pk: row for row in Product.objects.of_store(store) if row.pk in sums or row.is_active}
    for known in products:
        sums.setdefault(known, (Sums(), Sums()))
    wholes = _added(sums.values())
    carried, tops = _carried(actor, deals.filter(now))
    rows = []
    for pk, (one, other) in sums.items():
        product = products.get(pk) if pk is not None else None
        rows.append(StructureRow(
            product, product.line if product else "", one, other, part_of(one, wholes[0]),
            part_of(other, wholes[1]), carried.get(pk), tops.get(pk),
        ))  # fmt: skip
    rows.sort(key=lambda row: (-row.now.revenue, -row.now.pieces, row.product.name if row.product else ""))
    return Structure(rows, _lines(rows, wholes), wholes[0])


def _sums(row: Mapping[str, Any], of: str) -> Sums:
    return Sums(
        row[f"{of}_pieces"] or 0, row[f"{of}_revenue"] or Decimal(0), row[f"{of}_margin"] or Decimal(0)
    )


def _added(pairs: Iterable[tuple[Sums, Sums]]) -> tuple[Sums, Sums]:
    one, other = Sums(), Sums()
    for now, before in pairs:
        one, other = one + now, other + before
    return one, other


def _lines(rows: list[StructureRow], wholes: tuple[Sums, Sums]) -> list[StructureRow]:
    named: dict[str, list[tuple[Sums, Sums]]] = {}
    for row in rows:
        named.setdefault(row.line, []).append((row.now, row.before))
    if set(named) <= {""}:
        return []
    found = []
    for line, pairs in named.items():
        one, other = _added(pairs)
        found.append(StructureRow(None, line, one, other, part_of(one, wholes[0]), part_of(other, wholes[1])))
    return sorted(found, key=lambda row: -row.now.revenue)


def _carried(
    actor: User, deals: QuerySet[Deal]
) -> tuple[dict[int | None, Carriers], dict[int | None, Customer]]:
    """Product → who carries it, by revenue, by pieces where no amount is known; and the customer who brings most."""
    held: dict[int | None, list[tuple[int, int, Decimal]]] = {}
    told = deals.values("product", "customer").annotate(pieces=Sum("quantity"), revenue=Sum("amount"))
    for row in told.filter(pieces__gt=0):
        held.setdefault(row["product"], []).append(
            (row["customer"], row["pieces"], row["revenue"] or Decimal(0))
        )
    found, largest = {}, {}
    for product, mine in held.items():
        by_revenue = any(revenue > 0 for _customer, _pieces, revenue in mine)
        brought = {customer: revenue if by_revenue else Decimal(pieces) for customer, pieces, revenue in mine}
        found[product] = carriers(list(brought.values()))
        largest[product] = min(brought, key=lambda customer: (-brought[customer], customer))
    cards = Customer.objects.visible_to(actor).in_bulk(set(largest.values()))
    return found, {product: cards[customer] for product, customer in largest.items() if customer in cards}
