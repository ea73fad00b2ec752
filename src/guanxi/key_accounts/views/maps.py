"""The map of an account, and the list of accounts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import MapLayout, MarkChange
from guanxi.key_accounts.operations.layouts import place_boxes, undo_placing
from guanxi.key_accounts.queries.accounts import account_page
from guanxi.key_accounts.queries.drawings import drawing_of
from guanxi.key_accounts.queries.insights import insights_of
from guanxi.key_accounts.queries.maps import map_of
from guanxi.key_accounts.queries.plans import info_of, steps_of
from guanxi.key_accounts.views.places import account, account_tabs, editable_account, map_url
from guanxi.key_accounts.words import METHOD, alert_words, group_words, moves_of, way_words
from guanxi.lib.keys import parse_key
from guanxi.lib.names import normalize_text
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import Reach
from guanxi.ui.responses import fragment_or_page, say, see_other

EARLIEST = date(1990, 1, 1)


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Organisations with a map, with ``?all=1`` all of them; the newest first, thirty at a time."""
    user: User = request.user  # type: ignore[assignment]
    if user.read_reach == Reach.NONE:
        raise Http404
    act = act_of(request)
    after = request.GET.get("after", "")
    last = parse_key(after) if after else None
    if after and last is None:
        raise Http404
    every = request.GET.get("all") == "1"
    page = account_page(user, act.on, act.store.playbook, every=every, after=last)
    more = f"{request.path}?all=1&after=" if every else f"{request.path}?after="
    context = {
        "on": act.on,
        "rows": page.rows,
        "page": {"next_url": f"{more}{page.after}" if page.after else "", "previous_url": ""},
        "views": [
            {"url": request.path, "label": _("With a map"), "active": not every},
            {"url": f"{request.path}?all=1", "label": _("All organisations"), "active": every},
            {"url": reverse("account-screening"), "label": _("Screening"), "active": False},
        ],
    }
    return render(request, "key_accounts/accounts.html", context)


@require_safe
def key_account(request: HttpRequest, pk: int) -> HttpResponse:
    """The map with what it tells; ``?on=`` as it stood on a day, ``?to=`` the ways to a person. A fixed number of
    queries; htmx gets the drawing alone."""
    card = account(request, pk)
    act = act_of(request)
    on = _day(request, act.on)
    found = map_of(card, on)
    told = insights_of(found, card.store.playbook, parse_key(request.GET.get("to", "")))
    editable = on == act.on and Customer.objects.editable_by(request.user).filter(pk=pk).exists()  # type: ignore[arg-type]
    users = {tie.user_id: str(tie.user) for tie in found.ties}
    if card.owner is not None:
        users[card.owner.pk] = str(card.owner)
    drawing = drawing_of(found)
    context: dict[str, Any] = {
        "customer": card,
        "tabs": account_tabs(pk, "map"),
        "record_url": reverse("contact", args=[pk]) if editable else "",
        "map": found,
        "drawing": drawing,
        "told": told,
        "on": act.on,
        "day": on,
        "is_past": on < act.on,
        "days": _days(card, on, act.on),
        "editable": editable,
        "unmapped_name": _unmapped_name(card, {person.name for person in [*found.people, *found.gone]}),
        "alerts": [alert_words(alert) for alert in told.alerts],
        "moves": moves_of(told),
        "way": way_words(told, found, users),
        "groups": group_words(told, found),
        "links": [found.by_key[one.key] for one in told.links[: card.store.playbook.settings.keylink_max]],
        "steps": steps_of(card),
        "facts": info_of(card),
        "method": [(METHOD[step.code], step) for step in told.method],
    }
    return fragment_or_page(request, "key_accounts/map.html", context, partial="drawing")


@require_POST
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep where a box was put: ``person``, ``x``, ``y`` and the ``version`` of the layout; without a person, all boxes
    go back to their own places. JSON for the script that drags, the map again for a form."""
    editable_account(request, pk)
    given = {name: parse_key(request.POST.get(name, "")) for name in ("person", "x", "y", "version")}
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    places = None
    if request.POST.get("person"):
        if None in given.values():
            raise Http404
        places = {given["person"]: (given["x"], given["y"])}
    try:
        kept = place_boxes(act_of(request), pk, places, version=given["version"] or 0)  # type: ignore[arg-type]
    except Refused as refused:
        status = 409 if isinstance(refused, StaleEdit) else 422
        if wants_json:
            return JsonResponse({"message": str(refused.message)}, status=status)
        say(request, refused.message)
        return see_other(request, map_url(pk))
    if wants_json:
        return JsonResponse({"version": kept.version})
    say(request, _("All boxes stand where the chart puts them."))
    return see_other(request, map_url(pk))


@require_POST
@once_per_key
def layout_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring back the places before the last change."""
    editable_account(request, pk)
    version = parse_key(request.POST.get("version", "")) or 0
    try:
        undo_placing(act_of(request), pk, version=version)
        say(request, _("The boxes stand where they stood before."))
    except MapLayout.DoesNotExist:
        say(request, _("There is nothing to undo."))
    except Refused as refused:
        say(request, refused.message)
    return see_other(request, map_url(pk))


def _unmapped_name(card: Customer, known: set[str]) -> str:
    """Whose name the card bears, unless the map knows them or it is the organisation's own."""
    own = {normalize_text(name) for name in (*known, card.org_name)}
    return "" if normalize_text(card.name) in own else card.name


def _day(request: HttpRequest, today: date) -> date:
    given = request.GET.get("on", "")
    if not given:
        return today
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise Http404 from error
    return min(max(day, EARLIEST), today)


@dataclass(frozen=True)
class Days:
    """The days before and after the shown one on which marks moved: how one walks through the history."""

    earlier: date | None
    later: date | None


def _days(card: Customer, shown: date, today: date) -> Days:
    moved = MarkChange.objects.standing().filter(person__customer=card)
    days = moved.aggregate(earlier=Max("on", filter=Q(on__lt=shown)), later=Min("on", filter=Q(on__gt=shown)))
    return Days(days["earlier"], days["later"] or (today if shown < today else None))
