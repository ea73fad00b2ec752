"""The loss analysis: why customers were lost, to whom, from whom, at which level (F-LOSS-1)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.cadence.models import LossReport
from guanxi.lib.money import format_ratio
from guanxi.lib.statistics.causes import MOST, causes
from guanxi.organization.guards import only_for
from guanxi.organization.labels import coded_label
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_told, told
from guanxi.performance.queries.losses import LOSS_ANALYSIS, loss_figures
from guanxi.performance.rules.losses import ASPECTS
from guanxi.performance.views.places import READERS, asked_month, months_around, person_asked, tabs
from guanxi.playbooks.definitions import Playbook

CROSSED = 10
# Of the chart of causes: a row's height, and what 100 % is wide.
STEP, WIDTH = 26, 200


@require_safe
@only_for(*READERS)
def loss_analysis(request: HttpRequest) -> HttpResponse:
    """A month of losses within reach; ``?who=`` narrows it to one consultant."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    month = asked_month(request, act.on)
    if month > act.on:
        raise Http404
    person = person_asked(request)
    days, locked = days_told(act.store, month, act.on)
    figures = None
    if person is not None or user.read_reach in (Reach.STORE, Reach.ALL):
        figures = told(LOSS_ANALYSIS, About(act.store, person, days), locked)
    if figures is None:
        # A team has no sheet of its own: of a locked month it is told as of the cut-off.
        rows = LossReport.objects.visible_to(user).filter(store=act.store).of_person(person)
        figures = loss_figures(rows, act.store, days)
    before, after = months_around(month)
    people = User.objects.colleagues_of(user).consultants_of(act.store).order_by("team_id", "pk")
    context = {
        "tabs": tabs(request, "loss-analysis"),
        "figures": figures,
        "clarity": _decimal(figures["clarity"]),
        "causes": _causes(figures["by"]["reason"], act.store.playbook),
        "charts": [
            {"title": title, "rows": _bars(figures["by"][aspect], aspect, act.store.playbook)}
            for aspect, title in zip(
                ASPECTS, (_("Main reason"), _("Lost to"), _("Consultant"), _("Level when lost")), strict=True
            )
        ],
        "buckets": [
            {"label": coded_label(act.store.playbook, "levels", row["value"]), "count": row["count"],
             "share": _decimal(row["share"])}
            for row in figures["buckets"]
        ],
        "crossed": figures["crossed"][:CROSSED],
        "month": month,
        "before": before,
        "after": after if after <= act.on else None,
        "person": person,
        "close": locked,
        "people": list(people) if user.read_reach != Reach.OWN else [],
        "on": act.on,
    }  # fmt: skip
    return render(request, "performance/loss_analysis.html", context)


def _causes(rows: list[dict[str, Any]], playbook: Playbook) -> dict[str, Any] | None:
    """The reasons as bars with the line of what they make together, on one scale (R-VAL-08); None for fewer than two,
    which have nothing to choose from. A loss without a reason names no cause."""
    found = causes({row["value"]: row["count"] for row in rows if row["value"]})
    if len(found) < 2:
        return None
    total, main = sum(cause.count for cause in found), [cause for cause in found if cause.is_main]
    bars = [
        {
            "label": coded_label(playbook, "reasons", cause.name), "count": cause.count, "main": cause.is_main,
            "share": Decimal(cause.count) / total, "reached": _exact(cause.reached),
            "y": place * STEP, "middle": place * STEP + STEP // 2, "width": f"{cause.count / total * WIDTH:.1f}",
            "x": f"{float(cause.reached) * WIDTH:.1f}",
        }
        for place, cause in enumerate(found)
    ]  # fmt: skip
    return {
        "bars": bars, "points": " ".join(f"{bar['x']},{bar['middle']}" for bar in bars), "height": len(bars) * STEP,
        "most": int(MOST * WIDTH), "width": WIDTH, "count": len(main), "of": len(found),
        "together": _exact(main[-1].reached),
    }  # fmt: skip


def _exact(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / share.denominator


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _bars(rows: list[dict[str, Any]], aspect: str, playbook: Playbook) -> list[dict[str, Any]]:
    """The most frequent values as bars; the first three in the accent colour."""
    bars = []
    for row in rows[:8]:
        label = coded_label(playbook, "reasons", row["value"]) if aspect == "reason" else row["value"]
        share = format_ratio(_decimal(row["share"]))
        bars.append({
            "label": label or _("not said"), "value": row["count"], "text": f"{row['count']} · {share}",
            "tone": "accent" if row["top"] else "muted",
        })  # fmt: skip
    return bars
