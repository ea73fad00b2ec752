"""What the daily reports of a person say before they are handed in: the days read together, each told of the same
rows (R-DAY-02)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q

from guanxi.cadence.models import Interaction, Task
from guanxi.cadence.models.contacts import InteractionQuerySet
from guanxi.cadence.queries.due import ASKED_FIRST, by_urgency
from guanxi.cadence.rules.levels import LIVE
from guanxi.customers.models import Phone
from guanxi.lib.dates import next_open
from guanxi.lib.phones import mask_phone
from guanxi.organization.models import Store, User
from guanxi.performance.queries.standing import cards_since, owners_since
from guanxi.performance.rules.daily_reports import (
    FollowUp,
    PlannedTask,
    ReportRow,
    before_day,
    footers,
    origin,
    plan,
)
from guanxi.performance.rules.periods import start_of
from guanxi.performance.rules.standing import CardsSince, at_end_of

DAY = timedelta(days=1)
# Columns rather than cards: cards are wide, and a month close reads thousands of contacts and tasks.
PRINTED = (
    "on", "customer_id", "purpose", "method", "content", "is_valid", "level_before", "level_after", "customer__name",
    "customer__channel", "customer__card_created_at", "customer__created_at", "customer__intent__product__name",
)  # fmt: skip
PLANNED = (
    "customer_id", "owner_id", "created_at", "due_on", "retry_on", "status", "done_on", "kind", "customer__name",
    "customer__intent__product__name", "customer__level",
)  # fmt: skip


def touches(person: User, store: Store, until: datetime | None = None) -> InteractionQuerySet:
    """What a person did themselves, as far as it was recorded before ``until``."""
    return Interaction.objects.filter(by=person, store=store).by_hand().known_by(until)


def generated(person: User, store: Store, on: date) -> dict[str, Any]:
    """The figures of the day in JSON shapes, as they stand now; a fixed number of queries."""
    return generated_days(person, store, [on])[on]


def generated_days(
    person: User, store: Store, days: Sequence[date], until: datetime | None = None
) -> dict[date, dict[str, Any]]:
    """The figures of each of ``days``, of contacts recorded before ``until``; a fixed number of queries, however
    many the days."""
    if not days:
        return {}
    first, last = min(days), max(days)
    rows, counts = _rows(person, store, first, last, until), _counts(person, store, first, last, until)
    cards, owners = cards_since(store, first, last, person), owners_since(store, first, last, person)
    tasks = _tasks(person, store, first, last, cards)

    def told(on: date) -> dict[str, Any]:
        def is_mine(task: PlannedTask) -> bool:
            return at_end_of(on, cards.handed.get(task.customer_id, ()), task.owner) == person.pk

        stock, owned = cards.stock(on, person.pk), owners.on(on).get(person.pk, Counter())
        return {
            "rows": [row.told() for row in rows[on]],
            "plan": plan(tasks, on, next_open(on + DAY, store.calendar.is_closed), is_mine),
            **footers(rows[on], before_day(counts, on), stock, owned),
        }

    return {on: told(on) for on in days}


def _counts(
    person: User, store: Store, first: date, last: date, until: datetime | None
) -> dict[date, tuple[int, int]]:
    """Day → (rows, valid contacts), from the beginning of the month of ``first``."""
    made = touches(person, store, until).between(first.replace(day=1), last).order_by()
    counted = made.values_list("on").annotate(rows=Count("pk"), valid=Count("pk", filter=Q(is_valid=True)))
    return {on: (rows, valid) for on, rows, valid in counted}


def _rows(
    person: User, store: Store, first: date, last: date, until: datetime | None
) -> dict[date, list[ReportRow]]:
    """Day → its touches in order; three queries."""
    local = lru_cache(maxsize=None)(store.local_date)
    made = touches(person, store, until).between(first, last)
    due = Task.objects.follow_ups().filter(
        Q(status=Task.Status.OPEN) | Q(done_on__gte=first),
        customer__in=made.order_by().values("customer"),
        due_on__lte=last,
        created_at__lt=start_of(last, store.timezone),
    )
    planned: dict[int, list[FollowUp]] = defaultdict(list)
    columns = ("customer_id", "created_at", "due_on", "status", "done_on")
    for pk, created_at, due_on, status, done_on in due.order_by().values_list(*columns):
        ended_on = None if status == Task.Status.OPEN else done_on
        planned[pk].append(FollowUp(local(created_at), due_on, ended_on))
    printed = list(made.order_by("at", "id").values(*PRINTED))
    numbers = masked_numbers([one["customer_id"] for one in printed])
    rows: dict[date, list[ReportRow]] = defaultdict(list)
    for one, phone in zip(printed, numbers, strict=True):
        on, pk, level = one["on"], one["customer_id"], one["level_before"]
        opened_on = local(one["customer__card_created_at"] or one["customer__created_at"])
        rows[on].append(ReportRow(
            customer_id=pk,
            name=one["customer__name"],
            model=one["customer__intent__product__name"] or "",
            phone=phone,
            planned=any(task.was_planned(on) for task in planned.get(pk, ())),
            channel=one["customer__channel"],
            purpose=one["purpose"],
            level_before=level,
            level_after=one["level_after"],
            method=one["method"],
            origin=origin(opened_on, on, is_open=level in LIVE),
            reached=one["is_valid"],
            course=one["content"],
        ))  # fmt: skip
    return rows


def masked_numbers(customer_ids: Sequence[int]) -> list[str]:
    """The first number of each card, masked (R-PRM-05); one query."""
    numbers: dict[int, str] = {}
    rows = Phone.objects.filter(customer__in=set(customer_ids)).order_by("-is_primary", "id")
    for pk, number in rows.values_list("customer_id", "normalized"):
        numbers.setdefault(pk, number)
    masked = {pk: mask_phone(number) for pk, number in numbers.items()}
    return [masked.get(pk, "") for pk in customer_ids]


def _tasks(person: User, store: Store, first: date, last: date, cards: CardsSince) -> list[PlannedTask]:
    """What the evenings may ask the person for, in the order of Today; two queries."""
    local = lru_cache(maxsize=None)(store.local_date)
    rows = Task.objects.filter(
        Q(owner=person) | Q(customer__in=cards.given_by(person.pk)),
        Q(status=Task.Status.OPEN) | Q(done_on__gt=first),
        store=store,
        created_at__lt=start_of(last + DAY, store.timezone),
    ).due_by(next_open(last + DAY, store.calendar.is_closed))
    beside = rows.exclude(kind=Task.Kind.FOLLOW_UP).order_by(ASKED_FIRST, "due_on", "id")
    found = []
    for pk, owner, created_at, due_on, retry_on, status, done_on, kind, name, model, level in (
        *by_urgency(rows.follow_ups()).values_list(*PLANNED), *beside.values_list(*PLANNED),
    ):  # fmt: skip
        told = {
            "customer_id": pk,
            "name": name,
            "model": model or "",
            "level": level,
            "due_on": due_on.isoformat(),
        }
        ended_on = None if status == Task.Status.OPEN else done_on
        instruction = kind == Task.Kind.INSTRUCTION
        found.append(PlannedTask(pk, owner, local(created_at), due_on, retry_on, ended_on, instruction, told))
    return found
