"""Setting a month's targets in one grid, sharing them out, taking a change back (R-TEAM-03)."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.models import Order
from guanxi.organization.acts import Act
from guanxi.organization.guards import only_for
from guanxi.organization.labels import coded_label
from guanxi.organization.middleware import act_of
from guanxi.organization.models import Team, User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Role
from guanxi.performance.operations.targets import set_targets, undo_targets
from guanxi.performance.queries.targets import Cell, sheet_of
from guanxi.performance.rules.targets import person_weights, split
from guanxi.performance.views.places import months_around, whole_number
from guanxi.performance.views.targets import furthest, target_month
from guanxi.ui.responses import say, see_other


def _columns(act: Act, by: str) -> list[tuple[str, int, str]]:
    """The holders of the grid beside the store: (scope, key, name)."""
    if by == "team":
        return [("TEAM", team.pk, team.name) for team in Team.objects.filter(store=act.store)]
    if by == "model":
        rows = Product.objects.of_store(act.store).on_sale()
        return [("PRODUCT", product.pk, product.name) for product in rows]
    people = User.objects.consultants_of(act.store).order_by("team_id", "pk")
    return [("USER", person.pk, person.name) for person in people]


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.MANAGER)
@once_per_key
def target_grid(request: HttpRequest) -> HttpResponse:
    """All targets of a month in one grid; ``by`` chooses the columns. ``split`` shares a row out to the persons."""
    act = act_of(request)
    month = target_month(request, act)
    by = request.GET.get("by", "person")
    if by not in ("person", "team", "model"):
        raise Http404
    columns = [("STORE", 0, _("Store")), *_columns(act, by)]
    codes = {metric.code for metric in act.store.playbook.target_metrics}
    if by == "model":
        codes = {"ORDERS", "DELIVERIES"}
    back = f"{reverse('target-grid')}?month={month:%Y-%m}&by={by}"
    status = 200
    typed: dict[str, str] = {}
    if request.method == "POST":
        try:
            cells = _typed(request, columns, codes)
            if request.POST.get("split"):
                cells |= _split(act, request.POST["split"], cells, columns)
            sheet = set_targets(act, month, cells, seen=_seen(request))
        except Refused as refused:
            messages.error(request, str(refused.message))
            status, typed = 422, {name: str(value) for name, value in request.POST.items()}
        else:
            message = _("Saved as version %(version)s.") % {"version": sheet.version}
            undo = f"{reverse('target-undo')}?month={month:%Y-%m}&stamp={sheet.stamp}"
            say(request, message, undo_url=undo)
            return see_other(request, back)
    sheet = sheet_of(act.store, month)
    before, after = months_around(month)
    rows = []
    for metric in act.store.playbook.target_metrics:
        if metric.code in codes:
            cells_shown = [
                _cell(sheet.values, typed, scope, pk, metric.code, name) for scope, pk, name in columns
            ]
            total = sum(
                (sheet.values.get((scope, pk, metric.code), Decimal(0)) for scope, pk, _n in columns[1:]),
                Decimal(0),
            )
            rows.append(
                {
                    "code": metric.code,
                    "label": coded_label(act.store.playbook, "target_metrics", metric.code),
                    "group": metric.group,
                    "cells": cells_shown,
                    "total": total,
                    "differs": _differs(sheet.values.get(("STORE", 0, metric.code)), total),
                }
            )
    context = {
        "rows": rows, "columns": columns, "sheet": sheet, "month": month, "before": before,
        "after": after if after <= furthest(act.on) else None, "by": by, "started": act.on > month,
        "kinds": [
            {"url": f"{reverse('target-grid')}?month={month:%Y-%m}&by={code}", "label": label, "active": code == by}
            for code, label in (("person", _("Consultants")), ("team", _("Teams")), ("model", _("Models")))
        ],
    }  # fmt: skip
    return render(request, "performance/target_grid.html", context, status=status)


def _differs(of_store: Decimal | None, total: Decimal) -> Decimal | None:
    """What the columns add to the store's target; None when they agree, or one of both is not set."""
    return total - of_store if of_store is not None and total and total != of_store else None


def _cell(
    values: dict[Cell, Decimal], typed: dict[str, str], scope: str, pk: int, code: str, name: str
) -> dict[str, object]:
    key = f"{scope}-{pk}-{code}"
    stored = values.get((scope, pk, code))
    shown = "" if stored is None else f"{stored.normalize():f}"
    return {"name": key, "value": typed.get(key, shown), "holder": name, "is_store": scope == "STORE"}


def _seen(request: HttpRequest) -> int | None:
    given = request.POST.get("stamp")
    if given is None:
        return None
    found = whole_number(given)
    # What is no stamp is none of the sheet that stands now.
    return -1 if found is None else found


def _typed(
    request: HttpRequest, columns: list[tuple[str, int, str]], codes: set[str]
) -> dict[Cell, Decimal | None]:
    """The cells of the grid that were sent; an empty one takes its target away."""
    cells: dict[Cell, Decimal | None] = {}
    for scope, pk, name in columns:
        for code in codes:
            given = request.POST.get(f"{scope}-{pk}-{code}")
            if given is None:
                continue
            text = given.strip().replace(",", "").replace("，", "")
            try:
                cells[scope, pk, code] = Decimal(text) if text else None
            except InvalidOperation as error:
                raise Refused(
                    _("%(name)s: %(typed)s is no number.") % {"name": name, "typed": given[:20]}
                ) from error
    return cells


def _split(
    act: Act, code: str, cells: dict[Cell, Decimal | None], columns: list[tuple[str, int, str]]
) -> dict[Cell, Decimal | None]:
    """R-TEAM-03: the store's figure of a row shared out to the persons."""
    total = cells.get(("STORE", 0, code))
    people = [pk for scope, pk, _name in columns if scope == "USER"]
    if total is None or not total.is_finite() or total != total.to_integral_value() or not 0 <= total < 10**9:
        raise Refused(_("Set the store's target of this row first; it is shared out to the consultants."))
    since = act.on - timedelta(days=90)
    orders = Order.objects.filter(store=act.store, delivered_on__gt=since, consultant__in=people)
    delivered = dict(orders.order_by().values_list("consultant_id").annotate(count=Count("pk")))
    warm = Customer.objects.filter(owner__in=people, level__in=["H", "A"]).order_by()
    hot = dict(warm.values_list("owner_id").annotate(count=Count("pk")))
    weights: list[Fraction] = person_weights(
        [delivered.get(pk, 0) for pk in people], [hot.get(pk, 0) for pk in people]
    )
    return {
        ("USER", pk, code): Decimal(part) for pk, part in zip(people, split(int(total), weights), strict=True)
    }


@require_POST
@only_for(Role.MANAGER)
@once_per_key
def target_undo(request: HttpRequest) -> HttpResponse:
    """Take back one's change that made the sheet the ``stamp`` of the address."""
    act = act_of(request)
    month = target_month(request, act)
    try:
        undo_targets(act, month, stamp=whole_number(request.GET.get("stamp", "")) or 0)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        say(request, _("The targets are as they were."))
    return see_other(request, f"{reverse('target-grid')}?month={month:%Y-%m}")
