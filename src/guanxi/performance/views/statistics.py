"""The statistics of a month: days and bands, totals and what came before, and every rate with its formula."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.organization.asked_days import asked_month
from guanxi.organization.guards import only_for
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role
from guanxi.performance.queries.targets import order_targets
from guanxi.prospecting.models import Visit
from guanxi.prospecting.queries.statistics import Statistics, month_rates, statistics
from guanxi.prospecting.queries.tallies import BAND_LABELS, LEVELS, Tally
from guanxi.prospecting.rules.access import SEE_STATISTICS
from guanxi.prospecting.rules.metrics import METRICS

KINDS = (Visit.Kind.WALKIN, Visit.Kind.PHONEIN, Visit.Kind.EVENT)


@require_safe
@only_for(*SEE_STATISTICS, Role.CONSULTANT)
def register_statistics(request: HttpRequest) -> HttpResponse:
    """``?month=`` of the register ``?kind=``: the store's, a consultant's own."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    first, kind = asked_month(request, act.on), request.GET.get("kind", Visit.Kind.WALKIN)
    if kind not in KINDS or first > act.on:
        raise Http404
    person = None if user.has_role(*SEE_STATISTICS) else user
    last = first.replace(day=monthrange(first.year, first.month)[1])
    found = statistics(act.store, kind, first, last, act.on, person)
    targets = order_targets(act.store, person, first, act.on)
    rates = month_rates(act.store, first, last, act.on, person, targets)
    url, playbook = reverse("register-statistics"), act.store.playbook
    channels = playbook.labels("channels")
    context: dict[str, Any] = {
        "on": act.on, "kind": kind, "is_call": kind == Visit.Kind.PHONEIN, "first": first, "own": person is not None,
        "bands": BAND_LABELS, "levels": LEVELS, "found": found,
        "days": [_cells(found, on, tally) for on, tally in found.days.items()],
        "sums": _sums(found),
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": (last + timedelta(days=1)).strftime("%Y-%m") if last < act.on else "",
        "kinds": [
            {"url": f"{url}?month={first:%Y-%m}&kind={code}", "label": Visit.Kind(code).label, "active": code == kind}
            for code in KINDS
        ],
        "by_channel": [
            {"label": channels[code].text(language()) if code in channels else code or _("Not said"), "value": count}
            for code, count in found.channels
        ],
        "by_band": [
            {"label": label, "value": count} for label, count in zip(BAND_LABELS, found.month.bands, strict=True)
        ],
        "rates": [
            {"code": metric.code, "label": metric.label.text(language()), "is_rate": metric.is_rate,
             "formula": metric.formula(rates.variants).text(language()), "value": rates.values[metric.code]}
            for metric in METRICS
        ],
    }  # fmt: skip
    return render(request, "performance/statistics.html", context)


def _cells(found: Statistics, on: date, tally: Tally) -> dict[str, Any]:
    """One day. A day to come shows nothing, not zeros."""
    return {
        "on": on,
        "seen": found.seen is not None and on <= found.seen,
        "weekend": on.isoweekday() >= 6,
        "weather": found.weather.get(on, ""),
        "tally": tally,
        "filing_rate": tally.filing_rate(found.variants.filing),
        "levels": [tally.levels.get(code, 0) for code in LEVELS],
    }


def _sums(found: Statistics) -> list[dict[str, Any]]:
    """Week, month and the same days of last month."""
    rows = (("week", found.week), ("month", found.month), ("last", found.last_month))
    return [
        {"name": name, "tally": tally, "filing_rate": tally.filing_rate(found.variants.filing),
         "levels": [tally.levels.get(code, 0) for code in LEVELS]}
        for name, tally in rows
    ]  # fmt: skip
