"""Editing a card."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.cadence.operations.cards import change_card
from guanxi.customers.forms import CardForm, IntentForm
from guanxi.customers.models import Customer, Intent
from guanxi.customers.operations.id_numbers import set_id_number
from guanxi.customers.views.cards import editable_card
from guanxi.organization.acts import Act
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.refused_forms import show_refusal
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other
from guanxi.ui.staleness import differences


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The front of the card with its intent block. A stale edit keeps what was typed and shows what differs."""
    card = editable_card(request, pk)
    act = act_of(request)
    form, intent = _forms(act, card, posted(request))
    if form.is_valid() and intent.is_valid():
        try:
            with transaction.atomic():
                change_card(
                    act, pk, version=form.cleaned_data["version"], values=form.values(),
                    intent=intent.cleaned_data, phones=form.numbers(),
                )  # fmt: skip
                if form.cleaned_data["id_no"] or form.cleaned_data["forget_id_no"]:
                    set_id_number(act, pk, form.cleaned_data["id_no"])
        except StaleEdit as refused:
            stored, stored_intent = _forms(act, refused.current)
            show_refusal(form, refused, lambda card: stored)
            form.differing = [*(form.differing or ()), *differences(intent, stored_intent)]
        except Refused as refused:
            show_refusal(intent if refused.field in intent.fields else form, refused)
        else:
            say(request, _("Card saved."))
            return see_other(request, reverse("customer", args=[pk]))
    context = {"customer": card, "form": form, "intent": intent}
    return render(request, "customers/edit.html", context, status=form.answer_status)


def _forms(act: Act, card: Customer, data: QueryDict | None = None) -> tuple[CardForm, IntentForm]:
    block = getattr(card, "intent", None) or Intent(customer=card)
    return CardForm(act.store.playbook, data, instance=card), IntentForm(
        act, data, instance=block, prefix="intent"
    )
