"""What stands of a sale, and whether one stands under a number."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from guanxi.deals.models import Deal
from guanxi.organization.models import Store


@dataclass(frozen=True)
class Left:
    """What stands of a deal after its returns; amounts in yuan, None where unknown."""

    quantity: int
    amount: Decimal | None
    margin: Decimal | None


def left_of(deal: Deal) -> Left:
    """What can still come back of a deal."""
    back = Deal.objects.in_force().filter(returns=deal)
    sums = back.aggregate(quantity=Sum("quantity"), amount=Sum("amount"), margin=Sum("margin"))
    return Left(
        deal.quantity + (sums["quantity"] or 0),
        None if deal.amount is None else deal.amount + (sums["amount"] or 0),
        None if deal.margin is None else deal.margin + (sums["margin"] or 0),
    )


def sold_already(store: Store, number: str) -> Deal | None:
    """The row of the ledger under this order number that still stands: one sale is written once, whatever wrote it."""
    sales = Deal.objects.in_force().filter(store=store, number=number, returns__isnull=True, quantity__gt=0)
    return sales.select_related("customer").first() if number else None
