"""What stands of a sale, and whether one stands under a number."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum

from guanxi.deals.models import Deal, DealQuerySet
from guanxi.organization.models import Store


@dataclass(frozen=True)
class Left:
    """What stands of a deal after its returns; amounts in yuan, None where unknown."""

    quantity: int
    amount: Decimal | None
    margin: Decimal | None

    @property
    def is_nothing(self) -> bool:
        return not self.quantity and self.amount in (None, 0)


def left_of(deal: Deal) -> Left:
    """What can still come back of a deal. A return of the same product that names no sale, as sheets bring them, took
    one of the customer's back already: then no more pieces are left than the customer still has."""
    back = Deal.objects.in_force().filter(returns=deal)
    sums = back.aggregate(quantity=Sum("quantity"), amount=Sum("amount"), margin=Sum("margin"))
    pieces = deal.quantity + (sums["quantity"] or 0)
    same = Deal.objects.in_force().filter(customer=deal.customer_id, product=deal.product_id)
    if same.filter(returns__isnull=True, quantity__lt=0, on__gte=deal.on).exists():
        has = same.aggregate(sum=Sum("quantity"))["sum"] or 0
        pieces = max(0, min(pieces, has))
    return Left(
        pieces,
        None if deal.amount is None else deal.amount + (sums["amount"] or 0),
        None if deal.margin is None else deal.margin + (sums["margin"] or 0),
    )


def sold_already(store: Store, number: str, customer_id: int | None = None) -> Deal | None:
    """The row of the ledger under this order number that still stands: one sale is written once, whatever wrote it.
    With ``customer_id`` only what that customer bought; what others did says nothing of it, and is not everybody's."""
    sales = sales_under(store, number)
    if customer_id is not None:
        sales = sales.filter(customer=customer_id)
    return sales.select_related("customer").first() if number else None


def sales_under(store: Store, number: str) -> DealQuerySet:
    """The sales of the store under an order number that still stand, whoever bought; the caller sees to access."""
    return Deal.objects.in_force().filter(store=store, number=number, returns__isnull=True, quantity__gt=0)


def known_rows() -> DealQuerySet:
    """The rows that stand, and those of which a corrected one stands: a sheet that says what was corrected since tells
    of the same sale."""
    stands = Deal.objects.in_force().filter(source=OuterRef("source"), returns__isnull=True)
    corrected = Q(reversed_by__isnull=False, returns__isnull=True) & Exists(stands)
    return Deal.objects.filter(Q(reversed_by__isnull=True) | corrected, reverses__isnull=True)
