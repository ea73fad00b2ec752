"""What becomes of a campaign: looked at before the draw, drawn, taken back, stopped, evaluated."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.lib.keys import parse_key
from guanxi.markets.forms.segments import EvaluationForm
from guanxi.markets.models import Campaign
from guanxi.markets.operations.campaign_ends import stop_campaign, take_back_draw
from guanxi.markets.operations.campaigns import draw_groups, evaluate_campaign, preview_draw
from guanxi.markets.queries.pools import Draw
from guanxi.markets.views.places import counted_among, own_campaign, reader, sheet, shown_version
from guanxi.markets.words import left_out_words
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.ui.forms import posted
from guanxi.ui.responses import fragment_or_page, say, see_other

TENTH = Decimal("0.1")


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def campaign_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draw would give, and the draw itself, once."""
    found, act = own_campaign(request, pk), act_of(request)
    here = reverse("campaign", args=[pk])
    if request.method == "POST":
        try:
            drawn = draw_groups(act, pk, version=shown_version(request))
            undo = f"{reverse('campaign-draw-back', args=[pk])}?version={drawn.version}"
            say(request, _("Drawn. Those addressed stand in Today on their days."), undo_url=undo)
        except Refused as refused:
            say(request, str(refused.message))
        return see_other(request, here)
    context: dict[str, Any] = {"campaign": found, "back": here, "counted": counted_among(reader(request))}
    try:
        context |= _preview(preview_draw(act, found))
    except Refused as refused:
        context["refused"] = refused.message
    return fragment_or_page(request, "markets/draw.html", context, partial="sheet")


def _preview(draw: Draw) -> dict[str, Any]:
    days = len(draw.days)
    return {
        "draw": draw,
        "eligible": len(draw.pool.cards),
        "left_out": left_out_words(draw.pool.left_out),
        "consultants": [
            (person, calls, (Decimal(calls) / days).quantize(TENTH)) for person, calls in draw.by_consultant
        ],
    }


@require_POST
@once_per_key
def campaign_draw_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the draw that was shown while nobody worked on it."""
    own_campaign(request, pk)
    given = request.POST.get("version") or request.GET.get("version", "")
    try:
        take_back_draw(act_of(request), pk, version=parse_key(given) or 0)
        say(request, _("Taken back: the campaign is a draft again, its tasks are gone."))
    except Refused as refused:
        say(request, str(refused.message))
    return see_other(request, reverse("campaign", args=[pk]))


@require_POST
@once_per_key
def campaign_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End a running campaign with today."""
    own_campaign(request, pk)
    try:
        stop_campaign(act_of(request), pk, version=shown_version(request))
        say(
            request,
            _("Stopped: today is its last day, open tasks are withdrawn. It can be evaluated now."),
        )
    except Refused as refused:
        say(request, str(refused.message))
    return see_other(request, reverse("campaign", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def campaign_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """What an ended campaign cost, and what follows."""
    found, act = own_campaign(request, pk), act_of(request)

    def form_of(row: Campaign, data: Any = None) -> EvaluationForm:
        initial = {"version": row.version, "cost": row.cost, "next_step": row.next_step, "lesson": row.lesson}
        return EvaluationForm(data, initial=initial)

    form = form_of(found, posted(request))
    return sheet(
        request, form, "markets/evaluation.html", {"campaign": found},
        lambda: evaluate_campaign(act, pk, form.values(), version=form.shown_version),
        back=reverse("campaign", args=[pk]), message=_("Evaluated."), stored=form_of,
    )  # fmt: skip
