"""The forecast of a quarter, and its target."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.lib.money import ratio
from guanxi.lib.quarters import quarter_end, quarter_number, quarter_of
from guanxi.organization.guards import only_for
from guanxi.organization.labels import coded_label
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach, Role
from guanxi.pipeline.forms.belongings import TargetForm
from guanxi.pipeline.models import ForecastTarget
from guanxi.pipeline.operations.targets import set_forecast_target
from guanxi.pipeline.queries.experience import experience, store_experience
from guanxi.pipeline.queries.forecasts import (
    Forecast,
    Moved,
    forecast_of,
    moved_since,
    slipped_closings,
    target_of,
)
from guanxi.pipeline.rules.forecasts import shown
from guanxi.pipeline.views.boards import readers_only, scope, tabs
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

WIDTH = 100


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """What the quarter is likely to bring, how far words hold, what moved and what slipped. ``?quarter=YYYY-Q``."""
    user = readers_only(request)
    act = act_of(request)
    rows, about = scope(request, user, act.store)
    quarter = _quarter(request, act.on)
    whole_store = about["person"] is None and user.read_reach in (Reach.STORE, Reach.ALL)
    # A target is the store's: beside a part of the store it would say nothing.
    target = target_of(act.store, quarter) if whole_store else None
    settings = act.store.playbook.settings
    taught = store_experience(act.store, act.on)
    # How well people know what they say is shown of whom the page is about.
    stated = taught if whole_store else experience(rows, settings, act.on)
    found = forecast_of(rows, settings, taught, quarter, target)
    before, following = quarter - timedelta(days=1), quarter_end(quarter) + timedelta(days=1)
    query = f"&who={about['person'].pk}" if about["person"] else ""
    url = reverse("forecast")
    context = about | {
        "on": act.on,
        "tabs": tabs("forecast", about["person"]),
        "quarter": quarter,
        "quarter_no": quarter_number(quarter),
        "quarter_end": quarter_end(quarter),
        "before_url": f"{url}?quarter={_name(before)}{query}",
        "after_url": f"{url}?quarter={_name(following)}{query}",
        "forecast": found,
        "bar": _bar(found),
        "rate": ratio(found.taught.won, found.taught.closed),
        "used_rate": shown(found.taught.rate),
        "least": settings.forecast_min_closed,
        "bands": [
            {"row": band, "rate": ratio(band.won, band.count) if band.rate is not None else None}
            for band in stated.table
        ],
        "moved": [_told(moved, act.store) for moved in moved_since(rows, act.on)],
        "slipped": slipped_closings(rows, act.on),
        "whole_store": whole_store,
        "may_set": whole_store and user.has_role(Role.MANAGER),
        "target_url": reverse("forecast-target", args=[quarter.year, quarter_number(quarter)]),
    }
    return render(request, "pipeline/forecast.html", context)


def _bar(found: Forecast) -> dict[str, Any]:
    """The places of the quantiles, the stated sum and what is missing on a bar from 0 to the whole pipeline, in %."""
    most = max(found.pipeline, found.stated, found.remaining or Decimal(0))

    def place(amount: Decimal) -> str:
        return f"{amount / most * WIDTH:.1f}" if most else "0"

    low, middle, high = (found.sure[percent] for percent in (10, 50, 90))
    return {
        "low": place(low), "middle": place(middle), "high": place(high), "stated": place(found.stated),
        "width": f"{Decimal(place(high)) - Decimal(place(low)):.1f}",
        "needed": place(found.remaining) if found.remaining else "", "most": most,
    }  # fmt: skip


def _told(moved: Moved, store: Store) -> dict[str, Any]:
    """What is different now, part by part."""
    before, row = moved.before, moved.row
    playbook = store.playbook
    parts: list[tuple[str, Any, Any]] = []
    if before is not None:
        old, new = before.to_stage, row.standing
        if old != new:
            parts.append((_("Stage"), _stage(old, playbook), _stage(new, playbook)))
        if before.amount != row.amount:
            parts.append((_("Amount"), before.amount, row.amount))
        if before.probability != row.probability:
            parts.append((_("Probability"), f"{before.probability} %", f"{row.probability} %"))
        if before.expected_close_on != row.expected_close_on:
            parts.append((_("Closing"), before.expected_close_on, row.expected_close_on))
    return {"row": row, "parts": parts, "is_new": before is None, "kind": moved.now.kind}


def _stage(code: str, playbook: Any) -> str:
    ends = {"WON": _("Won"), "LOST": _("Loss applied for")}
    return ends.get(code) or coded_label(playbook, "stages", code)


def _name(day: date) -> str:
    return f"{day.year}-{quarter_number(day)}"


def _quarter(request: HttpRequest, on: date) -> date:
    text = request.GET.get("quarter", "")
    if not text:
        return quarter_of(on)
    year, _dash, number = text.partition("-")
    if not (year.isdecimal() and number in {"1", "2", "3", "4"}) or not 2000 <= int(year) <= 2200:
        raise Http404
    return date(int(year), int(number) * 3 - 2, 1)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.MANAGER)
@once_per_key
def forecast_target(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """What the store means to win in a quarter."""
    if number not in range(1, 5) or not 2000 <= year <= 2200:
        raise Http404
    act, quarter = act_of(request), date(year, number * 3 - 2, 1)
    row = target_of(act.store, quarter) or ForecastTarget(store=act.store, quarter=quarter, version=0)

    def stored(current: ForecastTarget) -> TargetForm:
        return TargetForm(instance=current)

    form = TargetForm(posted(request), instance=row)
    back = f"{reverse('forecast')}?quarter={year}-{number}"
    if form.is_valid():
        with refusals_on(form, stored):
            given = form.cleaned_data
            set_forecast_target(act, quarter, given["amount"], version=given["version"])
            say(request, _("Target set."))
            return see_other(request, back)
    return form_sheet(request, "pipeline/target.html", form, {"year": year, "number": number, "back": back})
