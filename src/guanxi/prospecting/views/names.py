"""The name list and one name: noting, editing, warming, results, the card, calling."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.customers.models import Customer
from guanxi.customers.views.cards import editable_card
from guanxi.lib.keys import parse_key
from guanxi.organization.acts import Act
from guanxi.organization.guards import only_for
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import BudgetUsedUp
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import READ, WRITE, Reach, Role
from guanxi.prospecting.forms_referrals import (
    CardForm,
    NameForm,
    NameHandOverForm,
    NamesForm,
    ResultForm,
    WarmthForm,
)
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.names import (
    call_name,
    edit_name,
    hand_over_names,
    note_names,
    note_result,
    warm_name,
)
from guanxi.prospecting.queries.name_lists import (
    VIEWS,
    NameFilters,
    NamesRefused,
    NameTally,
    name_counts,
    name_page,
    name_tallies,
)
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, fragment_or_page, say, see_other


@require_safe
@only_for(*READ)
def names(request: HttpRequest) -> HttpResponse:
    """The visiting list, the names to qualify, those with a card, or all; warmest first."""
    user: User = request.user  # type: ignore[assignment]
    act, asked = act_of(request), request.GET
    people = _people(user)
    view, person = asked.get("view", VIEWS[0]), _person(asked.get("who", ""), people)
    if view not in VIEWS:
        raise Http404
    filters = NameFilters(view, person, bool(asked.get("messages")))  # type: ignore[arg-type]
    try:
        page = name_page(user, filters, after=asked.get("after", ""))
    except NamesRefused as error:
        raise Http404 from error
    counts = name_counts(user, filters)
    labels = {"visit": _("To visit"), "qualify": _("To qualify"), "carded": _("With a card"), "all": _("All")}
    whose = [person] if person else people if len(people) > 1 else [user]
    tallies = name_tallies(user, act.store, whose)
    context: dict[str, Any] = {
        "on": act.on, "rows": page.rows, "view": view, "person": person, "people": people if len(people) > 1 else [],
        "messages_only": filters.messages, "tallies": _shown(tallies),
        "tally": tallies[0] if len(tallies) == 1 else None, "norm": act.store.playbook.settings.names_norm,
        "views": [
            {"url": _url(asked, view=code, after=""), "label": labels[code], "active": code == view,
             "count": counts[code]}
            for code in VIEWS
        ],
        "page": {"next_url": _url(asked, after=page.after) if page.after else "", "previous_url": ""},
        "writes": user.write_reach != Reach.NONE,
        "hands_over": user.has_role(Role.MANAGER),
        "warm_words": _warm_words(act),
    }  # fmt: skip
    return fragment_or_page(request, "prospecting/names.html", context, partial="rows")


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*WRITE)
@once_per_key
def new_names(request: HttpRequest) -> HttpResponse:
    """Five lines at once; ``?of=`` a customer who named them, without it one's own circle."""
    act = act_of(request)
    given = request.GET.get("of", "")
    recommender = editable_card(request, parse_key(given) or 0) if given else None
    form = NamesForm(act, posted(request))
    if form.is_valid():
        with refusals_on(form):
            leads = note_names(act, form.names(), recommender_id=recommender.pk if recommender else None)
            say(
                request,
                ngettext("%(count)s name noted.", "%(count)s names noted.", len(leads))
                % {"count": len(leads)},
            )
            if recommender is not None:
                return see_other(request, reverse("customer", args=[recommender.pk]))
            return see_other(request, f"{reverse('names')}?view=qualify")
    context = {"recommender": recommender, "of": f"?of={recommender.pk}" if recommender else ""}
    return form_sheet(request, "prospecting/names_new.html", form, context)


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
        "warm_words": _warm_words(act),
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
    card = next((item for item in act.store.playbook.referral_scripts if item.code == "WARM_CARD"), None)
    context = {
        "lead": lead,
        "words": card.words.text(language()) if card else "",
        "warm_words": _warm_words(act),
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
            done = card_name(act, pk, version=form.cleaned_data["version"], judgement=form.judgement())
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


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.MANAGER)
@once_per_key
def hand_over(request: HttpRequest) -> HttpResponse:
    """R-PRM-03: the names of somebody's own circle go to a colleague."""
    act = act_of(request)
    givers = list(User.objects.filter(store=act.store, pk__in=ReferralLead.objects.filter(
        store=act.store, recommender__isnull=True).values("consultant")).order_by("team_id", "pk"))  # fmt: skip
    takers = list(User.objects.consultants_of(act.store).order_by("team_id", "pk"))
    form = NameHandOverForm(givers, takers, posted(request), initial={"giver": request.GET.get("who")})
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            count = hand_over_names(
                act, form.people[given["giver"]], form.people[given["to"]], reason=given["reason"]
            )
            say(
                request,
                ngettext("%(count)s name handed over.", "%(count)s names handed over.", count)
                % {"count": count},
            )
            return see_other(request, reverse("names"))
    return form_sheet(request, "prospecting/names_hand_over.html", form, {})


def editable_name(request: HttpRequest, pk: int) -> ReferralLead:
    """The name if the user may change it, else 404 as for one that is absent."""
    rows = ReferralLead.objects.editable_by(request.user).select_related("recommender__owner", "consultant")  # type: ignore[arg-type]
    return get_object_or_404(rows, pk=pk)


def _people(user: User) -> list[User]:
    """Whose lists the user may read: those who sell."""
    return list(
        User.objects.within(user, user.read_reach)
        .filter(grants__role__in=list(WRITE))
        .distinct()
        .order_by("team_id", "pk")
    )


def _shown(tallies: list[NameTally]) -> list[NameTally]:
    """Several lists: those of consultants, and of whoever else keeps one."""
    if len(tallies) < 2:
        return []
    return [tally for tally in tallies if tally.valid or tally.person.has_role(Role.CONSULTANT)]


def _person(given: str, people: list[User]) -> User | None:
    if not given:
        return None
    found = next((person for person in people if str(person.pk) == given), None)
    if found is None:
        raise Http404
    return found


def _warm_words(act: Act) -> dict[int, str]:
    """Warmth → its name."""
    return {int(item.code): item.label.text(language()) for item in act.store.playbook.warm_levels}


def _url(asked: Any, **changes: str) -> str:
    kept = {name: value for name, value in (asked.dict() | changes).items() if value}
    return f"?{urlencode(kept)}"
