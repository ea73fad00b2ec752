"""The name list and one name: noting, editing, warming, results, the card, calling."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import Customer
from guanxi.organization.acts import Act
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import BudgetUsedUp
from guanxi.organization.refused_forms import refusals_on
from guanxi.prospecting.forms_referrals import (
    CardForm,
    NameForm,
    ResultForm,
    WarmthForm,
)
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.name_numbers import call_name
from guanxi.prospecting.operations.names import (
    edit_name,
    note_result,
    warm_name,
)
from guanxi.prospecting.rules.warmth import NEED
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_safe
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """One name: what is known, how warm and why, what to say, what came of it."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    rows = ReferralLead.objects.visible_to(user).select_related(
        "recommender__owner", "consultant", "customer", "request"
    )
    lead = get_object_or_404(rows, pk=pk)
    playbook = act.store.playbook
    context = {
        "lead": lead, "on": act.on,
        "editable": ReferralLead.objects.editable_by(user).filter(pk=pk).exists(),
        "card": Customer.objects.visible_to(user).filter(pk=lead.customer_id).first() if lead.customer_id else None,
        "changes": list(lead.warmth_changes.select_related("by")),
        "conditions": [
            (item.label.text(language()), item.code in lead.conditions) for item in playbook.name_conditions
        ],
        "warm_words": warm_words(act),
        "scripts": [item for item in playbook.referral_scripts if item.step >= 4],
        "language": language(),
    }  # fmt: skip
    return render(request, "prospecting/name.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known about a name."""
    act, lead = act_of(request), editable_name(request, pk)
    form = NameForm(act, posted(request), instance=lead)
    if form.is_valid():
        with refusals_on(form, lambda row: NameForm(act, instance=row)):
            edit_name(act, pk, version=form.cleaned_data["version"], values=form.values())
            say(request, _("Saved."))
            return see_other(request, reverse("name", args=[pk]))
    if form.is_bound:
        # The form has written its values into the row it was given; the page shows the stored one.
        lead = editable_name(request, pk)
    return form_sheet(request, "prospecting/name_edit.html", form, {"lead": lead})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def warmth(request: HttpRequest, pk: int) -> HttpResponse:
    """R-REF-05: another warmth with what shows it."""
    act, lead = act_of(request), editable_name(request, pk)
    form = WarmthForm(act, lead, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            warm_name(
                act, pk, version=given["version"], warmth=given["warmth"], evidence=given["evidence"],
                method=given["method"],
            )  # fmt: skip
            say(request, _("Warmth saved."))
            return see_other(request, reverse("name", args=[pk]))
    playbook = act.store.playbook
    # A name of one's own circle has nobody to be asked for a few words.
    asks = lead.recommender_id is not None
    card = next((item for item in playbook.referral_scripts if asks and item.code == "WARM_CARD"), None)
    context = {
        "lead": lead,
        "words": card.words.text(language()) if card else "",
        "levels": playbook.warm_levels,
        "language": language(),
        "needs": NEED in lead.conditions,
        "warm_words": warm_words(act),
    }
    return form_sheet(request, "prospecting/warmth.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What a first visit gave, or the day it is agreed for."""
    act, lead = act_of(request), editable_name(request, pk)
    form = ResultForm(act, lead, posted(request))
    if form.is_valid():
        given = dict(form.cleaned_data)
        with refusals_on(form):
            note_result(act, pk, **given)
            said = _("Saved. The recommender is to hear of it.") if lead.recommender_id else _("Saved.")
            say(request, said)
            return see_other(request, reverse("name", args=[pk]))
    return form_sheet(request, "prospecting/name_result.html", form, {"lead": lead})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The name becomes a customer."""
    act, lead = act_of(request), editable_name(request, pk)
    form = CardForm(act, lead, posted(request))
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            done = card_name(
                act, pk, version=given["version"], judgement=form.judgement(), org_name=given["org_name"]
            )
            if done.waits:
                messages.warning(
                    request,
                    _(
                        "The level waits for your supervisor; until then the card stands where the evidence puts it."
                    ),
                )
            if done.claimed:
                messages.warning(
                    request,
                    _(
                        "A colleague keeps this customer. Your manager decides; nothing was written on the card."
                    ),
                )
                return see_other(request, reverse("name", args=[pk]))
            say(request, _("Card opened.") if done.opened else _("The card there was is linked."))
            return see_other(request, reverse("customer", args=[done.lead.customer_id]))
    return form_sheet(request, "prospecting/name_card.html", form, {"lead": lead})


@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers with the ``tel:`` address; without script the browser is sent there."""
    as_json = "application/json" in request.headers.get("Accept", "")
    try:
        number = call_name(act_of(request), pk).replace("x", ",")
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except BudgetUsedUp as refused:
        if as_json:
            return JsonResponse({"message": str(refused.message)}, status=429)
        messages.error(request, refused.message)
        return redirect("name", pk=pk)
    if as_json:
        return JsonResponse({"tel": f"tel:{number}", "number": number})
    return HttpResponse(status=303, headers={"Location": f"tel:{number}"})


def editable_name(request: HttpRequest, pk: int) -> ReferralLead:
    """The name if the user may change it, else 404 as for one that is absent."""
    rows = ReferralLead.objects.editable_by(request.user).select_related("recommender__owner", "consultant")  # type: ignore[arg-type]
    return get_object_or_404(rows, pk=pk)


def warm_words(act: Act) -> dict[int, str]:
    """Warmth → its name."""
    return {int(item.code): item.label.text(language()) for item in act.store.playbook.warm_levels}
