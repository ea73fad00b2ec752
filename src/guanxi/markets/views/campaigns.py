"""Campaigns: the list, one with both groups and its result, planning, drawing, evaluating."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.lib.keys import parse_key
from guanxi.markets.forms.segments import CampaignForm, EvaluationForm
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.operations.campaigns import draw_groups, evaluate_campaign, save_campaign
from guanxi.markets.queries.campaigns import campaigns_of, members_of
from guanxi.markets.queries.outcomes import outcome_of
from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.campaigns import Phase
from guanxi.markets.views.places import counted_among, own_campaign, planner, reader, sheet, tabs
from guanxi.markets.words import PHASES
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Role
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other

BEGUN = (Phase.RUNNING, Phase.ENDED, Phase.EVALUATED)


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """The campaigns of the store; those that wait for their evaluation first."""
    user, act = reader(request), act_of(request)
    rows = [(row, row.phase(act.on)) for row in campaigns_of(user, act.store)]
    rows.sort(key=lambda pair: pair[1] != Phase.ENDED)
    context = {
        "tabs": tabs(request, "campaigns"),
        "rows": [(row, *PHASES[phase]) for row, phase in rows],
        "counted": counted_among(user), "may_plan": user.has_role(*PLANNERS), "on": act.on,
    }  # fmt: skip
    return render(request, "markets/campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: what is offered, the reader's customers in both groups, and what it brought."""
    user, act = reader(request), act_of(request)
    found = get_object_or_404(campaigns_of(user, act.store), pk=pk)
    phase = found.phase(act.on)
    side = request.GET.get("side", "TARGET")
    after = parse_key(request.GET["after"]) if request.GET.get("after") else None
    if side not in CampaignMember.Side.values or (request.GET.get("after") and after is None):
        raise Http404
    page = members_of(found, user, side, after)
    url = reverse("campaign", args=[pk])
    editable = Campaign.objects.editable_by(user).filter(pk=pk).exists()
    context = {
        "campaign": found,
        "phase": phase.value,
        "badge": PHASES[phase],
        "sides": [
            {"url": f"{url}?side={code}", "label": label, "active": code == side,
             "count": found.addressed if code == "TARGET" else found.held}
            for code, label in CampaignMember.Side.choices
        ],
        "side": side,
        "rows": page.rows,
        "page": {"next_url": f"{url}?side={side}&after={page.after}" if page.after else "", "previous_url": ""},
        "result": _result(found, user, phase),
        "left_out": _left_out(found) if editable else [],
        "counted": counted_among(user),
        "editable": editable,
        "on": act.on,
    }  # fmt: skip
    return render(request, "markets/campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Plan a campaign; ``?segment=`` is the one it addresses."""
    planner(request)
    act = act_of(request)
    initial = {"starts_on": act.on, "segment": parse_key(request.GET.get("segment", ""))}
    form = CampaignForm(act.store, posted(request), instance=Campaign(), initial=initial)
    return sheet(
        request, form, "markets/sheet.html", {"heading": _("New campaign")},
        lambda: save_campaign(act, None, form.values()),
        back=reverse("campaigns"), message=_("Campaign saved. Draw its groups when it is ready."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a campaign; after the draw only words, budget and goal."""
    found, act = own_campaign(request, pk), act_of(request)
    form = CampaignForm(act.store, posted(request), instance=found)
    return sheet(
        request, form, "markets/sheet.html", {"heading": _("Campaign"), "about": found.name},
        lambda: save_campaign(act, pk, form.values(), version=form.shown_version),
        back=reverse("campaign", args=[pk]), message=_("Campaign saved."),
        stored=lambda row: CampaignForm(act.store, instance=row),
    )  # fmt: skip


@require_POST
@once_per_key
def campaign_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw both groups, once."""
    own_campaign(request, pk)
    given = request.POST.get("version", "")
    try:
        draw_groups(act_of(request), pk, version=int(given) if given.isdecimal() else 0)
        say(request, _("Drawn. Those addressed stand in Today on their days."))
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


def _result(found: Campaign, user: User, phase: Phase) -> dict[str, Any] | None:
    """Who bought is the business of those who lead or oversee, what it earned (``money``) of those who see margins; a
    consultant sees their own customers below."""
    if phase not in BEGUN or not user.has_role(*PLANNERS, Role.AUDITOR):
        return None
    outcome = outcome_of(found, user)
    return {
        "outcome": outcome,
        "money": sees_margins(user),
        "groups": [
            (CampaignMember.Side.TARGET.label, outcome.target),
            (CampaignMember.Side.CONTROL.label, outcome.control),
        ],
        "is_compared": bool(outcome.control.count and outcome.target.count),
        "reached": None if found.kpi_buyers is None else outcome.target.buyers >= found.kpi_buyers,
    }


def _left_out(found: Campaign) -> list[tuple[str, int]]:
    words = {
        "refuses": _("refuse every channel"),
        "nobody": _("have no consultant"),
        "elsewhere": _("are in another campaign on these days"),
    }
    return [(words[reason], count) for reason, count in found.left_out.items() if count and reason in words]
