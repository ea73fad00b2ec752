"""The effectiveness of each consultant's month, and whether the levels they called held (F-EFF-1, R-TEAM-05)."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.customers.models import Customer
from guanxi.deals.models import Order
from guanxi.lib.money import ratio
from guanxi.organization.models import Store, User
from guanxi.performance.models import MonthComment
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.actuals import Actuals, actuals
from guanxi.performance.queries.people import people_of
from guanxi.performance.queries.standing import (
    Counts,
    counted,
    givers_since,
    levels_on,
    overdue_on,
    owners_on,
    stock_on,
)
from guanxi.performance.queries.targets import Sheet, done_by, pro_rated_sheet, sheet_of
from guanxi.performance.queries.teams import shares_there
from guanxi.performance.rules.effectiveness import JUDGED, Call, Held, calibration, ranks, score, weighed
from guanxi.performance.rules.periods import Days, start_of
from guanxi.performance.rules.targets import Month, attainment
from guanxi.prospecting.models import Visit
from guanxi.prospecting.rules.metrics import defeat_rate, filing_rate

ACTIVITIES = ("MANAGE", "PUSH", "DEVELOP")
RESULTS = ("DEPOSITS", "DELIVERIES", "INSURANCE_NEW", "INSURANCE_RENEW")
# 17.4: where new customers come from; calls are told apart by the register.
WAYS = {"S": "WALKIN", "P": "WALKIN", "B": "BASE", "R": "BASE", "I": "INFORMATION", "E": "INFORMATION"}
CALIBRATED_DAYS = 180


@dataclass(frozen=True)
class MonthRead:
    """Everything of one month of a store, read once for all its people."""

    done: Actuals
    sheet: Sheet
    month: Month
    days: Days
    before: Counts
    stock: Counts
    owners: Counts
    healthy: dict[int, tuple[int, int]]
    follow: dict[int, tuple[int, int]]
    losses: dict[int, int]
    # Person → first visits filed, not filed, with a card already.
    filing: dict[int, tuple[int, int, int]]
    ways: dict[int, Counter[str]]
    comments: dict[int, str]


def effectiveness_figures(store: Store, people: Sequence[User], days: Days) -> dict[str, Any]:
    """A row for each person in JSON shapes, ranked among themselves; a fixed number of queries."""
    read = _read(store, people, days)
    rows = [_row(store, person, read) for person in people]
    places = ranks([
        (None if row["score"] is None else Decimal(row["score"]), row["work_days"]) for row in rows
    ])  # fmt: skip
    for row, place in zip(rows, places, strict=True):
        row["rank"] = place
    return {"month": f"{days.first:%Y-%m}", "work_days": len(read.month.worked), "rows": rows}


def _read(store: Store, people: Sequence[User], days: Days) -> MonthRead:
    givers = givers_since(store, start_of(days.after_seen, store.timezone))
    standing, late = levels_on(store, days.seen), overdue_on(store, days.seen, days.until)
    healthy: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for card, (owner, level) in standing.items():
        if level in JUDGED:
            healthy[owner][0] += card not in late
            healthy[owner][1] += 1
    due = Task.objects.filter(store=store, due_on__range=(days.first, days.seen)).follow_ups()
    due = due.exclude(status=Task.Status.CANCELLED).order_by()
    timely = Q(done_on__lte=F("due_on"))
    if days.until is not None:
        timely &= Q(done_interaction__recorded_at__lt=days.until)
    if not days.over:
        # What is due today is not late yet.
        due = due.exclude(status=Task.Status.OPEN, due_on=days.as_of)
    follow: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    handed = {"customer__in": list(givers)}
    counted_due = due.exclude(**handed).values_list("owner_id").annotate(
        timely=Count("pk", filter=timely), all=Count("pk")
    )  # fmt: skip
    for owner, in_time, every in counted_due:
        follow[owner or 0] = [in_time, every]
    # Of a card handed over since, the follow-up was its giver's.
    for card, in_time in (
        due.filter(**handed)
        .annotate(in_time=ExpressionWrapper(timely, BooleanField()))
        .values_list("customer_id", "in_time")
    ):
        holder = follow[givers[card] or 0]
        holder[0] += bool(in_time)
        holder[1] += 1
    lost = LossReport.objects.of_cards().filter(
        store=store, state=LossReport.State.APPROVED, decided_on__range=(days.first, days.seen)
    )
    losses: Counter[int] = Counter()
    for applied_by, owner in lost.values_list("applied_by_id", "customer__owner_id"):
        losses[applied_by or owner or 0] += 1
    firsts = ("FIRST_FILED", "FIRST_NOT_FILED", "FIRST_WITH_CARD")
    came = Visit.objects.filter(store=store, visit_type__in=firsts).came()
    filing = came.between(days.first, days.seen).counted().order_by().values_list("consultant_id").annotate(
        **{kind.lower(): Count("pk", filter=Q(visit_type=kind)) for kind in firsts}
    )  # fmt: skip
    comments = MonthComment.objects.filter(user__in=people, month=days.month)
    month = Month.of(days.first, store.calendar.is_closed)
    return MonthRead(
        done=actuals(store, days),
        sheet=pro_rated_sheet(sheet_of(store, days.first, days.as_of), shares_there(store, month)),
        month=month,
        days=days,
        before=stock_on(store, days.first - timedelta(days=1)),
        stock=counted(standing),
        owners=owners_on(store, days.seen),
        healthy={owner: (fine, every) for owner, (fine, every) in healthy.items()},
        follow={owner: (in_time, every) for owner, (in_time, every) in follow.items()},
        losses=losses,
        filing={pk or 0: tuple(counts) for pk, *counts in filing},  # type: ignore[misc]
        ways=_ways(store, days, givers),
        comments=dict(comments.values_list("user_id", "comment")),
    )


def _ways(store: Store, days: Days, givers: Mapping[int, int | None]) -> dict[int, Counter[str]]:
    """New cards of the month, of whoever had them at its end, by where they came from."""
    first, after = start_of(days.first, store.timezone), start_of(days.after_seen, store.timezone)
    rows = Customer.objects.filter(store=store, card_created_at__gte=first, card_created_at__lt=after)
    rows = rows.exclude(card_type="OWNER", level="")
    called = set(
        Visit.objects.filter(store=store, kind=Visit.Kind.PHONEIN, on__range=(days.first, days.seen))
        .exclude(customer=None)
        .values_list("customer_id", flat=True)
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, owner, source in rows.order_by().values_list("pk", "owner_id", "source_code"):
        found[givers.get(pk, owner) or 0]["PHONEIN" if pk in called else WAYS.get(source, "DEVELOPED")] += 1
    return found


def _row(store: Store, person: User, read: MonthRead) -> dict[str, Any]:
    pk, settings = person.pk, store.playbook.settings
    count = {metric: done_by(read.done, metric, [pk]) for metric in read.done}

    def reached(*metrics: str) -> Decimal | None:
        targets = [read.sheet.values.get(("USER", pk, metric)) for metric in metrics]
        known = [
            (count.get(metric), target) for metric, target in zip(metrics, targets, strict=True)
            if target is not None and count.get(metric) is not None
        ]  # fmt: skip
        return attainment(sum(done or 0 for done, _t in known), sum((t for _d, t in known), Decimal(0)))

    results = weighed((settings.eff_results[metric], reached(metric)) for metric in RESULTS)  # type: ignore[index]
    attained = {
        "STOCK": ratio(*read.healthy.get(pk, (0, 0))),
        "NEW": weighed((1, reached(metric)) for metric in ("CARDS", "FILED")),
        "ACTIVITY": reached(*ACTIVITIES),
        "RESULTS": results,
    }
    follow = ratio(*read.follow.get(pk, (0, 0)))
    # Without any target of their own the stock alone would be the score.
    targeted = any(attained[group] is not None for group in ("NEW", "ACTIVITY", "RESULTS"))
    points = score(attained, dict(settings.eff_weights), follow) if targeted else None  # type: ignore[arg-type]
    firsts = read.filing.get(pk, (0, 0, 0))
    orders, cards, valid = count.get("ORDERS") or 0, count.get("CARDS") or 0, count.get("VALID") or 0
    carried = sum(read.before.get(pk, {}).get(level, 0) for level in "HABC")
    joined, left = store.local_date(person.joined_at), person.left_on or read.days.seen
    return {
        "person_id": pk,
        "person": str(person),
        "team": str(person.team or ""),
        "stock": {level: read.stock.get(pk, {}).get(level, 0) for level in "HABC"},
        "owners": {kind: read.owners.get(pk, {}).get(kind, 0) for kind in ("OWN_SALE", "OTHER_SALE")},
        "new": {way: read.ways.get(pk, Counter())[way]
                for way in ("WALKIN", "PHONEIN", "BASE", "INFORMATION", "DEVELOPED")},
        "cards": cards,
        "filing": _text(filing_rate(*firsts, settings.rate_filing)),
        "activity": {metric: count.get(metric) or 0 for metric in ACTIVITIES},
        "touches": count.get("TOUCHES") or 0,
        "valid": valid,
        "drives": count.get("TEST_DRIVE") or 0,
        "deposits": count.get("DEPOSITS") or 0,
        "orders": orders,
        "deliveries": count.get("DELIVERIES") or 0,
        "close_rate": _text(ratio(orders, cards + carried)),
        "defeat_rate": _text(defeat_rate(read.losses.get(pk, 0), cards, carried, settings.rate_defeat)),
        "reach_rate": _text(ratio(valid, count.get("TOUCHES") or 0)),
        "contacts_per_order": _text(ratio(valid, orders)),
        "follow_rate": _text(follow),
        "attained": {group: _text(value) for group, value in attained.items()},
        "work_days": sum(joined <= on <= min(left, read.days.seen) for on in read.month.worked),
        "score": _text(points),
        "comment": read.comments.get(pk, ""),
        # Of how many cases the rates tell.
        "cases": {"reach_rate": count.get("TOUCHES") or 0, "filing": sum(firsts),
                  "close_rate": cards + carried, "follow_rate": read.follow.get(pk, (0, 0))[1]},
    }  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def level_calls(store: Store, first: date, last: date, owners: Iterable[int] | None = None) -> list[Call]:
    """Every time somebody called a customer H, A or B between the days, with the first order from then on."""
    rows = LevelChange.objects.filter(
        customer__store=store, state=LevelChange.State.IN_FORCE, to_level__in=JUDGED, on__range=(first, last)
    ).exclude(kind__in=[LevelChange.Kind.DOWNGRADE, LevelChange.Kind.CANCELLED_ORDER])
    # Confirming a level is no second call of it.
    rows = rows.exclude(from_level=F("to_level")).order_by("on", "id")
    if owners is not None:
        rows = rows.filter(customer__owner__in=list(owners))
    orders: dict[int, list[date]] = defaultdict(list)
    for pk, on in Order.objects.filter(store=store, ordered_on__gte=first).order_by("ordered_on").values_list(
        "customer_id", "ordered_on"
    ):  # fmt: skip
        orders[pk].append(on)
    found = []
    for pk, owner, level, on in rows.values_list("customer_id", "customer__owner_id", "to_level", "on"):
        days = orders.get(pk, [])
        place = bisect_left(days, on)
        found.append(Call(owner or 0, level, on, days[place] if place < len(days) else None))
    return found


def levels_held(store: Store, until: date) -> dict[tuple[int, str], Held]:
    """The calls of the half year before ``until``, judged by what stood on that day; two queries."""
    calls = level_calls(store, until - timedelta(days=CALIBRATED_DAYS), until)
    return calibration(calls, dict(store.playbook.settings.level_windows), until)  # type: ignore[arg-type]


def compute(about: About) -> dict[str, Any]:
    """F-EFF-1: the store's consultants in one sheet."""
    people = people_of(about.store, about.days).select_related("team").order_by("team_id", "pk").distinct()
    return effectiveness_figures(about.store, list(people), about.days) | {"person": ""}


def of_one(figures: dict[str, Any], person: User) -> dict[str, Any] | None:
    """One person's row of the store's sheet, with their place among all; None without one."""
    rows = [row for row in figures["rows"] if row["person_id"] == person.pk]
    return figures | {"rows": rows, "person": str(person)} if rows else None


EFFECTIVENESS = FormFigures("F-EFF-1", "month", True, compute, part_of=of_one)
