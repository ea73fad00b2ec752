"""The ledger as somebody looks something up in it: narrowed, added up, and what came back of each sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal, DealQuerySet
from guanxi.organization.models import User


class Source(models.TextChoices):
    """What wrote a row, by how its ``source`` begins."""

    ORDER = "order", _("From an order")
    OPPORTUNITY = "opportunity", _("From an opportunity")
    IMPORT = "import", _("From a sheet")


@dataclass(frozen=True)
class Narrowed:
    """What is looked for; ``words`` in customer, order number and product."""

    words: str = ""
    since: date | None = None
    until: date | None = None
    product: Product | None = None
    seller: User | None = None
    source: str = ""


@dataclass(frozen=True)
class Totals:
    """Sums of rows, returns and rows written back taken off; amounts in yuan. ``unpriced`` rows have no amount and
    ``unknown`` no margin, so they are in neither sum."""

    rows: int
    pieces: int
    amount: Decimal
    margin: Decimal
    unpriced: int
    unknown: int


def narrowed(rows: DealQuerySet, asked: Narrowed) -> DealQuerySet:
    """Of ``rows`` those that are looked for."""
    if asked.since:
        rows = rows.filter(on__gte=asked.since)
    if asked.until:
        rows = rows.filter(on__lte=asked.until)
    if asked.product:
        rows = rows.filter(product=asked.product)
    if asked.seller:
        rows = rows.filter(seller=asked.seller)
    if asked.source:
        rows = rows.filter(source__startswith=f"{asked.source} ")
    for word in asked.words.split():
        rows = rows.filter(
            Q(customer__name__icontains=word)
            | Q(customer__org_name__icontains=word)
            | Q(customer__customer_no__iexact=word)
            | Q(number__icontains=word)
            | Q(product__name__icontains=word)
        )
    return rows


def totals(rows: DealQuerySet) -> Totals:
    """One query."""
    # The counts stand first: a name already given to a sum is no field any more.
    sums = rows.order_by().aggregate(
        rows=Count("pk"), unpriced=Count("pk", filter=Q(amount__isnull=True)),
        unknown=Count("pk", filter=Q(margin__isnull=True)), pieces=Sum("quantity"), amount=Sum("amount"),
        margin=Sum("margin"),
    )  # fmt: skip
    return Totals(
        sums["rows"], sums["pieces"] or 0, sums["amount"] or Decimal(0), sums["margin"] or Decimal(0),
        sums["unpriced"], sums["unknown"],
    )  # fmt: skip


def pieces_back(rows: Sequence[Deal]) -> dict[int, int]:
    """Sale → how many pieces of it came back, for those of which anything did; one query."""
    back = Deal.objects.in_force().filter(returns__in=[row.pk for row in rows]).order_by()
    return {pk: -pieces for pk, pieces in back.values_list("returns").annotate(pieces=Sum("quantity"))}
