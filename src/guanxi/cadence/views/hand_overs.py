"""Handing cards to another consultant (R-PRM-03, R-FUP-04's last step)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guanxi.cadence.forms import HandOverForm
from guanxi.cadence.operations.cards import hand_over_cards
from guanxi.customers.models import Customer
from guanxi.lib.keys import parse_key
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Role
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose cards (``?from=`` a consultant, ``?customer=`` single ones) and who gets them; managers only (21.1)."""
    user: User = request.user  # type: ignore[assignment]
    if not user.has_role(Role.MANAGER):
        raise Http404
    rows = Customer.objects.editable_by(user).select_related("owner", "intent__product")
    chosen = [key for text in request.GET.getlist("customer") if (key := parse_key(text))]
    giver = request.GET.get("from", "")
    if chosen:
        shown = rows.filter(pk__in=chosen)
    elif owner := parse_key(giver):
        shown = rows.filter(owner_id=owner).order_by("-id")
    else:
        shown = rows.none()
    listed = list(shown[:SHOWN])
    people = User.objects.consultants_of(user.store)
    form = HandOverForm(people, rows, posted(request), initial={"customers": [row.pk for row in listed]})
    ticked = {str(key) for key in form["customers"].value() or ()}
    if form.is_valid():
        given = form.cleaned_data
        ids = list(given["customers"].values_list("pk", flat=True))
        with refusals_on(form):
            moved = hand_over_cards(
                act_of(request), ids, given["to"], reason=given["reason"],
                why="RELEASE" if request.GET.get("why") == "late" else "HANDOVER",
            )  # fmt: skip
            say(request, ngettext("%(count)s customer handed over.", "%(count)s customers handed over.", len(moved))
                % {"count": len(moved)})  # fmt: skip
            return see_other(request, reverse("today") + "?whose=team")
    context = {
        "form": form,
        "rows": [{"card": row, "ticked": str(row.pk) in ticked} for row in listed],
        "people": User.objects.within(user, user.read_reach),
        "giver": giver,
        "total": shown.count(),
    }
    return render(request, "cadence/hand_over.html", context, status=form.answer_status)
