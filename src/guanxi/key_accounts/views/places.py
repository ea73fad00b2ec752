"""The account a page is about, with access in the same breath."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import get_customer
from guanxi.customers.views.cards import editable_card
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import PageForm
from guanxi.ui.responses import form_sheet, say, see_other


def account(request: HttpRequest, pk: int) -> Customer:
    """The card of an organisation the user may read, else 404."""
    try:
        card = get_customer(request.user, pk)  # type: ignore[arg-type]
    except Customer.DoesNotExist as error:
        raise Http404 from error
    if card.kind != Customer.Kind.ORG:
        raise Http404
    return card


def editable_account(request: HttpRequest, pk: int) -> Customer:
    """The card of an organisation the user may change, else 404."""
    card = editable_card(request, pk)
    if card.kind != Customer.Kind.ORG:
        raise Http404
    return card


def map_url(pk: int) -> str:
    return reverse("key-account", args=[pk])


def account_tabs(pk: int, here: str) -> list[dict[str, Any]]:
    """The pages of an account; ``here`` is "map", "plan" or "review"."""
    pages = (
        ("map", "key-account", pgettext("account", "Map")),
        ("plan", "account-plan", pgettext("account", "Plan")),
        ("review", "account-review", pgettext("account", "Review")),
    )
    return [
        {"url": reverse(name, args=[pk]), "label": label, "active": code == here}
        for code, name, label in pages
    ]


def sheet(
    request: HttpRequest,
    card: Customer,
    form: PageForm,
    heading: str,
    save: Callable[[], object],
    *,
    stored: Callable[[Any], PageForm] | None = None,
    template: str = "key_accounts/sheet.html",
    back: str = "",
    message: str = "",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A form in the dialog: what was typed is saved by ``save`` and leads to ``back``, the map unless told."""
    if form.is_valid():
        with refusals_on(form, stored):
            save()
            say(request, message or _("Saved."))
            return see_other(request, back or map_url(card.pk))
    context = {"customer": card, "heading": heading, "back": back or map_url(card.pk)} | (more or {})
    return form_sheet(request, template, form, context)
