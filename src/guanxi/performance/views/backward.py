"""Backward planning: what would have to be true for the deliveries wanted, beside what is (R-TEAM-01, R-TEAM-02)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Store
from guanxi.performance.forms import BackwardForm
from guanxi.performance.queries.actuals import actuals
from guanxi.performance.queries.rates import OwnRates, own_rates
from guanxi.performance.queries.targets import done_by, sheet_of, target_in
from guanxi.performance.rules.backward import LEVELS, Assumptions, Plan, Rate, plan_back
from guanxi.performance.rules.periods import month_of
from guanxi.performance.rules.targets import Month
from guanxi.performance.views.places import OVERSEERS, asked_month, months_around, tabs

SHARES = ("delivery_rate", "p_new", "showroom_share", "filing_rate", "lead_card_rate")


@require_safe
@only_for(*OVERSEERS)
def backward_plan(request: HttpRequest) -> HttpResponse:
    """The plan of a month; every assumption may be changed in the address and nothing is stored."""
    act = act_of(request)
    month = asked_month(request, act.on)
    own = own_rates(act.store, min(month, act.on.replace(day=1)))
    initial = _initial(act.store, own, month)
    given = {name: request.GET.get(name, str(initial[name])) for name in initial}
    form = BackwardForm(given)
    plan = plan_back(_assumptions(form.cleaned_data, initial, own)) if form.is_valid() else None
    before, after = months_around(month)
    context = {
        "tabs": tabs(request, "backward-plan"),
        "form": form,
        "plan": plan,
        "steps": _steps(act.store, month, act.on, plan) if plan else [],
        "rates": [{"field": form[name], "own": own.rates[name], "was": initial[name]} for name in SHARES],
        "levels": [
            {"level": level, "stock": form[f"stock_{level}"], "chance": form[f"chance_{level}"],
             "own": own.chances[level], "was": initial[f"chance_{level}"]}
            for level in LEVELS
        ],
        "blocked": [form[name].label for name in plan.blocked_by] if plan else [],
        "changed": any(name in request.GET for name in initial),
        "month": month,
        "before": before,
        "after": after,
        "on": act.on,
    }  # fmt: skip
    return render(request, "performance/backward.html", context)


def _initial(store: Store, own: OwnRates, month: date) -> dict[str, Any]:
    """The store's own figures; the deliveries wanted are the month's target, else what the stock promises."""
    sheet = sheet_of(store, month)
    people = [pk for scope, pk, metric in sheet.values if scope == "USER" and metric == "DELIVERIES"]
    wanted = target_in(sheet, "STORE", 0, "DELIVERIES", people)
    found: dict[str, Any] = {
        "deliveries": int(wanted) if wanted is not None else 30,
        "carry_orders": own.carry_orders,
        "work_days": len(Month.of(month.replace(day=1), store.calendar.is_closed).worked)
        or store.playbook.settings.target_work_days,
    }
    found |= {name: _percent(own.rates[name].value) for name in SHARES}
    for level in LEVELS:
        found[f"stock_{level}"] = own.stock.get(level, 0)
        found[f"chance_{level}"] = _percent(own.chances[level].value)
    return found


def _percent(value: Fraction) -> Decimal:
    exact = value * 100
    shown = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return shown.to_integral_value() if shown == shown.to_integral_value() else shown


def _assumptions(given: dict[str, Any], shown: dict[str, Any], own: OwnRates) -> Assumptions:
    """What was typed. A rate left as it was shown is the exact one, not its rounded words."""

    def rate(name: str, held: Rate) -> Fraction:
        return held.value if given[name] == shown[name] else Fraction(given[name]) / 100

    return Assumptions(
        deliveries=given["deliveries"],
        carry_orders=given["carry_orders"],
        stock={level: given[f"stock_{level}"] for level in LEVELS},
        chances={level: rate(f"chance_{level}", own.chances[level]) for level in LEVELS},
        work_days=given["work_days"],
        **{name: rate(name, own.rates[name]) for name in SHARES},
    )


def _steps(store: Store, month: date, on: date, plan: Plan) -> list[dict[str, Any]]:
    """What would have to be true, beside what the month has brought so far and the month before."""
    days = month_of(month, on)
    before, _after = months_around(month)
    done, last = actuals(store, days), actuals(store, month_of(before, on))
    rows = (
        (_("Orders to deliver from"), plan.pool, None, _("deliveries wanted ÷ delivery rate")),
        (_("New orders"), plan.new_orders, "ORDERS", _("less the orders carried in")),
        (_("of these from customers carried in"), plan.from_carry, None, _("open customers × their chance")),
        (_("of these from new cards"), plan.from_new, None, ""),
        (_("New cards"), plan.cards, "CARDS", _("÷ new cards that order")),
        (_("Cards from the showroom"), plan.cards_showroom, None, ""),
        (_("Walk-in parties"), plan.walkins, "WALKIN", _("÷ filing rate")),
        (_("Cards from leads"), plan.cards_leads, None, ""),
        (_("Leads"), plan.leads, "PHONEIN", _("÷ leads that become cards")),
    )
    return [
        {
            "label": label, "needed": needed, "how": how, "main": metric is not None,
            "actual": done_by(done, metric, None) if metric else None,
            "last": done_by(last, metric, None) if metric else None,
        }
        for label, needed, metric, how in rows
    ]  # fmt: skip
