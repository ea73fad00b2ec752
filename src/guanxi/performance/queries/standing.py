"""Who looked after which customers at which level at the end of a past day: today's cards, told backwards."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from guanxi.cadence.models import FormerDueDate, LevelChange, Task
from guanxi.cadence.rules.levels import LIVE
from guanxi.customers.models import Customer, Transfer
from guanxi.deals.models import Order
from guanxi.organization.models import Store, User
from guanxi.performance.rules.periods import day, start_of

Counts = dict[int, dict[str, int]]


@dataclass(frozen=True)
class Evening:
    """Where a store, or one consultant, stood at the end of a day: open customers and owners by consultant, and who
    had the cards that were handed over since."""

    stock: Counts
    owners: Counts
    givers: dict[int, int | None]


def evening_of(store: Store, on: date, person: User | None = None) -> Evening:
    """The evening of ``on``; a fixed number of queries."""
    after = start_of(day(on).next_day, store.timezone)
    return Evening(stock_on(store, on, person), owners_on(store, on, person), givers_since(store, after))


def levels_on(store: Store, on: date, person: User | None = None) -> dict[int, tuple[int, str]]:
    """Card → (its consultant, its level) of every card that was open at the end of ``on``; three queries.

    Today's cards, with every later level change and transfer undone; ``person`` narrows it to one consultant."""
    after = start_of(day(on).next_day, store.timezone)
    owners = givers_since(store, after)
    rows = Customer.objects.filter(store=store, created_at__lt=after)
    changes = LevelChange.objects.filter(
        customer__store=store, state=LevelChange.State.IN_FORCE, on__gt=on
    ).order_by("on", "id")
    if person is not None:
        given = [pk for pk, giver in owners.items() if giver == person.pk]
        rows = rows.filter(Q(owner=person) | Q(pk__in=given))
        changes = changes.filter(Q(customer__owner=person) | Q(customer__in=given))
    later: dict[int, str] = {}
    for pk, level in changes.values_list("customer_id", "from_level"):
        later.setdefault(pk, level)
    open_then = rows.live() | rows.filter(pk__in=[pk for pk, level in later.items() if level in LIVE])
    found = {}
    for pk, owner_now, level_now in open_then.values_list("pk", "owner_id", "level").order_by():
        owner, level = owners.get(pk, owner_now), later.get(pk, level_now)
        if owner is not None and level in LIVE and (person is None or owner == person.pk):
            found[pk] = (owner, level)
    return found


def givers_since(store: Store, instant: datetime) -> dict[int, int | None]:
    """Card → its consultant at ``instant``, of the cards handed over since; one query."""
    found: dict[int, int | None] = {}
    transfers = Transfer.objects.filter(customer__store=store, at__gte=instant).order_by("at", "id")
    for pk, giver in transfers.values_list("customer_id", "from_owner_id"):
        found.setdefault(pk, giver)
    return found


def overdue_on(store: Store, on: date, until: datetime | None = None) -> set[int]:
    """Cards whose follow-up was due before ``on`` and not done by its evening, as far as it was recorded before
    ``until``; two queries."""
    after = start_of(day(on).next_day, store.timezone)
    tasks = Task.objects.filter(store=store, created_at__lt=after).follow_ups()
    waiting = Q(status=Task.Status.OPEN) | Q(done_on__gt=on)
    if until is not None:
        waiting |= Q(done_interaction__recorded_at__gte=until)
    tasks = tasks.filter(waiting)
    due = {
        pk: (card, due_on) for pk, card, due_on in tasks.values_list("pk", "customer_id", "due_on").order_by()
    }
    moved = FormerDueDate.objects.filter(task__store=store, until__gte=after).order_by("-until", "-id")
    for task, former in moved.values_list("task_id", "due_on"):
        if task in due:
            due[task] = (due[task][0], former)
    return {card for card, due_on in due.values() if due_on < on}


def stock_on(store: Store, on: date, person: User | None = None) -> Counts:
    """Consultant → open customers by level at the end of ``on``."""
    return counted(levels_on(store, on, person))


def counted(standing: dict[int, tuple[int, str]]) -> Counts:
    """What ``levels_on`` answers, counted by consultant and level."""
    found: Counts = defaultdict(lambda: defaultdict(int))
    for owner, level in standing.values():
        found[owner][level] += 1
    return found


def owners_on(store: Store, on: date, person: User | None = None) -> Counts:
    """Consultant → owners by kind at the end of ``on``; who took their first car of ours later is left out."""
    found: Counts = defaultdict(lambda: defaultdict(int))
    after = start_of(day(on).next_day, store.timezone)
    delivered_later = set(
        Order.objects.filter(store=store, delivered_on__gt=on).values_list("customer_id", flat=True)
    )
    delivered_before = set(
        Order.objects.filter(
            store=store, customer__in=delivered_later, delivered_on__lte=on
        ).values_list("customer_id", flat=True)
    )  # fmt: skip
    rows = Customer.objects.filter(store=store, owner__isnull=False, created_at__lt=after).exclude(
        owner_kind=""
    )
    if person is not None:
        rows = rows.filter(owner=person)
    for pk, owner, kind in rows.order_by().values_list("pk", "owner_id", "owner_kind"):
        if kind == "OWN_SALE" and pk in delivered_later and pk not in delivered_before:
            continue
        found[owner][kind] += 1
    return found


def summed(counts: Counts, people: Iterable[int] | None = None) -> dict[str, int]:
    """The counts of these people together, of everybody when not told whom."""
    total: dict[str, int] = defaultdict(int)
    for person in counts if people is None else people:
        for code, count in counts.get(person, {}).items():
            total[code] += count
    return dict(total)
