"""Writing the ledger of what was sold, and writing it back. Called by what sells; access is the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.catalogue.rules import margin_of
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store
from guanxi.organization.refusals import Refused


class DealRefused(Refused):
    """The ledger cannot take this."""


@dataclass(frozen=True)
class Sold:
    """One line; ``amount`` and ``margin`` in yuan for the whole quantity, None when nobody knows. Without a margin it
    is reckoned from the product's unit cost of the day."""

    product: Product | None
    quantity: int = 1
    amount: Decimal | None = None
    margin: Decimal | None = None

    def row(self) -> dict[str, Any]:
        """Column → value."""
        margin = self.margin
        if margin is None and self.product is not None:
            margin = margin_of(self.amount, self.quantity, self.product.unit_cost)
        return vars(self) | {"margin": margin}


@transaction.atomic
def write_deals(
    act: Act,
    customer: Customer,
    on: date,
    lines: Sequence[Sold],
    *,
    seller_id: int | None,
    source: str,
    number: str,
) -> list[Deal]:
    """Add one row for each line. Raises DealRefused for a quantity below 1 or an amount that is not above zero."""
    for line in lines:
        if line.quantity < 1:
            raise DealRefused(_("A quantity is at least 1."), "quantity")
        if line.amount is not None and line.amount <= 0:
            raise DealRefused(_("Enter an amount above zero."), "amount")
    deals = Deal.objects.bulk_create(
        Deal(
            customer=customer, store=act.store, seller_id=seller_id, on=on, number=number, source=source,
            recorded_at=act.at, **line.row(),
        )
        for line in lines
    )  # fmt: skip
    leave_trace(
        act.entry("deal_written", deal, customer=customer.pk, changes={
            "amount": [None, None if deal.amount is None else str(deal.amount)], "order_no": [None, number]})
        for deal in deals
    )  # fmt: skip
    return deals


def sold_already(store: Store, number: str) -> Deal | None:
    """The row of the ledger under this order number that still stands: one sale is written once, whatever wrote it."""
    standing = Deal.objects.filter(
        store=store, number=number, reverses__isnull=True, reversed_by__isnull=True
    )
    return standing.select_related("customer").first() if number else None


@transaction.atomic
def reverse_deals(act: Act, source: str, *, reason: str) -> list[Deal]:
    """Write back every row of ``source`` that still stands, on the act's business date; returns the new rows."""
    standing = Deal.objects.select_for_update(of=("self",)).filter(
        source=source, reverses__isnull=True, reversed_by__isnull=True
    )
    back = []
    for deal in standing.order_by("pk"):
        back.append(
            Deal.objects.create(
                customer_id=deal.customer_id, store_id=deal.store_id, seller_id=deal.seller_id, on=act.on,
                product_id=deal.product_id, quantity=-deal.quantity, number=deal.number, source=source,
                amount=None if deal.amount is None else -deal.amount,
                margin=None if deal.margin is None else -deal.margin,
                reverses=deal, reason=reason[:200], recorded_at=act.at,
            )
        )  # fmt: skip
    leave_trace(
        act.entry("deal_reversed", deal, customer=deal.customer_id, reason=reason, changes={
            "amount": [None, None if deal.amount is None else str(deal.amount)]})
        for deal in back
    )  # fmt: skip
    return back
