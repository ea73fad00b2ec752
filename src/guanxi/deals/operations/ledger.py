"""Writing the ledger of what was sold, and writing it back. Called by what sells; access is the caller's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.catalogue.models import Product
from guanxi.catalogue.operations import remove_unused_products
from guanxi.catalogue.rules import margin_of
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.deals.queries.sales import sold_already
from guanxi.deals.rules import MOST_PIECES, MOST_YUAN
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store
from guanxi.organization.refusals import Refused


class DealRefused(Refused):
    """The ledger cannot take this."""


@dataclass(frozen=True)
class Sold:
    """One line; ``amount`` and ``margin`` in yuan for the whole quantity, None when nobody knows."""

    product: Product | None
    quantity: int = 1
    amount: Decimal | None = None
    margin: Decimal | None = None

    def row(self) -> dict[str, Any]:
        """Column → value."""
        return dict(vars(self))

    def reckoned(self) -> "Sold":
        """The line with its margin: a stated one stands, else the unit cost of the day tells it."""
        if self.margin is not None or self.product is None:
            return self
        return replace(self, margin=margin_of(self.amount, self.quantity, self.product.unit_cost))


@dataclass(frozen=True)
class Entry:
    """A row to be written; quantity and amount of what came back are below zero. ``source`` says what wrote it."""

    customer_id: int
    on: date
    sold: Sold
    seller_id: int | None
    source: str
    number: str = ""
    returns: Deal | None = None
    reason: str = ""

    @property
    def action(self) -> str:
        is_back = self.returns is not None or self.sold.quantity < 0
        return "deal_returned" if is_back else "deal_written"


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
    """Add one row for each line, sold today: without a margin it is reckoned from the product's unit cost of the day.
    Raises DealRefused for a quantity below 1 or an amount that is not above zero."""
    for line in lines:
        refuse_no_sale(line)
    return write_rows(
        act, [Entry(customer.pk, on, line.reckoned(), seller_id, source, number) for line in lines]
    )


def refuse_no_sale(line: Sold) -> None:
    """Raises DealRefused for a quantity below 1, an amount that is not above zero, and figures beyond belief."""
    if not 1 <= line.quantity <= MOST_PIECES:
        raise DealRefused(
            _("A quantity is at least 1 and at most %(most)s.") % {"most": MOST_PIECES}, "quantity"
        )
    if line.amount is not None and line.amount <= 0:
        raise DealRefused(_("Enter an amount above zero."), "amount")
    for name, value in (("amount", line.amount), ("margin", line.margin)):
        if value is not None and abs(value) > MOST_YUAN:
            raise DealRefused(too_much(), name)


def too_much() -> str:
    """The refusal of an amount that no single sale has."""
    return _("One sale is at most ¥%(most)s. Check the amount: was it entered in fen?") % {
        "most": f"{MOST_YUAN:,}"
    }


@transaction.atomic
def write_rows(act: Act, entries: Sequence[Entry]) -> list[Deal]:
    """Add rows as they are, whosever; what they say was checked by the caller. A margin that is not said stays unknown:
    the cost of today says nothing of other days."""
    deals = Deal.objects.bulk_create(
        Deal(
            customer_id=entry.customer_id, store=act.store, seller_id=entry.seller_id, on=entry.on,
            number=entry.number, source=entry.source, returns=entry.returns, reason=entry.reason[:200],
            recorded_at=act.at, **entry.sold.row(),
        )
        for entry in entries
    )  # fmt: skip
    leave_trace(
        act.entry(entry.action, deal, customer=deal.customer_id, reason=entry.reason, changes={
            "amount": [None, None if deal.amount is None else str(deal.amount)], "order_no": [None, deal.number]})
        for entry, deal in zip(entries, deals, strict=True)
    )  # fmt: skip
    return deals


def claim_number(store: Store, number: str) -> Deal | None:
    """As ``sold_already``, after ``hold_numbers``."""
    if number:
        hold_numbers(store)
    return sold_already(store, number)


def hold_numbers(store: Store) -> None:
    """Of two who write under one number at once the second waits and is told of the first. Within a transaction, before
    the rows of the sale are locked."""
    Store.objects.select_for_update().get(pk=store.pk)


@transaction.atomic
def reverse_deals(act: Act, source: str, *, reason: str) -> list[Deal]:
    """Write back every row of ``source`` that still stands, on the act's business date; returns the new rows."""
    # Locked before it is asked what stands: a return recorded meanwhile is then seen.
    list(Deal.objects.select_for_update().filter(source=source).order_by("pk").values_list("pk"))
    standing = Deal.objects.in_force().filter(source=source).order_by("pk")
    return reverse_rows(act, standing, reason=reason, on=act.on)


@transaction.atomic
def reverse_rows(act: Act, deals: Iterable[Deal], *, reason: str, on: date | None = None) -> list[Deal]:
    """Write back these rows, which the caller has locked and which stand. ``on`` is the day of the new rows; None is
    each row's own, for what never was: then a sum over any days reads as if the row had not been written."""
    back = Deal.objects.bulk_create(
        Deal(
            customer_id=deal.customer_id, store_id=deal.store_id, seller_id=deal.seller_id, on=on or deal.on,
            product_id=deal.product_id, quantity=-deal.quantity, number=deal.number, source=deal.source,
            amount=None if deal.amount is None else -deal.amount,
            margin=None if deal.margin is None else -deal.margin,
            reverses=deal, reason=reason[:200], recorded_at=act.at,
        )
        for deal in deals
    )  # fmt: skip
    leave_trace(
        act.entry("deal_reversed", deal, customer=deal.customer_id, reason=reason, changes={
            "amount": [None, None if deal.amount is None else str(deal.amount)]})
        for deal in back
    )  # fmt: skip
    return back


@transaction.atomic
def forget_products(act: Act, source: str, product_ids: Sequence[int]) -> list[int]:
    """Take off the list the products that only rows of a source beginning so name, all of them written back; these rows
    then say no product. Returns the keys of the products that stay, because something else names them."""
    kept = []
    for product in product_ids:
        named = Deal.objects.filter(store=act.store, product=product)
        dead = named.filter(source__startswith=source).exclude(
            reverses__isnull=True, reversed_by__isnull=True
        )
        if named.count() != dead.count():
            kept.append(product)
            continue
        try:
            with transaction.atomic():
                dead.update(product=None)
                if not remove_unused_products(act, [product]):
                    raise _StillNamed
        except _StillNamed:
            kept.append(product)
    return kept


class _StillNamed(Exception):
    """Something other than the ledger names the product."""
