"""Targets: plan beside actual, setting them in a grid, and what is done about a gap (F-TGT-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.catalogue.models import Product
from guanxi.organization.acts import Act
from guanxi.organization.guards import only_for
from guanxi.organization.labels import coded_label
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store, Team, User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS, Reach, Role
from guanxi.performance.forms import MeasureForm
from guanxi.performance.models import TargetMeasure
from guanxi.performance.operations.targets import MeasureDraft, leads, save_measure
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_told, told
from guanxi.performance.queries.targets import TARGET_PLAN, Holder, plan_figures
from guanxi.performance.rules.periods import Days, month_of
from guanxi.performance.views.places import READERS, asked_month, months_around, tabs
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

GROUPS = ("RESULTS", "CUSTOMERS", "ACTIVITY", "BASE")


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
    """A month's plan and actual of the store, or of the consultant, team or model of ``?of=``; a consultant sees
    their own."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    month = target_month(request, act)
    days, locked = days_told(act.store, month, act.on)
    asked = holder_asked(request, act, days)
    holder = asked.holder
    figures = None
    if holder.scope in ("STORE", "USER"):
        figures = told(TARGET_PLAN, About(act.store, holder.person, days), locked)
    # No form is printed of a team or a model, so a lock keeps none: they are told as of its cut-off.
    figures = figures or plan_figures(act.store, holder, days)
    before, after = months_around(month)
    rows = [_shown(row, act.store) for row in figures["rows"]]
    address = f"{reverse('target-measure')}?month={month:%Y-%m}&of={asked.code}"
    for row in rows:
        row["measure_url"] = f"{address}&metric={row['metric']}"
    by_group = [(word, [row for row in rows if row["group"] == code]) for code, word in group_words().items()]
    context = {
        "tabs": tabs(request, "targets"),
        "figures": figures,
        "groups": [(word, found) for word, found in by_group if found],
        "forecast": Decimal(figures["forecast"]),
        "forecast_month": Decimal(figures["forecast_month"]) if "forecast_month" in figures else None,
        "weeks": [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in figures["weeks"]],
        "month": month,
        "before": before,
        "after": after if after <= furthest(act.on) else None,
        "holder": asked,
        "holders": holders(user, act),
        "may_set": user.has_role(Role.MANAGER) and locked is None,
        "close": locked,
        "may_note": locked is None and leads(user, holder.scope, holder.pk) and holder.person != user,
        "on": act.on,
    }  # fmt: skip
    return render(request, "performance/targets.html", context)


@dataclass(frozen=True)
class Asked:
    """The holder an address names, with its own word in it (``user-3``) and its name on the screen."""

    holder: Holder
    code: str = ""
    name: str = ""


def holder_asked(request: HttpRequest, act: Act, days: Days) -> Asked:
    """Whose plan ``?of=user-3``, ``?of=team-2`` or ``?of=model-5`` names; without it the store's, or a
    consultant's own. Raises Http404 for what the user does not read."""
    user: User = request.user  # type: ignore[assignment]
    code = request.GET.get("of", "")
    if not code:
        if user.read_reach == Reach.OWN:
            return Asked(Holder.of(act.store, user), f"user-{user.pk}", user.name)
        return Asked(Holder.of(act.store, None))
    word, _dash, key = code.partition("-")
    found = next((row for row in _holder_rows(user, act).get(word, ()) if str(row.pk) == key), None)
    if found is None:
        raise Http404
    if isinstance(found, User):
        holder = Holder.of(act.store, found)
    elif isinstance(found, Team):
        holder = Holder.of_team(act.store, found.pk, days)
    else:
        holder = Holder.of_model(found.pk)
    return Asked(holder, code, found.name)


def _holder_rows(user: User, act: Act) -> dict[str, Sequence[User | Team | Product]]:
    """The holders whose plans ``user`` reads beside the store's."""
    people = User.objects.colleagues_of(user).filter(store=act.store).order_by("team_id", "pk")
    if user.read_reach == Reach.OWN:
        return {"user": people}
    teams = Team.objects.filter(store=act.store)
    if user.read_reach == Reach.TEAM:
        teams = teams.filter(pk=user.team_id or 0)
    return {"user": people, "team": teams, "model": Product.objects.of_store(act.store).on_sale()}


def holders(user: User, act: Act) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the choice offers, in groups; nothing for who has only their own."""
    if user.read_reach == Reach.OWN:
        return []
    words = {"team": _("Teams"), "user": _("Consultants"), "model": _("Models")}
    sellers = set(User.objects.consultants_of(act.store).values_list("pk", flat=True))
    rows = _holder_rows(user, act)
    return [
        (word, [(f"{kind}-{row.pk}", row.name) for row in rows[kind] if kind != "user" or row.pk in sellers])
        for kind, word in words.items()
    ]


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
        "full": None if row.get("full") is None else Decimal(row["full"]),
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
    month = target_month(request, act)
    asked = holder_asked(request, act, month_of(month, act.on))
    scope, pk = asked.holder.scope, asked.holder.pk
    metric = request.GET.get("metric", "")
    if metric not in act.store.playbook.labels("target_metrics") or not leads(user, scope, pk):
        raise Http404
    found = TargetMeasure.objects.of(act.store, scope, pk).filter(month=month, metric=metric).first()
    people = User.objects.within(user, user.write_reach).active().filter(store=act.store)
    form = MeasureForm(
        people, posted(request), instance=TargetMeasure() if found is None else found,
        initial={"version": found.version if found else 0},
    )  # fmt: skip
    url = f"{reverse('targets')}?month={month:%Y-%m}&of={asked.code}"
    if form.is_valid():
        given = form.cleaned_data
        version = given.pop("version")
        with refusals_on(form):
            save_measure(act, MeasureDraft((scope, pk), month, metric, **given), version=version)
            say(request, _("Measure saved."))
            return see_other(request, url)
    label = coded_label(act.store.playbook, "target_metrics", metric)
    context = {"back": url, "label": label, "holder": asked, "month": month}
    return form_sheet(request, "performance/target_measure.html", form, context)
