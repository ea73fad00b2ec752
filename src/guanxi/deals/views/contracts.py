"""Contracts of a customer: entered, corrected, renewed, ended, taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.customers.views.cards import editable_card
from guanxi.deals.forms.contracts import ContractForm, EndForm, TakingBackContractForm
from guanxi.deals.models import Contract
from guanxi.deals.operations.contracts import (
    SAID,
    ContractDraft,
    correct_contract,
    end_contract,
    enter_contract,
    renew_contract,
    take_back,
)
from guanxi.lib.dates import is_near, months_later
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import PageForm, posted
from guanxi.ui.responses import form_sheet, say, see_other

A_YEAR = 12
DAY = timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contract_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a contract on a card."""
    card = editable_card(request, pk)
    act = act_of(request)
    initial = {
        "version": 0, "begins_on": act.on, "ends_on": months_later(act.on, A_YEAR) - DAY, "agreed_on": act.on,
    }  # fmt: skip
    form = ContractForm(act.store, posted(request), initial=initial)

    def save() -> str:
        enter_contract(act, pk, ContractDraft(**form.values()))
        return _("The contract is on the card.")

    words = {"title": _("Enter a contract"), "button": _("Save the contract")}
    words["url"] = reverse("contract-new", args=[pk])
    return _answered(request, form, save, card, "deals/contract.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contract_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """The next term, from what the one before it says."""
    row = _contract(request, pk)
    act = act_of(request)
    initial = _said(row) | {"begins_on": None, "ends_on": None, "agreed_on": act.on}
    if is_near(row.ends_on, act.on):
        begins = row.ends_on + DAY
        months = max(round((row.ends_on - row.begins_on).days / 30.44), 1)
        initial |= {"begins_on": begins, "ends_on": months_later(begins, months) - DAY}
    form = ContractForm(row.store, posted(request), initial=initial)

    def save() -> str:
        renew_contract(act, pk, version=form.cleaned_data["version"], draft=ContractDraft(**form.values()))
        return _("Renewed. The next term is on the card.")

    words = {
        "title": _("Renew the contract"),
        "button": _("Renew"),
        "url": reverse("contract-renewal", args=[pk]),
    }
    return _answered(request, form, save, row.customer, "deals/contract.html", words | {"contract": row})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contract_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right what was written wrongly."""
    row = _contract(request, pk)
    form = ContractForm(row.store, posted(request), initial=_said(row))

    def save() -> str:
        correct_contract(
            act_of(request), pk, version=form.cleaned_data["version"], draft=ContractDraft(**form.values())
        )
        return _("Saved.")

    def stored(now: Contract) -> PageForm:
        return ContractForm(now.store, initial=_said(now))

    words = {
        "title": _("Correct the contract"),
        "button": _("Save"),
        "url": reverse("contract-correction", args=[pk]),
    }
    return _answered(
        request, form, save, row.customer, "deals/contract.html", words | {"contract": row}, stored
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contract_end(request: HttpRequest, pk: int) -> HttpResponse:
    """There will be no next term."""
    row = _contract(request, pk)
    act = act_of(request)
    form = EndForm(posted(request), initial={"version": row.version, "ended_on": act.on})

    def save() -> str:
        end_contract(act, pk, **form.cleaned_data)
        return _("The contract ends; the renewal is off the list.")

    return _answered(request, form, save, row.customer, "deals/contract_end.html", {"contract": row})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def contract_taking_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the end of a contract, or a term that should not be there."""
    row = _contract(request, pk)
    form = TakingBackContractForm(posted(request), initial={"version": row.version})

    def save() -> str:
        runs = take_back(act_of(request), pk, **form.cleaned_data)
        return _("The contract runs again.") if runs else _("Taken back.")

    return _answered(request, form, save, row.customer, "deals/contract_taking_back.html", {"contract": row})


def _contract(request: HttpRequest, pk: int) -> Contract:
    rows = Contract.objects.editable_by(request.user)  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("customer", "store", "product"), pk=pk)


def _said(row: Contract) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*SAID, "version")}


def _answered(
    request: HttpRequest,
    form: PageForm,
    save: Callable[[], str],
    card: Any,
    template: str,
    context: dict[str, Any],
    stored: Callable[[Any], PageForm] | None = None,
) -> HttpResponse:
    back = local_url(request, reverse("customer", args=[card.pk]))
    if form.is_valid():
        with refusals_on(form, stored):
            say(request, save())
            return see_other(request, back)
    return form_sheet(request, template, form, {"customer": card, "back": back} | context)
