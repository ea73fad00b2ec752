"""Orders from deposit to delivery. Each operation is one transaction and leaves its audit rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.orders import (
    mark_delivered,
    mark_order_cancelled,
    mark_ordered,
    set_deposit_held,
)
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, OwnedItem
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.identity import is_vin
from guanxi.deals.models import Deal, Deposit, Order
from guanxi.deals.operations.ledger import Sold, too_much, write_deals
from guanxi.deals.queries.sales import sold_already
from guanxi.deals.rules import MOST_YUAN
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.snapshots import repoint


class OrderRefused(Refused):
    """The order cannot be placed, cancelled or delivered this way."""


# What a second person hears who wants to close the order.
CLOSED = {
    Order.State.DELIVERED: _("This order is delivered already."),
    Order.State.CANCELLED: _("This order is cancelled already."),
}


@dataclass(frozen=True)
class OrderDraft:
    """``amount`` and ``deposit`` in yuan; ``order_no`` "" takes the card's number and a counter."""

    product: Product | None = None
    colour: str = ""
    amount: Decimal | None = None
    deposit: Decimal | None = None
    promised_on: date | None = None
    order_no: str = ""


@transaction.atomic
def place_order(act: Act, customer_id: int, draft: OrderDraft) -> Order:
    """Order for a card: it becomes O and the five order tasks open. A pending loss is withdrawn.

    Raises OrderRefused when an order is open, the card has no open intent, the number is taken, or a sum
    or date cannot be.
    """
    customer = lock_card(act, customer_id)
    if not customer.is_open:
        raise OrderRefused(_("Open a new intent on the card before ordering."))
    if customer.orders.filter(state=Order.State.OPEN).exists():
        raise OrderRefused(_("This customer already has an open order."))
    for field, amount in (("amount", draft.amount), ("deposit", draft.deposit)):
        if amount is not None and amount <= 0:
            raise OrderRefused(_("Enter an amount above zero, or leave it empty."), field)
        if amount is not None and amount > MOST_YUAN:
            raise OrderRefused(too_much(), field)
    if draft.promised_on is not None and draft.promised_on < act.on:
        raise OrderRefused(_("The promised delivery lies in the past."), "promised_on")
    if draft.product is not None and draft.product.store_id != act.store.pk:
        raise OrderRefused(_("Choose a model of this store."), "product")
    number = draft.order_no.strip() or f"{customer.customer_no}-{customer.orders.count() + 1}"
    if _sold_to_others(act, customer, number):
        raise OrderRefused(_("Under this number something was sold to another customer."), "order_no")
    try:
        with transaction.atomic():
            order = Order.objects.create(
                customer=customer, store=act.store, consultant_id=customer.owner_id, order_no=number,
                ordered_on=act.on, product=draft.product, colour=draft.colour, amount=draft.amount,
                promised_on=draft.promised_on, created_at=act.at, level_before=customer.level,
            )  # fmt: skip
    except IntegrityError as error:
        raise OrderRefused(_("This order number is taken."), "order_no") from error
    if draft.deposit:
        Deposit.objects.create(
            customer=customer, order=order, amount=draft.deposit, received_on=act.on, by=act.by
        )
    # A small deposit taken earlier belongs to the order it led to.
    customer.deposits.filter(order__isnull=True, refunded_on__isnull=True).update(order=order)
    set_deposit_held(act, customer.pk, _held(customer))
    mark_ordered(act, customer.pk, order.pk)
    leave_trace([act.entry("order_placed", order, customer=customer.pk, changes={
        "order_no": [None, number], "amount": [None, str(draft.amount or "")]})])  # fmt: skip
    return order


@transaction.atomic
def receive_deposit(act: Act, customer_id: int, amount: Decimal) -> tuple[Deposit, str]:
    """Take a deposit without an order (小订); returns it and the level the facts now suggest.

    From ``level.deposit_min`` on it is an order: OrderRefused asks to place one.
    """
    customer = lock_card(act, customer_id)
    if not customer.is_open:
        raise OrderRefused(_("Open a new intent on the card before taking a deposit."))
    if amount <= 0:
        raise OrderRefused(_("Enter an amount above zero."), "amount")
    threshold = act.store.playbook.settings.level_deposit_min
    if customer.level != "O" and threshold is not None and _held(customer) + amount >= threshold:
        raise OrderRefused(_("With this deposit it is an order: place the order instead."), "amount")
    order = customer.orders.filter(state=Order.State.OPEN).first()
    deposit = Deposit.objects.create(
        customer=customer, order=order, amount=amount, received_on=act.on, by=act.by
    )
    suggested = set_deposit_held(act, customer.pk, _held(customer))
    leave_trace(
        [
            act.entry(
                "deposit_received", deposit, customer=customer.pk, changes={"amount": [None, str(amount)]}
            )
        ]
    )
    return deposit, suggested


