"""The sheet of targets of a month, and plan beside actual (F-TGT-1, R-TGT-01, R-TGT-02, R-TEAM-04)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guanxi.customers.models import Intent
from guanxi.organization.models import Store, User
from guanxi.performance.models import Target, TargetMeasure
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.actuals import Actuals, actuals, by_day, every_day, sold_by_model
from guanxi.performance.queries.standing import levels_on, owners_on, stock_on, summed
from guanxi.performance.queries.teams import Teams, shares_there
from guanxi.performance.rules.periods import Days, month_of, start_of
from guanxi.performance.rules.targets import (
    Month,
    attainment,
    colour,
    forecast,
    forecast_of_rest,
    pro_rated,
    proportional,
    week_plans,
)
from guanxi.prospecting.queries.statistics import OrderTargets

Cell = tuple[str, int, str]
# Metrics of what stands at the end of a day; a sum over days says nothing of them.
STANDING = frozenset({"STOCK_O", "STOCK_H", "STOCK_A", "STOCK_B", "STOCK_C", "OWNERS"})


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


def pro_rated_sheet(sheet: Sheet, shares: Mapping[int, Fraction]) -> Sheet:
    """The sheet with the targets of who came or went within the month cut to their days (17.5)."""
    values = {
        (scope, pk, metric): pro_rated(value, shares[pk]) if scope == "USER" and pk in shares else value
        for (scope, pk, metric), value in sheet.values.items()
    }
    return replace(sheet, values=values)


def order_targets(store: Store, person: User | None, month: date, as_of: date) -> OrderTargets:
    """The order targets of a month and the next as they stood on ``as_of``, whole (4.4 ``order_attainment``)."""

    def orders(first: date) -> int | None:
        sheet = sheet_of(store, first, as_of)
        holder = Holder.of(store, person)
        found = target_in(sheet, holder.scope, holder.pk, "ORDERS", _persons(sheet))
        return None if found is None else int(found)

    return OrderTargets(orders(month), orders(month_of(month, month).next_day))


@dataclass(frozen=True)
class Holder:
    """Whose plan is told: a scope with its key, the persons whose work counts (None: the whole store), and on
    which days it counts for this holder (17.5: what was done stays with the team of the day)."""

    scope: str
    pk: int
    people: tuple[int, ...] | None
    person: User | None = None
    counts: Callable[[int, date], bool] = every_day

    @classmethod
    def of(cls, store: Store, person: User | None) -> "Holder":
        return cls("USER", person.pk, (person.pk,), person) if person else cls("STORE", 0, None)

    @classmethod
    def of_team(cls, store: Store, team: int, days: Days) -> "Holder":
        """Two queries. The month before is told of the team as it was then."""
        teams, before = Teams.of(store), days.first - timedelta(days=1)
        people = teams.members(team, before.replace(day=1), days.last)
        return cls("TEAM", team, people, counts=lambda person, on: teams.team_on(person, on) == team)

    @classmethod
    def of_model(cls, product: int) -> "Holder":
        return cls("PRODUCT", product, (product,))

    @property
    def metrics(self) -> frozenset[str] | None:
        """What can be counted for the holder; None: everything."""
        return frozenset({"ORDERS", "DELIVERIES"}) if self.scope == "PRODUCT" else None

    def done(self, store: Store, days: Days) -> Actuals:
        """What was done, by the persons or, of a model, by itself."""
        if self.scope == "PRODUCT":
            return sold_by_model(store, days)
        return actuals(store, days, self.person)


def plan_figures(store: Store, holder: Holder, days: Days) -> dict[str, Any]:
    """Every metric the holder has with target, weeks and actual in JSON shapes; a fixed number of queries."""
    before = days.first - timedelta(days=1)
    done, last = holder.done(store, days), holder.done(store, month_of(before, before))
    month = Month.of(days.first, store.calendar.is_closed)
    whole = sheet_of(store, days.first, days.as_of)
    sheet = pro_rated_sheet(whole, shares_there(store, month))
    stock = _stock(store, holder, days)
    measures = {
        row.metric: row
        for row in TargetMeasure.objects.of(store, holder.scope, holder.pk)
        .filter(month=days.first)
        .select_related("owner")
    }
    parts = _persons(sheet) if holder.people is None else _members(holder, days)

    def target(metric: str) -> Decimal | None:
        return target_in(sheet, holder.scope, holder.pk, metric, parts)

    rows = [
        _row(store, metric.code, target(metric.code), month, days,
             by_day(done, metric.code, holder.people, holder.counts),
             by_day(last, metric.code, holder.people, holder.counts), measures)
        | {"group": metric.group, "unit": metric.unit,
           "full": _text(target_in(whole, holder.scope, holder.pk, metric.code, parts))}
        for metric in store.playbook.target_metrics
        if holder.metrics is None or metric.code in holder.metrics
    ]  # fmt: skip
    if holder.scope != "PRODUCT":
        _add_standing(store, holder, days, rows, stock)
    orders = sum((by_day(done, "ORDERS", holder.people, holder.counts) or {}).values())
    chances: dict[str, Decimal] = dict(store.playbook.settings.level_probability)  # type: ignore[arg-type]
    elapsed = month.elapsed(days.seen) if days.seen >= days.first else 0
    return {
        "month": f"{days.first:%Y-%m}",
        "version": sheet.version,
        "set_on": store.local_date(sheet.set_at).isoformat() if sheet.set_at else None,
        "set_by": str(sheet.set_by or ""),
        "weeks": [[first.isoformat(), last_day.isoformat()] for first, last_day in month.weeks()],
        "work_days": len(month.worked),
        "elapsed": elapsed,
        "stock": {level: stock.get(level, 0) for level in "OHABC"},
        "forecast": str(forecast(orders, stock, chances)),
        "forecast_month": str(forecast_of_rest(orders, stock, chances, elapsed, len(month.worked))),
        "rows": rows,
    }


def _members(holder: Holder, days: Days) -> tuple[int, ...]:
    """The persons whose targets a holder without one of its own has the sum of: a team's on the last day."""
    if holder.scope == "PRODUCT":
        return ()
    return tuple(person for person in holder.people or () if holder.counts(person, days.last))


