"""Orders, deposits and deliveries."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.customers.views.cards import editable_card
from guanxi.deals.forms.orders import CancellationForm, DeliveryForm, DepositForm, OrderForm
from guanxi.deals.models import Order
from guanxi.deals.operations.orders import OrderDraft, cancel_order, deliver, place_order, receive_deposit
from guanxi.deals.views.lists import PAGE, after, sellers_and_finance, tabs
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


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
    sellers_and_finance(user)
    state = request.GET.get("state", Order.State.OPEN)
    if state not in Order.State.values:
        raise Http404
    rows = Order.objects.visible_to(user).filter(state=state)
    rows = after(rows, "ordered_on", request.GET.get("after", ""))
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
        "tabs": tabs(state),
        "state": state,
        "reads_cards": user.read_reach != Reach.NONE,
    }  # fmt: skip
    return render(request, "deals/orders.html", context)


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
