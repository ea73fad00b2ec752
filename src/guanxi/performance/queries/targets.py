"""The sheet of targets of a month, and plan beside actual (F-TGT-1, R-TGT-01, R-TGT-02, R-TEAM-04)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from guanxi.organization.models import Store, User
from guanxi.performance.models import Target, TargetMeasure
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.actuals import Actuals, actuals, by_day
from guanxi.performance.queries.standing import stock_on, summed
from guanxi.performance.rules.periods import Days, month_of, start_of
from guanxi.performance.rules.targets import Month, attainment, colour, forecast, proportional, week_plans

Cell = tuple[str, int, str]


@dataclass
class Sheet:
    """The targets of a month in force. ``version`` 0: none were set. ``stamp`` is the last row they rest on."""

    values: dict[Cell, Decimal] = field(default_factory=dict)
    version: int = 0
    stamp: int = 0
    set_at: datetime | None = None
    set_by: User | None = None


def sheet_of(store: Store, month: date, as_of: date | None = None) -> Sheet:
    """The sheet in force, or as it stood at the end of ``as_of``; one query."""
    rows = Target.objects.of_month(store, month.replace(day=1)).select_related("set_by").order_by("id")
    if as_of is not None:
        rows = rows.filter(at__lt=start_of(as_of + timedelta(days=1), store.timezone))
    sheet = Sheet()
    for row in rows:
        cell = (*row.holder, row.metric)
        if row.value is None:
            sheet.values.pop(cell, None)
        else:
            sheet.values[cell] = row.value
        sheet.version, sheet.stamp, sheet.set_at, sheet.set_by = row.version, row.pk, row.at, row.set_by
    return sheet


def target_in(sheet: Sheet, scope: str, pk: int, metric: str, parts: Iterable[int] = ()) -> Decimal | None:
    """The target of a holder; a team or store without one of its own has the sum of its persons'."""
    own = sheet.values.get((scope, pk, metric))
    if own is not None:
        return own
    found = [sheet.values[("USER", part, metric)] for part in parts if ("USER", part, metric) in sheet.values]
    return sum(found, Decimal(0)) if found else None


@dataclass(frozen=True)
class Holder:
    """Whose plan is told: a scope with its key, and the persons whose work counts (None: the whole store)."""

    scope: str
    pk: int
    people: tuple[int, ...] | None
    person: User | None = None

    @classmethod
    def of(cls, store: Store, person: User | None) -> "Holder":
        return cls("USER", person.pk, (person.pk,), person) if person else cls("STORE", 0, None)


def plan_figures(store: Store, holder: Holder, days: Days) -> dict[str, Any]:
    """Every metric of the pack with target, weeks and actual in JSON shapes; a fixed number of queries."""
    before = days.first - timedelta(days=1)
    done = actuals(store, days, holder.person)
    last = actuals(store, month_of(before, before), holder.person)
    sheet = sheet_of(store, days.first, days.as_of)
    month = Month.of(days.first, store.calendar.is_closed)
    stock = summed(stock_on(store, days.seen, holder.person), holder.people)
    measures = {
        row.metric: row
        for row in TargetMeasure.objects.filter(
            Q(user=holder.pk) if holder.scope == "USER" else Q(user__isnull=True),
            store=store,
            month=days.first,
        ).select_related("owner")
    }
    parts = holder.people if holder.people is not None else _persons(sheet)
    rows = [
        _row(store, metric.code, target_in(sheet, holder.scope, holder.pk, metric.code, parts), month, days,
             by_day(done, metric.code, holder.people), by_day(last, metric.code, holder.people), measures)
        | {"group": metric.group, "unit": metric.unit}
        for metric in store.playbook.target_metrics
    ]  # fmt: skip
    orders = by_day(done, "ORDERS", holder.people) or {}
    return {
        "month": f"{days.first:%Y-%m}",
        "version": sheet.version,
        "set_on": store.local_date(sheet.set_at).isoformat() if sheet.set_at else None,
        "set_by": str(sheet.set_by or ""),
        "weeks": [[first.isoformat(), last_day.isoformat()] for first, last_day in month.weeks()],
        "work_days": len(month.worked),
        "elapsed": month.elapsed(days.seen) if days.seen >= days.first else 0,
        "stock": {level: stock.get(level, 0) for level in "OHABC"},
        "forecast": str(
            forecast(sum(orders.values()), stock, dict(store.playbook.settings.level_probability))  # type: ignore[arg-type]
        ),
        "rows": rows,
    }


def _persons(sheet: Sheet) -> list[int]:
    return sorted({pk for scope, pk, _metric in sheet.values if scope == "USER"})


def _row(
    store: Store,
    metric: str,
    target: Decimal | None,
    month: Month,
    days: Days,
    done: Mapping[date, int] | None,
    last: Mapping[date, int] | None,
    measures: Mapping[str, TargetMeasure],
) -> dict[str, Any]:
    plans = week_plans(target, month)
    total = None if done is None else sum(done.values())
    so_far = proportional(target, month.elapsed(days.seen), len(month.worked))
    progress = None if total is None or so_far is None else attainment(total, so_far)
    reached = None if total is None else attainment(total, target)
    noted = measures.get(metric)
    weeks = []
    for (first, last_day), plan in zip(month.weeks(), plans, strict=True):
        came = None
        if done is not None and first <= days.seen:
            came = sum(count for on, count in done.items() if first <= on <= last_day)
        weeks.append({"plan": _text(plan), "actual": came})
    return {
        "metric": metric,
        "last": None if last is None else sum(last.values()),
        "target": _text(target),
        "weeks": weeks,
        "actual": total,
        "so_far": _text(so_far),
        "diff": None if total is None or target is None else _text(total - target),
        "attainment": _text(reached),
        "progress": _text(progress),
        "colour": colour(progress),
        "cause": noted.cause if noted else "",
        "measure": noted.measure if noted else "",
        "owner": str(noted.owner or "") if noted else "",
        "due_on": noted.due_on.isoformat() if noted and noted.due_on else None,
        "noted": noted.version if noted else 0,
    }


def _text(value: Decimal | int | None) -> str | None:
    if value is None:
        return None
    exact = Decimal(value)
    return str(int(exact)) if exact == exact.to_integral_value() else str(exact)


def compute(about: About) -> dict[str, Any]:
    """F-TGT-1 of a person, or of the whole store."""
    return {
        "person": str(about.person) if about.person else "",
        **plan_figures(about.store, Holder.of(about.store, about.person), about.days),
    }


def done_by(found: Actuals, metric: str, people: Iterable[int] | None) -> int | None:
    """The sum of what these people did of a metric."""
    days = by_day(found, metric, people)
    return None if days is None else sum(days.values())


TARGET_PLAN = FormFigures("F-TGT-1", "month", True, compute)