def _stock(store: Store, holder: Holder, days: Days) -> dict[str, int]:
    """Open customers by level on the last day seen: of the holder's persons, or who mean to buy the model."""
    if holder.scope == "PRODUCT":
        found: Counter[str] = Counter()
        standing = levels_on(store, days.seen)
        wanted = Intent.objects.filter(customer__store=store, product=holder.pk)
        for pk in wanted.values_list("customer_id", flat=True):
            if pk in standing:
                found[standing[pk][1]] += 1
        return dict(found)
    people = holder.people
    if people is not None:
        people = tuple(person for person in people if holder.counts(person, days.seen))
    return summed(stock_on(store, days.seen, holder.person), people)


def _add_standing(
    store: Store, holder: Holder, days: Days, rows: list[dict[str, Any]], stock: Mapping[str, int]
) -> None:
    """Tell what stands rather than what was done (7.4 B: 留存意向, 保有): on the last day seen, and on the eve."""
    standing = {row["metric"]: row for row in rows if row["metric"] in STANDING}
    if not standing or days.seen < days.first:
        return
    eve = days.first - timedelta(days=1)
    before = summed(stock_on(store, eve, holder.person), holder.people)
    owners = summed(owners_on(store, days.seen, holder.person), holder.people)
    owned = summed(owners_on(store, eve, holder.person), holder.people)
    for metric, row in standing.items():
        if metric == "OWNERS":
            now, then = sum(owners.values()), sum(owned.values())
        else:
            now, then = stock.get(metric[-1], 0), before.get(metric[-1], 0)
        target = None if row["target"] is None else Decimal(row["target"])
        reached = attainment(now, target)
        row |= {
            "actual": now, "last": then, "so_far": row["target"], "attainment": _text(reached),
            "progress": _text(reached), "colour": colour(reached),
            "diff": None if target is None else _text(now - target),
            "weeks": [{"plan": None, "actual": None} for _week in row["weeks"]],
        }  # fmt: skip


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


TARGET_PLAN = FormFigures("F-TGT-1", "month", True, compute, of_store="totals")