@transaction.atomic
def cancel_order(act: Act, order_id: int, *, version: int, reason: str, refund: bool = True) -> Order:
    """退订: the card falls back to the level its facts support. Raises OrderRefused, StaleEdit."""
    order = _locked(act, order_id, version)
    if not reason.strip():
        raise OrderRefused(_("Say why the order is cancelled."), "reason")
    order.state, order.cancelled_on, order.cancel_reason = Order.State.CANCELLED, act.on, reason.strip()[:200]
    order.version += 1
    order.save()
    if refund:
        order.deposits.filter(refunded_on__isnull=True).update(refunded_on=act.on)
    leave_trace([act.entry("order_cancelled", order, customer=order.customer_id, reason=reason)])
    set_deposit_held(act, order.customer_id, _held(order.customer))
    mark_order_cancelled(act, order.customer_id, order.pk, reason=reason.strip())
    return order


@transaction.atomic
def deliver(act: Act, order_id: int, *, version: int, delivered_on: date, item: dict[str, Any]) -> Order:
    """交车 (R-CUS-03): the owner block and the ledger are written, and owner care hangs on it.

    ``item`` are OwnedItem fields. Raises OrderRefused for a date before the order or after today, or a VIN
    that cannot be.
    """
    order = _locked(act, order_id, version)
    if delivered_on < order.ordered_on:
        raise OrderRefused(_("The delivery cannot lie before the order."), "delivered_on")
    if delivered_on > act.on:
        raise OrderRefused(_("The delivery cannot lie in the future."), "delivered_on")
    if (item.get("bought_on") or order.ordered_on) > delivered_on:
        raise OrderRefused(_("The delivery cannot lie before the purchase."), "bought_on")
    if item.get("vin"):
        item = item | {"vin": item["vin"].strip().upper()}
        if not is_vin(item["vin"]):
            raise OrderRefused(_("A VIN has 17 characters without I, O and Q."), "vin")
    order.item = OwnedItem.objects.create(
        customer=order.customer,
        is_ours=True,
        delivered_on=delivered_on,
        bought_on=order.ordered_on,
        price=order.amount,
        **{"model": order.product.name if order.product else "", "colour": order.colour} | item,
    )
    order.state, order.delivered_on = Order.State.DELIVERED, delivered_on
    order.version += 1
    order.save()
    leave_trace([act.entry("delivered", order, customer=order.customer_id, changes={
        "delivered_on": [None, str(delivered_on)]})])  # fmt: skip
    # An opportunity won under this number before has written the sale.
    if sold_already(act.store, order.order_no, order.customer_id) is None:
        write_deals(
            act, order.customer, delivered_on, [Sold(order.product, 1, order.amount)],
            seller_id=order.consultant_id, source=f"order {order.pk}", number=order.order_no,
        )  # fmt: skip
    mark_delivered(act, order.customer_id)
    return order


def lock_orders(customer_ids: Sequence[int]) -> None:
    """Lock the orders of cards; before the cards, as cancelling and delivering do."""
    list(Order.objects.select_for_update().filter(customer__in=customer_ids).order_by("pk").values_list("pk"))


@transaction.atomic
def fold_orders(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """Two cards become one: orders and deposits go along, credit stays with who sold. Returns what
    ``unfold_orders`` needs. Raises OrderRefused when both cards have an open order."""
    if Order.objects.filter(customer__in=[kept.pk, merged.pk], state=Order.State.OPEN).count() > 1:
        raise OrderRefused(_("Both cards have an open order: deliver or cancel one of them first."))
    return {
        "orders": repoint(Order.objects.filter(customer=merged), customer=kept),
        "deposits": repoint(Deposit.objects.filter(customer=merged), customer=kept),
        "deals": repoint(Deal.objects.filter(customer=merged), customer=kept),
    }


@transaction.atomic
def unfold_orders(kept: Customer, merged: Customer, facts: dict[str, list[int]]) -> None:
    """Undo ``fold_orders``."""
    Order.objects.filter(pk__in=facts["orders"], customer=kept).update(customer=merged)
    Deposit.objects.filter(pk__in=facts["deposits"], customer=kept).update(customer=merged)
    Deal.objects.filter(pk__in=facts.get("deals", ()), customer=kept).update(customer=merged)


def _locked(act: Act, order_id: int, version: int) -> Order:
    rows = Order.objects.filter(store=act.store) if act.by is None else Order.objects.editable_by(act.by)
    order = rows.select_for_update(of=("self",)).select_related("customer", "product").get(pk=order_id)
    closed = CLOSED.get(Order.State(order.state))
    if order.version != version:
        raise StaleEdit(closed or _("Somebody changed this order first."), order)
    if closed:
        raise OrderRefused(closed)
    return order


def _sold_to_others(act: Act, customer: Customer, number: str) -> bool:
    """Among the customers the act sees: what the others bought is not told."""
    rows = Deal.objects.in_force()
    seen = rows if act.by is None else rows.visible_to(act.by)
    sales = seen.filter(store=customer.store_id, number=number, returns__isnull=True, quantity__gt=0)
    return sales.exclude(customer=customer.pk).exists()


def _held(customer: Customer) -> Decimal:
    held = customer.deposits.filter(refunded_on__isnull=True).exclude(order__state=Order.State.DELIVERED)
    return held.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
