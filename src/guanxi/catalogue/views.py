"""The store's products, for managers and admins."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.catalogue.forms import ProductForm
from guanxi.catalogue.models import Product
from guanxi.catalogue.operations import ProductDraft, add_product, edit_product
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Role
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


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
