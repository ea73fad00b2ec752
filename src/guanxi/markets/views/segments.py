"""Segments: the board, one with its market, and changing them."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.catalogue.models import Product, sees_margins
from guanxi.lib.money import format_ratio
from guanxi.markets.forms.segments import MarketPlanForm, SegmentForm
from guanxi.markets.models import MarketLevel, MarketPlan, Segment
from guanxi.markets.operations.segments import choose_segment, save_market_plan, save_segment
from guanxi.markets.queries.campaigns import campaigns_of, spent_on
from guanxi.markets.queries.segments import buyers_of, cards_of, filters_of, segment_board
from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.segments import RULE, TESTS, is_attractive, open_tests, profit_ratio
from guanxi.markets.views.places import (
    counted_among,
    own_segment,
    planner,
    reader,
    seen_segment,
    sheet,
    shown_version,
    tabs,
)
from guanxi.markets.words import LEVELS, MEANINGS, PHASES, SCORES, rule_words
from guanxi.markets.words import TESTS as TEST_WORDS
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other

HISTORY = 24


@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """The segments of the store side by side (F-SEG-1, R-VAL-14)."""
    user, act = reader(request), act_of(request)
    rows, overlap = segment_board(user, act.store, act.on)
    least = act.store.playbook.settings.segment_min_roi
    context = {
        "tabs": tabs(request, "segments"),
        "rows": [
            {
                "row": row, "segment": row.segment, "bases": _bases(row.segment), "tests": _tests(row.segment),
                "ratio": profit_ratio(row.segment.est_margin, row.segment.cost),
                "attractive": is_attractive(row.segment.est_margin, row.segment.cost, least),
            }
            for row in rows
        ],
        "overlap": overlap, "counted": counted_among(user), "may_plan": user.has_role(*PLANNERS),
        "may_export": user.may_export, "least": least, "money": sees_margins(user),
    }  # fmt: skip
    return render(request, "markets/segments.html", context)


@require_safe
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """One segment: tests, levels of its market with their history, scores, plan, campaigns."""
    found, user, act = seen_segment(request, pk), reader(request), act_of(request)
    levels = list(found.levels.select_related("by")[:HISTORY])
    filters = filters_of(found)
    product = Product.objects.filter(pk=filters.product).first() if filters and filters.product else None
    failed, missing = open_tests(found.answers)
    least = found.store.playbook.settings.segment_min_roi
    plan, spent = getattr(found, "plan", None), spent_on(found)
    parts = [part for part in (spent, plan.actual if plan else None) if part is not None]
    campaigns = campaigns_of(user, found.store).filter(segment=found)
    buyers = buyers_of(found, user, act.on) if filters else None
    context = {
        "segment": found,
        "bases": _bases(found),
        "tests": [(TEST_WORDS[test], *found.answers[test]) for test in TESTS],
        "open_tests": [TEST_WORDS[test] for test in [*failed, *missing]],
        "scores": [(SCORES[name], score) for name, score in found.scores.items()],
        "ratio": profit_ratio(found.est_margin, found.cost),
        "attractive": is_attractive(found.est_margin, found.cost, least),
        "least": least,
        "money": sees_margins(user),
        "rule": rule_words(filters, found.store, product) if filters else [],
        "rule_url": f"{reverse('customers')}?{urlencode(found.rule)}",
        "count": cards_of(found, user, act.on).count() if filters else None,
        "buyers": buyers,
        # What was written down is of the whole store: a part of it says nothing against it.
        "is_outgrown": bool(
            buyers is not None
            and levels
            and user.read_reach in (Reach.STORE, Reach.ALL)
            and buyers != levels[0].penetrated
        ),
        "counted": counted_among(user),
        "level": levels[0] if levels else None,
        "bars": _bars(levels[0]) if levels else [],
        "history": levels,
        "plan": plan,
        "spent": sum(parts, Decimal(0)) if parts else None,
        "spent_on_campaigns": spent,
        "campaigns": [(row, *PHASES[row.phase(act.on)]) for row in campaigns],
        "may_plan": user.has_role(*PLANNERS) and found.store_id == user.store_id,
        "on": act.on,
    }
    return render(request, "markets/segment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def segment_new(request: HttpRequest) -> HttpResponse:
    """A new segment; the filters of the address become its rule."""
    planner(request)
    act = act_of(request)
    rule = {name: value for name, value in request.GET.items() if name in RULE and value}
    form = SegmentForm(act.store, posted(request), instance=Segment(), initial=rule, by=act.by)
    return sheet(
        request, form, "markets/segment_sheet.html", {"heading": _("New segment")},
        lambda: save_segment(act, None, form.values()),
        back=reverse("segments"), message=_("Segment saved."), lands=lambda row: reverse("segment", args=[row.pk]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def segment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a segment."""
    found, act = own_segment(request, pk), act_of(request)
    form = SegmentForm(act.store, posted(request), instance=found, by=act.by)
    return sheet(
        request, form, "markets/segment_sheet.html", {"heading": found.name},
        lambda: save_segment(act, pk, form.values(), version=form.shown_version),
        back=reverse("segment", args=[pk]), message=_("Segment saved."),
        stored=lambda row: SegmentForm(act.store, instance=row, by=act.by),
    )  # fmt: skip


@require_POST
@once_per_key
def segment_choice(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve a segment, or no longer."""
    own_segment(request, pk)
    chosen = request.POST.get("answer") == "yes"
    try:
        choose_segment(act_of(request), pk, chosen=chosen, version=shown_version(request))
        say(request, _("This segment is served now.") if chosen else _("This segment is no longer served."))
    except Refused as refused:
        say(request, str(refused.message))
    return see_other(request, reverse("segment", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def market_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """How the market of the segment is developed (11.5)."""
    found, act = own_segment(request, pk), act_of(request)
    plan = MarketPlan.objects.filter(segment=found).first() or MarketPlan(segment=found)
    form = MarketPlanForm(posted(request), instance=plan)
    return sheet(
        request, form, "markets/sheet.html", {"heading": _("Market plan"), "about": found.name},
        lambda: save_market_plan(act, pk, form.values(), version=form.shown_version),
        back=reverse("segment", args=[pk]), message=_("Plan saved."),
        stored=lambda row: MarketPlanForm(instance=row),
    )  # fmt: skip


def _bases(row: Segment) -> list[str]:
    return [str(Segment.Basis(code).label) for code in row.bases if code in Segment.Basis.values]


def _tests(row: Segment) -> list[tuple[str, bool | None]]:
    return [(str(TEST_WORDS[test]), row.answers[test][0]) for test in TESTS]


def _bars(level: MarketLevel) -> list[dict[str, Any]]:
    """Nested: each bar is a part of the one above it, and says how large a part."""
    sizes = level.sizes
    parts: dict[str, Decimal | None] = {
        "potential": None, "available": sizes.reach, "served": sizes.focus, "penetrated": sizes.penetration
    }  # fmt: skip
    return [
        {
            "label": LEVELS[name], "value": getattr(level, name), "tone": "good" if name == "penetrated" else "accent",
            "text": f"{getattr(level, name):,}" + ("" if name == "potential" else f" · {format_ratio(part)}"),
            "meaning": MEANINGS[name],
        }
        for name, part in parts.items()
    ]  # fmt: skip
