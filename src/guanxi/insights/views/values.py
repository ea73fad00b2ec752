"""The value page and the panel of one customer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.customers.models import Customer
from guanxi.insights.delivered_words import best_levers, verdict
from guanxi.insights.models import CustomerValue, DeliveredValue, ValueRun
from guanxi.insights.queries.calls import open_calls
from guanxi.insights.queries.reviews import reviews_of
from guanxi.insights.queries.values import (
    AT_RISK,
    Standing,
    Tally,
    hint_of,
    latest_run,
    sees_store,
    standing,
    store_tally,
    value_of,
)
from guanxi.insights.review_words import told as review_told
from guanxi.insights.value_words import (
    ADVISED,
    GROUPS,
    SQUARES,
    WARNINGS,
    advice_of,
    alive,
    explanation,
    refusal,
    segment_names,
    why_moved,
)
from guanxi.insights.views.value_charts import heat_map, pareto_chart, risk_chart
from guanxi.lib.money import exact
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.rules.roles import READ, Reach, Role
from guanxi.ui.responses import fragment_or_page

Square = CustomerValue.Square
# As the square is drawn: much ahead above, much now to the left.
DRAWN = [(code.value, code.label) for code in (Square.KEEP, Square.NURTURE, Square.RAISE, Square.MAINTAIN)]
YEAR = 365
FORM = ("margin", "retention", "value", "with_referrals")
# An expected class that takes in more than half of the customers sets nobody apart.
HALF = Decimal("0.5")
CLASSES = ("A", "B", "C", "LOSS", "")
NEXT_CLASSES = ("A", "B", "C", "")


@require_safe
@only_for(*READ, Role.FINANCE)
def value(request: HttpRequest) -> HttpResponse:
    """Who brings most, who may leave, who comes back: the store's for those who see it, else one's own customers'."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    run = latest_run(act.store)
    if run is None:
        return render(request, "insights/value.html", {"run": None, "on": act.on})
    found, money = standing(user, run, act.on), sees_margins(user)
    reads, whole = user.read_reach != Reach.NONE, sees_store(user)
    facts = run.facts
    asked = set(
        open_calls([row.customer_id for row in found.spots[:AT_RISK]]).values_list("customer_id", flat=True)
    )
    risky = [told(row, act.on, run) | {"asked": row.customer_id in asked} for row in found.spots[:AT_RISK]]
    context = {
        "run": run, "on": act.on, "found": found, "money": money, "reads": reads, "whole": whole,
        "writes": user.write_reach != Reach.NONE, "is_store": user.read_reach in (Reach.STORE, Reach.ALL),
        "refusals": [refusal(code) for code in (run.refusal, run.spend_refusal) if code],
        "warnings": [WARNINGS[code] for code in facts.get("warnings", ()) if code in WARNINGS],
        "matrix": _matrix(found.cells), "next_classes": NEXT_CLASSES, "kept_a": _kept(found.cells),
        "risky": risky,
        "scatter": risk_chart(found.spots, tells_money=money),
        "fallen": [told(row, act.on, run) for row in found.fallen],
        "risen": [told(row, act.on, run) for row in found.risen],
        "advised": [
            (code, words, found.advised[code], _list(advice=code))
            for code, words in ADVISED.items() if code in found.advised
        ],
        "groups": [
            (label, GROUPS[code], found.groups.get(code, Tally()), _list(group=code))
            for code, label in CustomerValue.Group.choices
        ],
        "squares": [
            (label, SQUARES[code], found.squares.get(code, Tally()), _list(square=code))
            for code, label in DRAWN
        ],
        "square_lines": act.store.playbook.settings.value_lines,
        "risks": [
            (label, found.risks.get(code, Tally()), _list(risk=code)) for code, label in CustomerValue.Risk.choices
        ],
        "segments": _segments(run, found),
        "coming": _coming(facts.get("coming")) if whole else None,
        "left_out": _left_out(user, facts.get("left_out", [])), "since": run.on - timedelta(days=YEAR),
        "short": act.store.playbook.settings.supply_short,
    }  # fmt: skip
    if whole:
        context |= {
            "totals": None if reads else store_tally(run), "left_url": _list(left="1") if reads else "",
            "may_set": user.has_role(Role.ADMIN, Role.MANAGER),
        }  # fmt: skip
        context |= _store_figures(facts) | {"parameters": _parameters(run, tells_money=money)}
    return render(request, "insights/value.html", context)


