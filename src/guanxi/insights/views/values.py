"""The value page, the call list it ends in, and the panel of one customer."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.catalogue.models import sees_margins
from guanxi.customers.models import Customer
from guanxi.insights.delivered_words import best_levers, verdict
from guanxi.insights.models import CustomerValue, DeliveredValue, ValueRun
from guanxi.insights.operations.calls import AT_ONCE, ask_calls, take_calls_back
from guanxi.insights.queries.reviews import reviews_of
from guanxi.insights.queries.values import (
    AT_RISK,
    Tally,
    calls,
    hint_of,
    latest_run,
    sees_store,
    standing,
    value_of,
)
from guanxi.insights.review_words import told as review_told
from guanxi.insights.value_words import GROUPS, SQUARES, WARNINGS, alive, explanation, refusal, why_moved
from guanxi.insights.views.value_charts import heat_map, pareto_chart, risk_chart
from guanxi.lib.keys import parse_key
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import READ, WRITE, Reach, Role
from guanxi.ui.responses import fragment_or_page, say, see_other

CLASSES = ("A", "B", "C", "LOSS", "")
NEXT_CLASSES = ("A", "B", "C", "")
LISTED, CHOSEN = AT_ONCE, 10


@require_safe
@only_for(*READ, Role.FINANCE)
def value(request: HttpRequest) -> HttpResponse:
    """Who brings most, who may leave, who comes back: the store's for those who see it, else one's own customers'."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    run = latest_run(act.store)
    if run is None:
        return render(request, "insights/value.html", {"run": None, "on": act.on})
    found, money = standing(user, run), sees_margins(user)
    reads, whole = user.read_reach != Reach.NONE, sees_store(user)
    facts = run.facts
    context = {
        "run": run, "on": act.on, "found": found, "money": money, "reads": reads, "whole": whole,
        "writes": user.write_reach != Reach.NONE, "is_store": user.read_reach in (Reach.STORE, Reach.ALL),
        "refusals": [refusal(code) for code in (run.refusal, run.spend_refusal) if code],
        "warnings": [WARNINGS[code] for code in facts.get("warnings", ()) if code in WARNINGS],
        "matrix": _matrix(found.cells), "next_classes": NEXT_CLASSES, "kept_a": _kept(found.cells),
        "risky": [_told(row, act.on, run) for row in found.spots[:AT_RISK]],
        "scatter": risk_chart(found.spots, tells_money=money),
        "fallen": [_told(row, act.on, run) for row in found.fallen],
        "risen": [_told(row, act.on, run) for row in found.risen],
        "groups": [
            (label, GROUPS[code], found.groups.get(code, Tally()), _list(group=code))
            for code, label in CustomerValue.Group.choices
        ],
        "squares": [
            (label, SQUARES[code], found.squares.get(code, Tally()), _list(square=code))
            for code, label in CustomerValue.Square.choices
        ],
        "risks": [
            (label, found.risks.get(code, Tally()), _list(risk=code)) for code, label in CustomerValue.Risk.choices
        ],
        "segments": _segments(facts.get("segments", {}), found.segments),
        "short": act.store.playbook.settings.supply_short,
    }  # fmt: skip
    if whole:
        context |= _store_figures(facts) | {"parameters": _parameters(run, tells_money=money)}
    return render(request, "insights/value.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*WRITE)
@once_per_key
def value_calls(request: HttpRequest) -> HttpResponse:
    """Whom to call: the most value at risk first, ten of them ticked; posted, they stand in Today."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    refused = ""
    if request.method == "POST":
        keys = [key for key in map(parse_key, request.POST.getlist("customer")) if key is not None]
        try:
            asked = ask_calls(act, keys)
        except ObjectDoesNotExist as error:
            raise Http404 from error
        except Refused as error:
            refused = str(error.message)
        else:
            count = len(asked.tasks)
            words = ngettext("%(count)s call stands in Today.", "%(count)s calls stand in Today.", count)
            told = [words % {"count": count}]
            if asked.waiting:
                told.append(_("%(count)s stood there before.") % {"count": asked.waiting})
            if asked.left:
                told.append(_("%(count)s are left in peace.") % {"count": asked.left})
            undo = reverse("value-calls-undo", args=[asked.tasks[0].pk]) if asked.tasks else None
            say(request, " ".join(told), undo_url=undo)
            return see_other(request, reverse("value"))
    run = latest_run(act.store)
    rows = calls(user, run, LISTED) if run else []
    free = 0
    listed = []
    for row in rows:
        free += not row.asked
        listed.append(
            _told(row.value, act.on, run) | {"asked": row.asked, "ticked": not row.asked and free <= CHOSEN}
        )
    context = {"run": run, "on": act.on, "rows": listed, "money": sees_margins(user), "refused": refused}
    return render(request, "insights/calls.html", context, status=422 if refused else 200)


@require_POST
@only_for(*WRITE)
@once_per_key
def value_calls_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the calls asked for together."""
    try:
        count = take_calls_back(act_of(request), pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    say(
        request,
        ngettext("%(count)s call was taken back.", "%(count)s calls were taken back.", count)
        % {"count": count},
    )
    return see_other(request, reverse("value-calls"))


@require_safe
def customer_value(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of the customer page; a page of its own without script."""
    user: User = request.user  # type: ignore[assignment]
    card = get_object_or_404(Customer.objects.visible_to(user).select_related("store"), pk=pk)
    on, row = act_of(request).on, value_of(card)
    compared = DeliveredValue.objects.filter(customer=card)
    context: dict[str, Any] = {
        "customer": card, "on": on, "row": row, "money": sees_margins(user),
        "compared": [(one, verdict(one), best_levers(one.ours)) for one in compared],
        "review": review_told(reviews_of(card), card.store.playbook.settings.good_thresholds), "this_year": on.year,
        "editable": Customer.objects.editable_by(user).filter(pk=pk).exists(),
    }  # fmt: skip
    if row is not None:
        context |= _told(row, on, row.run) | {"square": SQUARES[row.square], "hint": hint_of(row)}
    return fragment_or_page(request, "insights/customer_value.html", context, partial="panel")


def _told(row: CustomerValue, on: Any, run: ValueRun | None) -> dict[str, Any]:
    return {
        "row": row, "words": explanation(row, on), "chance": alive(row),
        "why": why_moved(row, run) if run is not None and row.moved else "",
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


def _segments(facts: dict[str, Any], tallies: dict[int, Tally]) -> dict[str, Any]:
    """Each segment by its middle customer, with the action of the group that customer would stand in."""
    rows = [
        {"label": label, "tally": tallies.get(int(label), Tally()), **group, "do": _action(group)[1]}
        for label, group in facts.get("groups", {}).items()
    ]
    return {"rows": rows, "stable": facts.get("is_stable"), "stability": _decimal(facts.get("stability")),
            "explained": _decimal(facts.get("explained"))}  # fmt: skip


def _action(group: dict[str, Any]) -> tuple[Any, Any]:
    """By the segment's commonest group of recency, frequency and money."""
    return GROUPS[group["group"]]


def _store_figures(facts: dict[str, Any]) -> dict[str, Any]:
    pareto, bucket, closed = facts.get("pareto", {}), facts.get("bucket", {}), facts.get("closed", {})
    band, new = facts.get("band"), facts.get("new", {})
    keep, ratio = Decimal(facts.get("keep_cost", "0")), Decimal(facts.get("cost_ratio", "0"))
    later = (new.get("purchases") or 0) * (new.get("spend") or 0)
    brings = None if new.get("spend") is None else Decimal(str(round(new["first"] + later, 2)))
    return {
        "pareto": pareto, "pareto_chart": pareto_chart(pareto),
        "top_5": _decimal(pareto.get("top_5")), "top_20": _decimal(pareto.get("top_20")),
        "band_20": [_decimal(part) for part in pareto.get("band_20") or ()],
        "class_rows": [
            (name, pareto["sizes"][name], Decimal(pareto["margins"][name]) / 100) for name in CLASSES[:4]
        ] if pareto else [],
        "bucket": bucket | {"rate": _decimal(bucket["retention"]), "cost": _decimal(bucket["leak_cost"]),
                            "saves": _decimal(bucket["point_saves"])} if bucket else {},
        "closed": {name: Decimal(str(closed[name])) for name in ("margin", "retention", "value") if name in closed},
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


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
