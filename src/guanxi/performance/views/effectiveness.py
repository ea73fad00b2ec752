"""Effectiveness: a month by consultant, its steps, and whether the levels they called held (F-EFF-1)."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.lib.money import format_ratio, ratio
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS, Reach
from guanxi.performance.forms import CommentForm
from guanxi.performance.models import MonthComment
from guanxi.performance.operations.targets import comment_on_month
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_told, told
from guanxi.performance.queries.effectiveness import EFFECTIVENESS, levels_held
from guanxi.performance.queries.people import people_of
from guanxi.performance.rules.effectiveness import JUDGED, Held, together
from guanxi.performance.views.places import READERS, asked_month, months_around, tabs
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_safe
@only_for(*READERS)
def effectiveness(request: HttpRequest) -> HttpResponse:
    """The consultants within reach; places are those among the whole store."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    month = asked_month(request, act.on)
    if month > act.on:
        raise Http404
    days, locked = days_told(act.store, month, act.on)
    everybody = list(people_of(act.store, days).select_related("team").order_by("team_id", "pk").distinct())
    figures = told(EFFECTIVENESS, About(act.store, None, days), locked) or {"rows": []}
    readable = set(User.objects.colleagues_of(user).values_list("pk", flat=True))
    rows = [_shown(row) for row in figures["rows"] if row["person_id"] in readable]
    rows.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0))
    held = levels_held(act.store, days.seen)
    people = [person for person in everybody if person.pk in readable]
    before, after = months_around(month)
    context = {
        "tabs": tabs(request, "effectiveness"),
        "rows": rows,
        "steps": _steps(rows),
        "charts": _charts(held, people, act.store.playbook.settings.level_windows),  # type: ignore[arg-type]
        "calibration": [
            {"name": person.name, "cells": [held.get((person.pk, level), Held(0, 0)) for level in JUDGED]}
            for person in people
        ],
        "team": [together(held, level) for level in JUDGED],
        "levels": JUDGED,
        "called": any(row.calls for row in held.values()),
        "month": month,
        "before": before,
        "after": after if after <= act.on else None,
        "may_comment": user.has_role(*LEADERS) and locked is None,
        "close": locked,
        "month_key": f"{month:%Y-%m}",
        "own": user.read_reach == Reach.OWN,
        "on": act.on,
    }  # fmt: skip
    return render(request, "performance/effectiveness.html", context)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    def number(name: str) -> Decimal | None:
        return None if row[name] is None else Decimal(row[name])

    names = (
        "filing",
        "close_rate",
        "defeat_rate",
        "reach_rate",
        "contacts_per_order",
        "follow_rate",
        "score",
    )
    attained = {group: None if value is None else Decimal(value) for group, value in row["attained"].items()}
    return row | {name: number(name) for name in names} | {"attained": attained}


def _steps(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Contacts → reached → new cards → orders → deliveries, each as a share of the step before."""
    counted = (
        (_("Contacts"), sum(row["touches"] for row in rows)),
        (_("Reached"), sum(row["valid"] for row in rows)),
        (_("New cards"), sum(row["cards"] for row in rows)),
        (_("Orders"), sum(row["orders"] for row in rows)),
        (_("Deliveries"), sum(row["deliveries"] for row in rows)),
    )
    steps = []
    for place, (label, count) in enumerate(counted):
        share = ratio(count, counted[place - 1][1]) if place else None
        steps.append({"label": label, "value": count, "share": share})
    orders, reached = counted[3][1], counted[1][1]
    steps.append({"label": _("Contacts reached for one order"), "value": None, "share": None,
                  "each": ratio(reached, orders)})  # fmt: skip
    return steps


def _charts(
    held: dict[tuple[int, str], Held], people: list[User], windows: dict[str, int]
) -> list[dict[str, Any]]:
    """Level by level: the share that closed in time, each consultant's bar under the team's."""
    charts = []
    for level in JUDGED:
        team = together(held, level)
        rows = [_bar(_("Whole store"), team, "muted")]
        for person in people:
            mine = held.get((person.pk, level))
            if mine is not None:
                tone = (
                    "accent"
                    if mine.rate is not None and team.rate is not None and mine.rate >= team.rate
                    else "bad"
                )
                rows.append(_bar(person.name, mine, tone))
        title = _("%(level)s: closed within %(days)s days") % {"level": level, "days": windows[level]}
        if team.calls:
            charts.append({"level": level, "title": title, "rows": rows})
    return charts


def _bar(label: str, held: Held, tone: str) -> dict[str, Any]:
    told = _("%(rate)s · %(closed)s of %(calls)s") % {
        "rate": format_ratio(held.rate), "closed": held.closed, "calls": held.calls,
    }  # fmt: skip
    return {"label": label, "value": float(held.rate or 0), "text": told, "tone": tone}


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*LEADERS)
@once_per_key
def month_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A leader's word on a consultant's month."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    month = asked_month(request, act.on)
    led = User.objects.within(user, user.write_reach).exclude(pk=user.pk)
    person = get_object_or_404(led, pk=pk)
    found = MonthComment.objects.filter(user=person, month=month).first()
    form = CommentForm.of(found or MonthComment(version=0), posted(request))
    back = f"{reverse('effectiveness')}?month={month:%Y-%m}"
    if form.is_valid():
        with refusals_on(form, CommentForm.of):
            given = form.cleaned_data
            comment_on_month(act, pk, month, given["comment"], version=given["version"])
            say(request, _("Comment saved."))
            return see_other(request, back)
    context = {"person": person, "month": month, "back": back}
    return form_sheet(request, "performance/month_comment.html", form, context)
