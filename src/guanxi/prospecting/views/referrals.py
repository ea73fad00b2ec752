"""A customer as a recommender, and the network of all of them."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.customers.models import Customer
from guanxi.customers.views.cards import editable_card
from guanxi.lib.keys import parse_key
from guanxi.lib.money import format_money
from guanxi.lib.texts import without_unseen
from guanxi.organization.guards import only_for
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import READ
from guanxi.prospecting.forms_referrals import AskForm, TraitsForm
from guanxi.prospecting.models import InfluenceCentre
from guanxi.prospecting.operations.asking import ask_for_names, tick_traits
from guanxi.prospecting.queries.acquaintance import acquaintance_of
from guanxi.prospecting.queries.asks import standings
from guanxi.prospecting.queries.recommenders import recommender_of
from guanxi.prospecting.queries.referral_network import Placed, network_page, referral_figures
from guanxi.prospecting.rules.asking import CENTRE_TRAITS
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, fragment_or_page, say, see_other

SPANS = {"90": 90, "365": 365, "all": 0}
# The drawing, in pixels.
STEP, LINE, LEFT, WORDS = 28, 36, 14, 250


@require_safe
def recommender(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the customer page; a page of its own without script."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    card = get_object_or_404(Customer.objects.visible_to(user).select_related("store", "owner"), pk=pk)
    context = {
        "customer": card, "on": act.on, "found": recommender_of(user, card, act.on),
        "editable": Customer.objects.editable_by(user).filter(pk=pk).exists(),
        "names_url": f"{reverse('names-new')}?of={pk}",
    }  # fmt: skip
    return fragment_or_page(request, "prospecting/recommender.html", context, partial="panel")


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """R-REF-01: one request, with the words for it and five lines for the names."""
    act, card = act_of(request), editable_card(request, pk)
    moments = act.store.playbook.labels("ask_moments")
    moment = request.GET.get("moment", "")
    form = AskForm(act, posted(request), initial={"moment": moment if moment in moments else "CONTACT"})
    if form.is_valid():
        with refusals_on(form):
            asked = ask_for_names(act, pk, form.draft())
            say(request, _("Request %(number)s kept.") % {"number": asked.ask_no})
            return see_other(request, reverse("customer", args=[pk]))
    context = {
        "customer": card, "asked": standings(act.store, [pk], act.on)[pk], "language": language(),
        "scripts": act.store.playbook.referral_scripts,
    }  # fmt: skip
    return form_sheet(request, "prospecting/ask.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def traits(request: HttpRequest, pk: int) -> HttpResponse:
    """10.2: the five traits of an influence centre."""
    act, card = act_of(request), editable_card(request, pk)
    held = InfluenceCentre.objects.filter(customer=card).first()
    form = TraitsForm(act, held, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form, lambda row: TraitsForm(act, row)):
            tick_traits(act, pk, version=given["version"], traits=given["traits"])
            say(request, _("Saved."))
            return see_other(request, reverse("customer", args=[pk]))
    return form_sheet(
        request, "prospecting/traits.html", form, {"customer": card, "centre_traits": CENTRE_TRAITS}
    )


@require_safe
@only_for(*READ)
def network(request: HttpRequest) -> HttpResponse:
    """Who brought whom, the largest tree drawn first; what was asked and what came of it."""
    user: User = request.user  # type: ignore[assignment]
    act, asked = act_of(request), request.GET
    span = asked.get("span", "365")
    if span not in SPANS:
        raise Http404
    root = parse_key(asked.get("root", "")) if asked.get("root") else None
    since: date | None = act.on - timedelta(days=SPANS[span]) if SPANS[span] else None
    found = network_page(user, root)
    figures = referral_figures(user, act.store, since)
    labels = {"90": _("90 days"), "365": _("One year"), "all": _("Ever")}
    warm = {item.code: item.label.text(language()) for item in act.store.playbook.warm_levels}
    funnel, kept = figures.funnel, f"&root={found.root}" if root else ""
    start, goal = (without_unseen(asked.get(name, "")).replace("\0", "").strip() for name in ("from", "to"))
    context: dict[str, Any] = {
        "start": start, "goal": goal,
        "acquaintance": acquaintance_of(user, start, goal) if start and goal else None,
        "on": act.on, "network": found, "figures": figures, "root": found.root, "drawing": drawing(found.tree),
        "spans": [
            {"url": f"?span={code}{kept}", "label": labels[code], "active": code == span}
            for code in SPANS
        ],
        "span": span,
        "warmths": [(row, warm.get(str(row.warmth), "")) for row in figures.conversions],
        "generations": list(found.forest.generations.items()),
        "funnel_rows": [
            {"label": label, "value": value}
            for label, value in (
                (_("Requests"), funnel.requests), (_("Names"), funnel.names), (_("Warmed up"), funnel.warmed),
                (_("Appointments"), funnel.appointments), (_("Cards"), funnel.carded), (_("Closed"), funnel.closed),
            )
        ],
    }  # fmt: skip
    return fragment_or_page(request, "prospecting/network.html", context, partial="network")


def drawing(tree: list[Placed]) -> dict[str, Any]:
    """Where the parts of a tree stand, in pixels: indented by generation, one customer a line."""
    rows = {placed.spot.customer: placed.spot.row for placed in tree}
    deepest = max((placed.spot.generation for placed in tree), default=0)
    spots = []
    for placed in tree:
        spot, amount = placed.spot, placed.brought.value.amount
        x, y = LEFT + spot.generation * STEP, spot.row * LINE + LINE // 2
        above = rows.get(spot.recommender) if spot.recommender is not None else None
        spots.append({
            "placed": placed, "x": x, "y": y, "words_x": x + 12,
            "amount": format_money(amount, language()) if amount else "",
            "path": f"M{x - STEP} {above * LINE + LINE // 2 + 6}V{y}H{x - 6}" if above is not None else "",
        })  # fmt: skip
    return {"spots": spots, "width": LEFT + deepest * STEP + WORDS, "height": len(tree) * LINE}
