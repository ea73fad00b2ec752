"""Targets: plan beside actual, setting them in a grid, and what is done about a gap (F-TGT-1)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.organization.acts import Act
from guanxi.organization.guards import only_for
from guanxi.organization.labels import coded_label
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS, Reach, Role
from guanxi.performance.forms import MeasureForm
from guanxi.performance.models import TargetMeasure
from guanxi.performance.operations.targets import MeasureDraft, save_measure
from guanxi.performance.queries.targets import Holder, plan_figures
from guanxi.performance.rules.periods import month_of
from guanxi.performance.views.places import READERS, asked_month, months_around, person_asked, tabs
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

GROUPS = ("RESULTS", "CUSTOMERS", "ACTIVITY", "BASE")
AHEAD = 12


def group_words() -> dict[str, str]:
    return {
        "RESULTS": _("Results"),
        "CUSTOMERS": _("Customers"),
        "ACTIVITY": _("Activity"),
        "BASE": _("Base and VIP"),
    }


def colour_words() -> dict[str, str]:
    """R-TGT-01 in words, because colour alone tells not everybody."""
    return {"RED": _("behind"), "AMBER": _("nearly"), "GREEN": _("on course"), "": ""}


@require_safe
@only_for(*READERS)
def targets(request: HttpRequest) -> HttpResponse:
    """A month's plan and actual of the store, or of ``?who=``; a consultant sees their own."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    month = target_month(request, act)
    person = person_asked(request)
    figures = plan_figures(act.store, Holder.of(act.store, person), month_of(month, act.on))
    before, after = months_around(month)
    rows = [_shown(row, act.store) for row in figures["rows"]]
    address = f"{reverse('target-measure')}?month={month:%Y-%m}" + (f"&who={person.pk}" if person else "")
    for row in rows:
        row["measure_url"] = f"{address}&metric={row['metric']}"
    people = User.objects.colleagues_of(user).consultants_of(act.store).order_by("team_id", "pk")
    context = {
        "tabs": tabs(request, "targets"),
        "figures": figures,
        "groups": [(word, [row for row in rows if row["group"] == code]) for code, word in group_words().items()],
        "forecast": Decimal(figures["forecast"]),
        "weeks": [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in figures["weeks"]],
        "month": month,
        "before": before,
        "after": after if after <= furthest(act.on) else None,
        "person": person,
        "people": list(people) if user.read_reach != Reach.OWN else [],
        "whole": _("Whole store"),
        "may_set": user.has_role(Role.MANAGER),
        "may_note": user.has_role(Role.MANAGER) or (user.has_role(*LEADERS) and person is not None and person != user),
        "on": act.on,
    }  # fmt: skip
    return render(request, "performance/targets.html", context)


def target_month(request: HttpRequest, act: Act) -> date:
    """The month of the address, as far as targets reach."""
    month = asked_month(request, act.on)
    if not date(2000, 1, 1) <= month <= furthest(act.on):
        raise Http404
    return month


def furthest(on: date) -> date:
    """The last month a target may be set for."""
    return date(on.year + 1, on.month, 1)


def _shown(row: dict[str, Any], store: Store) -> dict[str, Any]:
    def number(name: str) -> Decimal | None:
        return None if row[name] is None else Decimal(row[name])

    weeks = [
        {"plan": None if week["plan"] is None else Decimal(week["plan"]), "actual": week["actual"]}
        for week in row["weeks"]
    ]
    return row | {
        "label": coded_label(store.playbook, "target_metrics", row["metric"]),
        "weeks": weeks,
        "target": number("target"),
        "diff": number("diff"),
        "so_far": number("so_far"),
        "attainment": number("attainment"),
        "progress": number("progress"),
        "word": colour_words()[row["colour"]],
        "tone": {"RED": "bad", "AMBER": "warning", "GREEN": "good"}.get(row["colour"], ""),
        "due_on": date.fromisoformat(row["due_on"]) if row["due_on"] else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*LEADERS)
@once_per_key
def target_measure(request: HttpRequest) -> HttpResponse:
    """Cause, measure, owner and date of one figure that lies behind."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    month, person = target_month(request, act), person_asked(request)
    metric = request.GET.get("metric", "")
    if metric not in act.store.playbook.labels("target_metrics"):
        raise Http404
    if person is None and not user.has_role(Role.MANAGER):
        raise Http404
    found = TargetMeasure.objects.filter(store=act.store, user=person, month=month, metric=metric).first()
    people = User.objects.within(user, user.write_reach).active().filter(store=act.store)
    form = MeasureForm(
        people, posted(request), instance=TargetMeasure() if found is None else found,
        initial={"version": found.version if found else 0},
    )  # fmt: skip
    url = f"{reverse('targets')}?month={month:%Y-%m}" + (f"&who={person.pk}" if person else "")
    if form.is_valid():
        given = form.cleaned_data
        version = given.pop("version")
        with refusals_on(form):
            save_measure(act, MeasureDraft(person, month, metric, **given), version=version)
            say(request, _("Measure saved."))
            return see_other(request, url)
    label = coded_label(act.store.playbook, "target_metrics", metric)
    context = {"back": url, "label": label, "person": person, "month": month}
    return form_sheet(request, "performance/target_measure.html", form, context)
