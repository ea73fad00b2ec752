"""What one customer buys and could buy of each product, on the customer's page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.customers.views.cards import editable_card
from guanxi.markets.forms.standings import StandingForm
from guanxi.markets.models import ProductStanding
from guanxi.markets.operations.standings import StandingRefused, judge, propose_visit
from guanxi.markets.queries.purchases import suggestions_for
from guanxi.markets.queries.standings import current_grades, product_rows
from guanxi.markets.rules.composite import Tag
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, fragment_or_page, say, see_other


@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the customer page; a page of its own without script."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    card = get_object_or_404(Customer.objects.visible_to(user).select_related("store"), pk=pk)
    rows = product_rows(card, act.on)
    names = {row.product.pk: row.product.name for row in rows if row.product.is_active}
    found = suggestions_for([card], names, act.on)[card.pk]
    every = {row.product.pk: row.product for row in rows}
    judged = [row for row in rows if row.pair is not None or row.current]
    context = {
        "customer": card, "on": act.on, "judged": judged, "others": [row for row in rows if row not in judged],
        "editable": Customer.objects.editable_by(user).filter(pk=pk).exists(),
        "suggestions": [
            {"row": row, "product": every[row.product], "because": every[row.because]} for row in found.rows
        ],
        "too_few": found.too_few,
    }  # fmt: skip
    return fragment_or_page(request, "markets/products_of.html", context, partial="panel")


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def standing(request: HttpRequest, pk: int, product: int) -> HttpResponse:
    """One product of one customer, by tap."""
    act, card = act_of(request), editable_card(request, pk)
    about = get_object_or_404(Product.objects.of_store(card.store), pk=product)
    row = ProductStanding.objects.filter(customer=card, product=about).first()
    form = StandingForm(row, posted(request))
    if form.is_valid():
        with refusals_on(form, StandingForm):
            kept = judge(act, form.judgement(pk, product))
            told = next((one for one in product_rows(card, act.on) if one.product == about), None)
            if told and told.pair and told.pair.tag == Tag.POTENTIAL_BELOW_CURRENT:
                words = _(
                    "Saved. The potential %(potential)s lies below what they buy now, %(current)s: one is wrong."
                )
                say(request, words % {"potential": kept.potential, "current": told.current})
            else:
                say(request, _("Saved."))
            return see_other(request, reverse("customer", args=[pk]))
    bought = current_grades(act.store.playbook, [card], about, act.on)[pk]
    context = {"customer": card, "product": about, "bought": bought}
    return form_sheet(request, "markets/standing.html", form, context)


@require_POST
@once_per_key
def visit(request: HttpRequest, pk: int, product: int) -> HttpResponse:
    """R-CMP-02: the gap becomes a visit in Today."""
    card = editable_card(request, pk)
    back = request.POST.get("back", "")
    here = back if back.startswith("/products/") else reverse("customer", args=[pk])
    try:
        task, is_new = propose_visit(act_of(request), pk, product)
    except StandingRefused as refused:
        messages.error(request, str(refused.message))
        return see_other(request, here)
    facts = {"name": card.name, "day": f"{task.due_on:%m-%d}"}
    words = (
        _("%(name)s is in Today, due %(day)s.") if is_new else _("%(name)s is in Today already, due %(day)s.")
    )
    say(request, words % facts)
    return see_other(request, here)
