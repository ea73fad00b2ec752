"""Campaigns: the list, one with both groups and its result, planning."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.lib.keys import parse_key
from guanxi.markets.forms.segments import CampaignForm
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.operations.campaigns import save_campaign
from guanxi.markets.queries.campaigns import campaigns_of, is_worked, members_of
from guanxi.markets.queries.outcomes import outcome_of
from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.campaigns import Phase
from guanxi.markets.views.places import counted_among, own_campaign, planner, reader, sheet, tabs
from guanxi.markets.words import PHASES, left_out_words
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.rules.roles import Role
from guanxi.ui.forms import posted

DRAWN = (Phase.PLANNED, Phase.RUNNING)
RESULT_READERS = PLANNERS | {Role.AUDITOR}
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
        "may_read_result": user.has_role(*RESULT_READERS),
        "left_out": left_out_words(found.left_out) if editable else [],
        "counted": counted_among(user),
        "editable": editable,
        "may_take_back": editable and phase in DRAWN and found.planned_end is None and not is_worked(found),
        "may_stop": editable and phase == Phase.RUNNING and found.ends_on > act.on,
        "final_on": found.ends_on + timedelta(days=1),
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
    form = CampaignForm(act.store, act.on, posted(request), instance=Campaign(), initial=initial)
    return sheet(
        request, form, "markets/sheet.html", {"heading": _("New campaign")},
        lambda: save_campaign(act, None, form.values()),
        back=reverse("campaigns"), message=_("Campaign saved. Draw its groups when it is ready."),
        lands=lambda row: reverse("campaign", args=[row.pk]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a campaign; after the draw only words, budget and goal, and what stays is told with the reason."""
    found, act = own_campaign(request, pk), act_of(request)
    form = CampaignForm(act.store, act.on, posted(request), instance=found)
    fixed = _fixed(found) if found.drawn_at else []
    hint = _("The groups are drawn: segment, days, kind and share stay as they are.") if fixed else ""
    context = {"heading": _("Campaign"), "about": found.name, "fixed": fixed, "hint": hint}
    return sheet(
        request, form, "markets/sheet.html", context,
        lambda: save_campaign(act, pk, form.values(), version=form.shown_version),
        back=reverse("campaign", args=[pk]), message=_("Campaign saved."),
        stored=lambda row: CampaignForm(act.store, act.on, instance=row),
    )  # fmt: skip


def _result(found: Campaign, user: User, phase: Phase) -> dict[str, Any] | None:
    """Who bought is the business of those who lead or oversee, what it earned (``money``) of those who see margins; a
    consultant sees their own customers below."""
    if phase not in BEGUN or not user.has_role(*RESULT_READERS):
        return None
    outcome = outcome_of(found, user)
    return {
        "outcome": outcome,
        "money": sees_margins(user),
        "groups": [
            (CampaignMember.Side.TARGET.label, outcome.target),
            (CampaignMember.Side.CONTROL.label, outcome.control),
        ],
        "has_buyers": bool(outcome.control.buyers or outcome.target.buyers),
        "is_compared": bool(outcome.control.count and outcome.target.count),
        "reached": None if found.kpi_buyers is None else outcome.target.buyers >= found.kpi_buyers,
    }


def _fixed(found: Campaign) -> list[tuple[str, object]]:
    """What the draw settled, by its words."""
    share = f"{found.control_percent}%"
    told = {
        "kind": found.get_kind_display(), "segment": found.segment, "product": found.product or "—",
        "scheme": found.scheme or "—",
        "starts_on": found.starts_on, "ends_on": found.ends_on, "control_percent": share,
    }  # fmt: skip
    return [(str(Campaign._meta.get_field(name).verbose_name), value) for name, value in told.items()]  # type: ignore[union-attr]
