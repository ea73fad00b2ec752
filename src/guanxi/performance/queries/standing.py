"""Who looked after which customers at which level at the end of a past day: today's cards, told backwards."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Min, Q, QuerySet

from guanxi.cadence.models import FormerDueDate, LevelChange, Task
from guanxi.cadence.rules.levels import LIVE
from guanxi.customers.models import Customer, Transfer
from guanxi.deals.models import Order
from guanxi.organization.models import Store, User
from guanxi.performance.rules.periods import day, start_of
from guanxi.performance.rules.standing import CardsSince, OwnersSince

Counts = Mapping[int, Mapping[str, int]]


def cards_since(store: Store, first: date, last: date, person: User | None = None) -> CardsSince:
    """What tells of every evening from ``first`` to ``last``: of the store, or of the cards ``person`` had on one of
    them; four queries, three for one evening."""
    handed = hand_overs_since(store, start_of(day(first).next_day, store.timezone))
    rows = Customer.objects.filter(store=store)
    changes = LevelChange.objects.filter(
        customer__store=store, state=LevelChange.State.IN_FORCE, on__gt=first
    ).order_by("on", "id")
    if person is not None:
        given = [pk for pk, rest in handed.items() if any(giver == person.pk for _on, giver in rest)]
        rows = rows.filter(Q(owner=person) | Q(pk__in=given))
        changes = changes.filter(Q(customer__owner=person) | Q(customer__in=given))
    levels: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for pk, on, level in changes.values_list("customer_id", "on", "from_level"):
        levels[pk].append((on, level))
    rows = rows.filter(created_at__lt=start_of(day(last).next_day, store.timezone))
    were_open = [pk for pk, rest in levels.items() if any(level in LIVE for _on, level in rest)]
    rows = rows.live() | rows.filter(pk__in=were_open)
    cards = list(rows.values_list("pk", "owner_id", "level").order_by())
    return CardsSince(cards, levels, handed, _opened(rows, store, first, last))


def owners_since(store: Store, first: date, last: date, person: User | None = None) -> OwnersSince:
    """The owners of today, of the store or of ``person``, for every evening from ``first`` to ``last``; three
    queries, two for one evening."""
    rows = Customer.objects.filter(store=store, created_at__lt=start_of(day(last).next_day, store.timezone))
    rows = rows.filter(owner__isnull=False).exclude(owner_kind="")
    orders = Order.objects.filter(store=store)
    if person is not None:
        rows, orders = rows.filter(owner=person), orders.filter(customer__owner=person)
    since = orders.filter(delivered_on__gt=first)
    first_cars = orders.filter(customer__in=since.values("customer")).values_list("customer_id")
    cars = first_cars.annotate(on=Min("delivered_on")).filter(on__gt=first).order_by()
    cards = list(rows.values_list("pk", "owner_id", "owner_kind").order_by())
    return OwnersSince(cards, _opened(rows, store, first, last), dict(cars))


def _opened(rows: QuerySet[Customer], store: Store, first: date, last: date) -> dict[int, date]:
    """The days of the cards that came after ``first``; reading every card's would cost more than a second look."""
    if last == first:
        return {}
    came = rows.filter(created_at__gte=start_of(day(first).next_day, store.timezone)).order_by()
    return {pk: store.local_date(at) for pk, at in came.values_list("pk", "created_at")}


def levels_on(store: Store, on: date, person: User | None = None) -> dict[int, tuple[int, str]]:
    """Card → (its consultant, its level) of every card that was open at the end of ``on``; three queries.

    Today's cards, with every later level change and transfer undone; ``person`` narrows it to one consultant."""
    found = cards_since(store, on, on, person).on(on)
    return {pk: told for pk, told in found.items() if person is None or told[0] == person.pk}


def hand_overs_since(store: Store, instant: datetime) -> dict[int, list[tuple[date, int | None]]]:
    """Card → the days it was handed over since ``instant`` and by whom, in order; one query."""
    found: dict[int, list[tuple[date, int | None]]] = defaultdict(list)
    transfers = Transfer.objects.filter(customer__store=store, at__gte=instant).order_by("at", "id")
    for pk, giver, at in transfers.values_list("customer_id", "from_owner_id", "at"):
        found[pk].append((store.local_date(at), giver))
    return dict(found)


def givers_since(store: Store, instant: datetime) -> dict[int, int | None]:
    """Card → its consultant at ``instant``, of the cards handed over since; one query."""
    return {pk: handed[0][1] for pk, handed in hand_overs_since(store, instant).items()}


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
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for owner, level in standing.values():
        found[owner][level] += 1
    return found


def owners_on(store: Store, on: date, person: User | None = None) -> Counts:
    """Consultant → owners by kind at the end of ``on``; who took their first car of ours later is left out."""
    return owners_since(store, on, on, person).on(on)


def summed(counts: Counts, people: Iterable[int] | None = None) -> dict[str, int]:
    """The counts of these people together, of everybody when not told whom."""
    total: dict[str, int] = defaultdict(int)
    for person in counts if people is None else people:
        for code, count in counts.get(person, {}).items():
            total[code] += count
    return dict(total)