@require_safe
def customer_value(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the customer page; a page of its own without script."""
    user: User = request.user  # type: ignore[assignment]
    card = get_object_or_404(Customer.objects.visible_to(user).select_related("store"), pk=pk)
    on = act_of(request).on
    row = value_of(card, on)
    compared = DeliveredValue.objects.filter(customer=card)
    context: dict[str, Any] = {
        "customer": card, "on": on, "row": row, "money": sees_margins(user),
        "compared": [(one, verdict(one), best_levers(one.ours)) for one in compared],
        "review": review_told(reviews_of(card), card.store.playbook.settings.good_thresholds), "this_year": on.year,
        "editable": Customer.objects.editable_by(user).filter(pk=pk).exists(),
    }  # fmt: skip
    if row is not None:
        row.customer = card
        context |= told(row, on, row.run) | {"square": SQUARES[row.square], "hint": hint_of(row)}
    return fragment_or_page(request, "insights/customer_value.html", context, partial="panel")


def told(row: CustomerValue, on: Any, run: ValueRun) -> dict[str, Any]:
    """What is said of a customer, who was fetched with the row."""
    return {
        "row": row, "words": explanation(row, on), "chance": alive(row), "advice": ADVISED[advice_of(row, run, on)],
        "why": why_moved(row, run) if row.moved else "",
    }  # fmt: skip


def _list(**chosen: str) -> str:
    return f"{reverse('customers')}?{urlencode({f'value_{name}': value for name, value in chosen.items()})}"


def _matrix(cells: dict[tuple[str, str], Tally]) -> list[dict[str, Any]]:
    """Past class by expected class; a cell opens its customers, but for those without a class."""
    used = [code for code in CLASSES if any(past == code for past, _next in cells)]
    return [
        {
            "past": past,
            "cells": [
                {"tally": cells.get((past, coming)), "url": _list(past=past, next=coming) if past and coming else ""}
                for coming in NEXT_CLASSES
            ],
        }
        for past in used
    ]  # fmt: skip


def _kept(cells: dict[tuple[str, str], Tally]) -> tuple[int, int] | None:
    """Of the A of the past, how many are expected to be A; None while nothing is expected."""
    past = {coming: tally.count for (then, coming), tally in cells.items() if then == "A"}
    return (past.get("A", 0), sum(past.values())) if past and "" not in past else None


def _segments(run: ValueRun, found: Standing) -> dict[str, Any]:
    """Each segment named by its middle customer, with what is to be done about most of its customers. Labels are kept
    from run to run and may have gaps; nobody is shown them."""
    kept = run.facts.get("segments", {})
    names = segment_names(run)
    rows = [
        {"name": names[label][0], "more": names[label][1], "tally": found.segments.get(int(label), Tally()), **group,
         "do": ADVISED.get(found.segment_advice.get(int(label), ""), ""), "url": _list(segment=label)}
        for label, group in kept.get("groups", {}).items()
    ]  # fmt: skip
    return {"rows": rows, "stable": kept.get("is_stable"), "stability": exact(kept.get("stability")),
            "explained": exact(kept.get("explained"))}  # fmt: skip


def _coming(facts: dict[str, Any] | None) -> dict[str, Any] | None:
    """How far the expected classes set customers apart."""
    if not facts or not facts["counted"]:
        return None
    first = facts["sizes"]["A"]
    return {"first": first, "counted": facts["counted"], "half": [Decimal(yuan) for yuan in facts["half"]],
            "is_flat": Decimal(first) / facts["counted"] > HALF}  # fmt: skip


def _left_out(user: User, keys: list[int]) -> list[Customer]:
    """Those whose deals add up to more than can be true, of whom ``user`` may read."""
    return list(Customer.objects.visible_to(user).filter(pk__in=keys)) if keys else []


def _store_figures(facts: dict[str, Any]) -> dict[str, Any]:
    pareto, bucket, closed = facts.get("pareto", {}), facts.get("bucket", {}), facts.get("closed", {})
    band, new = facts.get("band"), facts.get("new", {})
    keep, ratio = Decimal(facts.get("keep_cost", "0")), Decimal(facts.get("cost_ratio", "0"))
    later = (new.get("purchases") or 0) * (new.get("spend") or 0)
    brings = None if new.get("spend") is None else Decimal(str(round(new["first"] + later, 2)))
    return {
        "pareto": pareto, "pareto_chart": pareto_chart(pareto),
        "top_5": exact(pareto.get("top_5")), "top_20": exact(pareto.get("top_20")),
        "band_20": [exact(part) for part in pareto.get("band_20") or ()],
        "class_rows": [
            (name, pareto["sizes"][name], Decimal(pareto["margins"][name]) / 100) for name in CLASSES[:4]
        ] if pareto else [],
        "bucket": bucket | {"rate": exact(bucket["retention"]), "cost": exact(bucket["leak_cost"]),
                            "saves": exact(bucket["point_saves"])} if bucket else {},
        "closed": closed | {name: Decimal(str(closed[name])) for name in FORM if name in closed},
        "band": {f"p{level}": Decimal(str(round(value))) for level, value in band.items()} if band else {},
        "heat": heat_map(facts.get("cohorts", [])),
        "new": {"costs": keep * ratio, "keep": keep, "ratio": ratio, "brings": brings,
                "pays": brings is not None and brings >= keep * ratio},
    }  # fmt: skip


def _parameters(run: ValueRun, *, tells_money: bool) -> list[tuple[str, str]]:
    """Those of Gamma-Gamma tell what a purchase earns, and stay with whoever may see margins."""
    told = [part for part in run.parameters.values() if tells_money or "v" not in part]
    found = [(name, f"{value:.4f}") for part in told for name, value in part.items()]
    if run.log_likelihood is not None:
        found.append(("LL", f"{run.log_likelihood:.3f}"))
    return found
