"""Owned items, contact people, source: the sheets of the customer page."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.customers.forms_parts import ContactPersonForm, OwnedItemForm, SourceForm
from guanxi.customers.models import Contact, Customer, OwnedItem
from guanxi.customers.operations.parts import save_contact_person, save_owned_item
from guanxi.customers.operations.sources import change_source
from guanxi.customers.views.cards import editable_card
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Role
from guanxi.ui.forms import PageForm, posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def owned_item(request: HttpRequest, pk: int, item: int | None = None) -> HttpResponse:
    """Add or change something the customer owns."""
    card = editable_card(request, pk)
    row = get_object_or_404(card.owned_items, pk=item) if item else OwnedItem(customer=card)
    form = OwnedItemForm(posted(request), instance=row)
    return _sheet(
        request,
        card,
        form,
        _("What they own"),
        lambda: save_owned_item(act_of(request), pk, item, form.values(), version=form.shown_version),
        lambda row: OwnedItemForm(instance=row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contact_person(request: HttpRequest, pk: int, person: int | None = None) -> HttpResponse:
    """Add or change a person inside the organisation."""
    card = editable_card(request, pk)
    row = get_object_or_404(card.contacts, pk=person) if person else Contact(customer=card)
    form = ContactPersonForm(posted(request), instance=row)
    return _sheet(
        request,
        card,
        form,
        _("Contact person"),
        lambda: save_contact_person(act_of(request), pk, person, form.values(), version=form.shown_version),
        lambda row: ContactPersonForm(instance=row),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the source; managers only (R-SRC-01)."""
    card = editable_card(request, pk)
    if not request.user.has_role(Role.MANAGER):  # type: ignore[union-attr]
        raise Http404
    form = SourceForm.of(card, posted(request))
    return _sheet(
        request,
        card,
        form,
        _("Change the source"),
        lambda: change_source(act_of(request), pk, **form.cleaned_data),
        SourceForm.of,
    )


def _sheet(
    request: HttpRequest,
    card: Customer,
    form: PageForm,
    title: str,
    save: Callable[[], object],
    stored: Callable[[Any], PageForm],
) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form, stored):
            save()
            say(request, _("Saved."))
            return see_other(request, reverse("customer", args=[card.pk]))
    return form_sheet(request, "customers/part.html", form, {"customer": card, "heading": title})
