"""The store's products for managers and admins; the page of one, with its schemes and rivals, for all who sell."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.catalogue.forms import ProductForm, RivalPriceForm, SchemeForm
from guanxi.catalogue.models import Product, RivalPrice, Scheme, sees_margins
from guanxi.catalogue.operations import (
    ProductDraft,
    add_product,
    drop_rival_price,
    edit_product,
    note_rival_price,
    save_scheme,
)
from guanxi.catalogue.rules import SCHEMERS
from guanxi.lib.keys import parse_key
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import READ, WRITE, Role
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

READERS = frozenset({*READ, *SCHEMERS, Role.FINANCE})
WATCHERS = frozenset({*WRITE, *SCHEMERS})
RIVALS_SHOWN = 30


@require_safe
@only_for(Role.ADMIN, Role.MANAGER)
def products(request: HttpRequest) -> HttpResponse:
    rows = Product.objects.of_store(act_of(request).store).order_by("-is_active", "name")
    return render(request, "catalogue/products.html", {"products": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN, Role.MANAGER)
@once_per_key
def new_product(request: HttpRequest) -> HttpResponse:
    form = ProductForm(posted(request))
    return _saved(
        request,
        form,
        _("New product"),
        lambda: add_product(act_of(request), _draft(form)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.ADMIN, Role.MANAGER)
@once_per_key
def product(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.of_store(act_of(request).store), pk=pk)
    form = ProductForm.of(found, posted(request))
    return _saved(
        request,
        form,
        found.name,
        lambda: edit_product(act_of(request), pk, form.cleaned_data["version"] or 0, _draft(form)),
    )


def _draft(form: ProductForm) -> ProductDraft:
    return ProductDraft(**{name: value for name, value in form.cleaned_data.items() if name != "version"})


def _saved(request: HttpRequest, form: ProductForm, title: str, save: Callable[[], object]) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form, ProductForm.of):
            save()
            say(request, _("Saved."))
            return see_other(request, reverse("products"))
    context = {"form": form, "title": title, "back": reverse("products")}
    return render(request, "organization/edit.html", context, status=form.answer_status)


@require_safe
@only_for(*READERS)
def product_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Price, cost and margin of a product, what remains of it under each scheme, and what rivals ask."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    found = get_object_or_404(Product.objects.of_store(act.store), pk=pk)
    schemes = Scheme.objects.of_store(act.store).filter(products=found).prefetch_related("products")
    offers = user.has_role(*SCHEMERS)
    rivals = [
        {"row": row, "than_ours": None if found.list_price is None else row.price - found.list_price,
         "may_drop": offers or row.by_id == user.pk}
        for row in RivalPrice.objects.filter(product=found).select_related("by")[:RIVALS_SHOWN]
    ]  # fmt: skip
    context = {
        "product": found,
        "money": sees_margins(user),
        "schemes": [
            {"row": row, "quote": row.quote, "phase": row.phase(act.on),
             "others": [other for other in row.products.all() if other != found]}
            for row in schemes
        ],
        "rivals": rivals,
        "offers": offers,
        "edits": user.has_role(Role.ADMIN, Role.MANAGER),
        "watches": user.has_role(*WATCHERS),
        "on": act.on,
    }  # fmt: skip
    return render(request, "catalogue/product.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*SCHEMERS)
@once_per_key
def scheme_new(request: HttpRequest) -> HttpResponse:
    """A new price scheme; ``?product=`` is the one it is about."""
    act = act_of(request)
    about = parse_key(request.GET.get("product", ""))
    form = SchemeForm(
        act.store,
        posted(request),
        {"products": [about] if about else [], "starts_on": act.on, "kind": "DISCOUNT"},
    )
    return _scheme_saved(request, form, None, about)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*SCHEMERS)
@once_per_key
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a price scheme, or end it."""
    rows = Scheme.objects.of_store(act_of(request).store).select_related("store")
    found = get_object_or_404(rows, pk=pk)
    return _scheme_saved(request, SchemeForm.of(found, posted(request)), found, None)


def _scheme_saved(
    request: HttpRequest, form: SchemeForm, found: Scheme | None, about: int | None
) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form, SchemeForm.of):
            saved = save_scheme(
                act_of(request), found.pk if found else None, form.values(),
                version=form.cleaned_data["version"] or 0 if found else 0,
            )  # fmt: skip
            margin = saved.quote.margin
            if margin is not None and margin < 0:
                say(request, _("Saved. Under this scheme every sale makes a loss."))
            else:
                say(request, _("Saved."))
            names = list(saved.products.values_list("pk", flat=True))
            return see_other(request, reverse("product-page", args=[about if about in names else names[0]]))
    known = found.products.first() if found else None
    page = about or (known.pk if known else None)
    back = reverse("product-page", args=[page]) if page else reverse("products")
    context: dict[str, Any] = {"heading": found.name if found else _("New price scheme"), "back": back}
    return form_sheet(request, "catalogue/scheme.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*WATCHERS)
@once_per_key
def rival_price(request: HttpRequest, pk: int) -> HttpResponse:
    """What a rival asks for a product like this one."""
    act = act_of(request)
    found = get_object_or_404(Product.objects.of_store(act.store), pk=pk)
    form = RivalPriceForm(posted(request), initial={"seen_on": act.on})
    here = reverse("product-page", args=[pk])
    if form.is_valid():
        with refusals_on(form):
            note_rival_price(act, pk, **form.cleaned_data)
            say(request, _("Noted."))
            return see_other(request, here)
    return form_sheet(request, "catalogue/rival.html", form, {"product": found, "back": here})


@require_http_methods(["POST"])
@only_for(*WATCHERS)
@once_per_key
def rival_price_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a slip out."""
    try:
        about = drop_rival_price(act_of(request), pk)
    except RivalPrice.DoesNotExist as error:
        raise Http404 from error
    say(request, _("Taken out."))
    return see_other(request, reverse("product-page", args=[about]))
