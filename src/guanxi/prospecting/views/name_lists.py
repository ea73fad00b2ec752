"""The name list: whom to visit, noting five names at once, and handing names over."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.customers.views.cards import editable_card
from guanxi.lib.keys import parse_key
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import READ, WRITE, Reach, Role
from guanxi.prospecting.forms_referrals import NameHandOverForm, NamesForm
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.name_hand_overs import hand_over_names
from guanxi.prospecting.operations.names import note_names
from guanxi.prospecting.queries.name_lists import (
    VIEWS,
    NameFilters,
    NamesRefused,
    NameTally,
    name_counts,
    name_page,
    name_tallies,
)
from guanxi.prospecting.views.names import warm_words
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
        "over_url": _over_url(user, person),
        "warm_words": warm_words(act),
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


def _people(user: User) -> list[User]:
    """Whose lists the user may read: those who sell."""
    return list(
        User.objects.within(user, user.read_reach)
        .filter(grants__role__in=list(WRITE))
        .distinct()
        .order_by("team_id", "pk")
        .prefetch_related("grants")
    )


def _shown(tallies: list[NameTally]) -> list[NameTally]:
    """Several lists: those of consultants, and of whoever else keeps one."""
    if len(tallies) < 2:
        return []
    return [tally for tally in tallies if tally.valid or tally.person.has_role(Role.CONSULTANT)]


def _over_url(user: User, person: User | None) -> str:
    """For a manager: where names are handed over, those of the person looked at."""
    if not user.has_role(Role.MANAGER):
        return ""
    return reverse("names-hand-over") + (f"?who={person.pk}" if person else "")


def _person(given: str, people: list[User]) -> User | None:
    if not given:
        return None
    found = next((person for person in people if str(person.pk) == given), None)
    if found is None:
        raise Http404
    return found


def _url(asked: Any, **changes: str) -> str:
    kept = {name: value for name, value in (asked.dict() | changes).items() if value}
    return f"?{urlencode(kept)}"
