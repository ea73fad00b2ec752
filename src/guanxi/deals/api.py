"""Orders with deposits and deliveries."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from guanxi.catalogue.models import Product, sees_margins
from guanxi.deals.models import Deal, Order
from guanxi.deals.operations.orders import (
    OrderDraft,
    OrderRefused,
    cancel_order,
    deliver,
    place_order,
    receive_deposit,
)
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.pages import newest_first
from guanxi.organization.api.schemas import (
    Amount,
    Asked,
    Day,
    Flag,
    Id,
    Limit,
    Person,
    Told,
    Whole,
    Yuan,
    words,
)
from guanxi.organization.api.versions import IfMatch, edited_version
from guanxi.organization.rules.roles import Reach

router = Router(tags=["orders"])


class OrderTold(Told):
    """``customer`` is null for finance, which reads orders without the cards (21.1). Amounts in yuan."""

    id: int
    order_no: str
    customer: int | None
    customer_name: str
    consultant: Person | None
    state: str
    ordered_on: date
    product: str
    colour: str
    amount: Amount | None
    deposits: Amount
    promised_on: date | None
    cancelled_on: date | None
    cancel_reason: str
    delivered_on: date | None
    version: int

    @classmethod
    def of(cls, order: Order, *, with_card: bool = True) -> "OrderTold":
        held = [row.amount for row in order.deposits.all() if row.refunded_on is None]
        return cls.copied(
            order,
            customer=order.customer_id if with_card else None,
            customer_name=order.customer.name if with_card else "",
            consultant=Person.of(order.consultant),
            product=order.product.name if order.product else "",
            deposits=sum(held, Decimal(0)),  # type: ignore[arg-type]
        )


class OrderFilters(Asked):
    state: Literal["OPEN", "DELIVERED", "CANCELLED", ""] = ""
    customer: Id | None = None
    before: Id | None = None
    limit: Limit = 50


@router.get("/orders", response=list[OrderTold])
def list_orders(request: HttpRequest, asked: Query[OrderFilters]) -> Any:
    """Orders the caller may read, newest first; ``before`` is the id of the last one seen."""
    user = caller(request)
    reads_cards = user.read_reach != Reach.NONE
    rows = Order.objects.visible_to(user)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer) if reads_cards else rows.none()
    rows = rows.select_related("customer", "product", "consultant").prefetch_related("deposits")
    return [
        OrderTold.of(order, with_card=reads_cards) for order in newest_first(rows, asked.before, asked.limit)
    ]


class OrderAsked(Asked):
    """``product`` is an id of the store's catalogue; ``order_no`` left out, one is given."""

    product: Id | None = None
    colour: str = words(30)
    amount: Yuan | None = None
    deposit: Yuan | None = None
    promised_on: Day | None = None
    order_no: str = words(30)


@router.post("/customers/{id}/orders", response={201: OrderTold})
def place(request: HttpRequest, response: HttpResponse, id: Id, body: OrderAsked) -> Any:
    """Order for a card: it becomes O and its order tasks open (5.3)."""
    act, given = acting(request), body.model_dump()
    if given["product"] is not None:
        given["product"] = Product.objects.of_store(act.store).on_sale().filter(pk=given["product"]).first()
        if given["product"] is None:
            raise OrderRefused(_("Choose a model of this store."), "product")
    return Status(201, _told(response, place_order(act, id, OrderDraft(**given))))


class DepositAsked(Asked):
    amount: Yuan


class DepositTold(Told):
    """``suggested_level`` is what the facts support now."""

    id: int
    amount: Amount
    received_on: date
    suggested_level: str


@router.post("/customers/{id}/deposits", response={201: DepositTold})
def take_deposit(request: HttpRequest, id: Id, body: DepositAsked) -> Any:
    """A deposit below the order threshold (小订); from the threshold on, place an order."""
    deposit, level = receive_deposit(acting(request), id, body.amount)
    return Status(
        201,
        DepositTold(
            id=deposit.pk, amount=body.amount, received_on=deposit.received_on, suggested_level=level
        ),
    )


class CancellationAsked(Asked):
    version: Whole | None = None
    reason: str = words(200, needed=True)
    refund: Flag = True


@router.post("/orders/{id}/cancellation", response=OrderTold)
def cancel(
    request: HttpRequest, response: HttpResponse, id: Id, body: CancellationAsked, if_match: IfMatch
) -> Any:
    """退订: the card falls back to the level its facts support."""
    order = cancel_order(
        acting(request),
        id,
        version=edited_version(if_match, body.version),
        reason=body.reason,
        refund=body.refund,
    )
    return _told(response, order)


class DeliveryAsked(Asked):
    version: Whole | None = None
    delivered_on: Day
    vin: str = words(17)
    engine_no: str = words(30)
    plate_no: str = words(12)
    insurer: str = words(40)
    insurance_expires_on: Day | None = None
    finance_org: str = words(40)
    first_service_due_on: Day | None = None
    first_service_due_km: Whole | None = None
    accessories: str = words(200)


@router.post("/orders/{id}/delivery", response=OrderTold)
def hand_over_car(
    request: HttpRequest, response: HttpResponse, id: Id, body: DeliveryAsked, if_match: IfMatch
) -> Any:
    """交车: the customer becomes an owner of ours (R-CUS-03)."""
    item = body.model_dump(exclude={"version", "delivered_on"}, exclude_unset=True)
    if "vin" in item:
        item["vin"] = item["vin"].upper()
    order = deliver(
        acting(request),
        id,
        version=edited_version(if_match, body.version),
        delivered_on=body.delivered_on,
        item=item,
    )
    return _told(response, order)


class DealTold(Told):
    """One line of the ledger; a row that takes another back (``reverses``) has its amount with the opposite sign, what
    came back of a sale ``returns`` it. ``customer`` is null for finance, which reads deals without the cards (21.1),
    ``margin`` for those who are not told it. Amounts in yuan."""

    id: int
    on: date
    customer: int | None
    seller: Person | None
    product: str
    quantity: int
    amount: Amount | None
    margin: Amount | None
    number: str
    reverses: int | None
    returns: int | None


class DealFilters(Asked):
    customer: Id | None = None
    since: Day | None = None
    until: Day | None = None
    before: Id | None = None
    limit: Limit = 50


@router.get("/deals", response=list[DealTold])
def list_deals(request: HttpRequest, asked: Query[DealFilters]) -> Any:
    """What was sold, as far as the caller may read, newest first; ``before`` is the id of the last one seen."""
    user = caller(request)
    reads_cards = user.read_reach != Reach.NONE
    secret = {} if sees_margins(user) else {"margin": None}
    rows = Deal.objects.visible_to(user)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer) if reads_cards else rows.none()
    if asked.since is not None:
        rows = rows.filter(on__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(on__lte=asked.until)
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    rows = rows.select_related("product", "seller").order_by("-id")
    return [
        DealTold.copied(
            deal,
            customer=deal.customer_id if reads_cards else None,
            seller=Person.of(deal.seller),
            product=deal.product.name if deal.product else "",
            reverses=deal.reverses_id,
            returns=deal.returns_id,
            **secret,
        )
        for deal in rows[: asked.limit]
    ]


def _told(response: HttpResponse, order: Order) -> OrderTold:
    response["ETag"] = f'"{order.version}"'
    return OrderTold.of(order)
