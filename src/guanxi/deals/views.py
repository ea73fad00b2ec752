"""Orders, deposits and deliveries."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.customers.views.cards import editable_card
from guanxi.deals.forms import CancellationForm, DeliveryForm, DepositForm, OrderForm
from guanxi.deals.models import Deal, Order
from guanxi.deals.operations import OrderDraft, cancel_order, deliver, place_order, receive_deposit
from guanxi.lib.keys import parse_key
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach, Role
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

PAGE = 50


def _order(request: HttpRequest, pk: int) -> Order:
    """An open order. What was typed about one that somebody closed meanwhile is answered by the operation."""
    rows = Order.objects.editable_by(request.user).select_related("customer", "product")  # type: ignore[arg-type]
    if request.method != "POST":
        rows = rows.filter(state=Order.State.OPEN)
    return get_object_or_404(rows, pk=pk)


@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Orders by state, fifty at a time; finance sees them without the cards."""
    user: User = request.user  # type: ignore[assignment]
    _sellers_and_finance(user)
    state = request.GET.get("state", Order.State.OPEN)
    if state not in Order.State.values:
        raise Http404
    rows = Order.objects.visible_to(user).filter(state=state)
    rows = _after(rows, "ordered_on", request.GET.get("after", ""))
    found = list(
        rows.select_related("customer", "product", "consultant").prefetch_related("deposits")[: PAGE + 1]
    )
    last = found[PAGE - 1] if len(found) > PAGE else None
    url = reverse("orders")
    context = {
        "on": act_of(request).on,
        "rows": found[:PAGE],
        "page": {
            "next_url": f"{url}?state={state}&after={last.ordered_on}.{last.pk}" if last else "", "previous_url": "",
        },
        "tabs": _tabs(state),
        "state": state,
        "reads_cards": user.read_reach != Reach.NONE,
    }  # fmt: skip
    return render(request, "deals/orders.html", context)


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What was sold, newest first, fifty at a time: deliveries and won opportunities, and what was written back."""
    user: User = request.user  # type: ignore[assignment]
    _sellers_and_finance(user)
    rows = _after(Deal.objects.visible_to(user), "on", request.GET.get("after", ""))
    found = list(rows.select_related("customer", "product", "seller").order_by("-on", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    url = f"{reverse('ledger')}?after={last.on}.{last.pk}" if last else ""
    context = {
        "on": act_of(request).on,
        "rows": found[:PAGE],
        "page": {"next_url": url, "previous_url": ""},
        "tabs": _tabs("LEDGER"),
        "reads_cards": user.read_reach != Reach.NONE,
    }
    return render(request, "deals/ledger.html", context)


def _sellers_and_finance(user: User) -> None:
    """For everybody else neither orders nor ledger exist."""
    if user.read_reach == Reach.NONE and not user.has_role(Role.FINANCE):
        raise Http404


def _after(rows: Any, day: str, cursor: str) -> Any:
    """The rows behind the last one seen, given as ``<day>.<key>``, where the newest day comes first."""
    if not cursor:
        return rows
    try:
        text, key = cursor.split(".")
        last_on, last_id = date.fromisoformat(text), parse_key(key)
    except ValueError as error:
        raise Http404 from error
    if last_id is None:
        raise Http404
    # The first condition lets an index start at the cursor; the second breaks ties.
    return rows.filter(**{f"{day}__lte": last_on}).filter(Q(**{f"{day}__lt": last_on}) | Q(pk__lt=last_id))


def _tabs(active: str) -> list[dict[str, Any]]:
    """Orders by state, and the ledger beside them."""
    url = reverse("orders")
    states = [(value, label, f"{url}?state={value}") for value, label in Order.State.choices]
    places = [*states, ("LEDGER", _("Ledger of deals"), reverse("ledger"))]
    return [{"url": to, "label": label, "active": code == active} for code, label, to in places]


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Place an order on a card."""
    card = editable_card(request, pk)
    act = act_of(request)
    intent = getattr(card, "intent", None)
    initial = {"product": intent.product, "colour": intent.colour} if intent else {}
    if intent and intent.product:
        initial["amount"] = intent.product.list_price
    form = OrderForm(act, posted(request), initial=initial)
    if form.is_valid():
        with refusals_on(form):
            placed = place_order(act, pk, OrderDraft(**form.cleaned_data))
            say(request, _("Order %(number)s placed. Five tasks were opened.") % {"number": placed.order_no})
            return see_other(request, reverse("customer", args=[pk]))
    return form_sheet(request, "deals/order.html", form, {"customer": card})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a small deposit."""
    card = editable_card(request, pk)
    form = DepositForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            _received, suggested = receive_deposit(act_of(request), pk, form.cleaned_data["amount"])
            say(request, _("Deposit saved. The facts now speak for level %(level)s.") % {"level": suggested})
            return see_other(request, reverse("customer", args=[pk]))
    return form_sheet(request, "deals/deposit.html", form, {"customer": card})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an open order."""
    found = _order(request, pk)
    form = CancellationForm(posted(request), initial={"version": found.version, "refund": True})
    if form.is_valid():
        with refusals_on(form):
            cancel_order(act_of(request), pk, **form.cleaned_data)
            say(request, _("Order cancelled. The customer is back on your list."))
            return see_other(request, reverse("customer", args=[found.customer_id]))
    return form_sheet(request, "deals/cancellation.html", form, {"order": found})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the car over."""
    found = _order(request, pk)
    act = act_of(request)
    initial = {"version": found.version, "delivered_on": act.on}
    form = DeliveryForm(posted(request), initial=initial)
    if form.is_valid():
        item = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
        version, delivered_on = item.pop("version"), item.pop("delivered_on")
        with refusals_on(form):
            deliver(act, pk, version=version, delivered_on=delivered_on, item=item)
            say(request, _("Delivered. Owner care is planned."))
            return see_other(request, reverse("customer", args=[found.customer_id]))
    return form_sheet(request, "deals/delivery.html", form, {"order": found})
