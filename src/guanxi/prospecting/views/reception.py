"""The front desk: who is in the store, whose turn it is, one party after the other."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.days import day_of, is_signed_off, may_complete
from guanxi.prospecting.operations.visits import RECEIVERS
from guanxi.prospecting.queries.reception import day_totals, minutes_since, turns
from guanxi.prospecting.views.visits import arrival_form, gives_to_others, place_words
from guanxi.ui.responses import fragment_or_page

# A party this long in the store asks whether somebody forgot to note that it left.
LONG = 180


@require_safe
@only_for(*RECEIVERS)
def reception(request: HttpRequest) -> HttpResponse:
    """The page of a rush: the arrival form first, then who is inside. The lists renew themselves."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    day = day_of(act.store, act.on)
    now, basic = act.at, timedelta(minutes=act.store.playbook.settings.register_basic_min)
    rows = list(
        Visit.objects.visible_to(user)
        .filter(store=act.store, on=act.on)
        .select_related("consultant")
        .order_by("-arrived_at", "-pk")
    )
    inside = [
        {"visit": row, "minutes": (since := minutes_since(row.arrived_at, now)), "long": since >= LONG}
        for row in rows
        if row.is_open
    ]
    owed = [
        {
            "visit": row,
            "minutes": minutes_since(row.left_at, now),
            "late": now > row.left_at + basic,
            "may_fill": may_complete(act, row, day),
        }
        for row in rows
        if row.left_at is not None and row.basic_at is None
    ]
    places = turns(act.store, act.on)
    context = {
        "on": act.on,
        "form": arrival_form(request, act, places),
        "inside": inside,
        "owed": owed,
        "places": [
            {"person": place.person, "proposed": place.proposed, "words": place_words(place),
             "passed": bool(place.turn.reasons)}
            for place in places
        ],
        "all_late": any(place.proposed and place.turn.reasons for place in places),
        "totals": day_totals(act.store, act.on),
        "day": day,
        "signed": is_signed_off(act, day),
        "gives": gives_to_others(user),
        "basic_min": act.store.playbook.settings.register_basic_min,
    }  # fmt: skip
    return fragment_or_page(request, "prospecting/reception.html", context, partial="floor")
