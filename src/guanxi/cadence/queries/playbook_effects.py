"""What another setting or closed day would change, reckoned before it does. Nothing here writes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guanxi.cadence.models import EvidenceTick, LevelChange, Task
from guanxi.cadence.rules.follow_ups import ladder_step
from guanxi.cadence.rules.levels import LevelFacts, suggest_level
from guanxi.cadence.rules.recomputing import Rules, StandingDate, recomputed, retry_on_open_day
from guanxi.customers.models import Customer, Intent, late_on
from guanxi.organization.models import Store
from guanxi.playbooks.definitions import Playbook

PLANNED = ("R-FUP-01", "R-FUP-03")
BATCH = 500


@dataclass(frozen=True)
class Change:
    """One card that would stand otherwise: a date, a suggested level or a step of the ladder."""

    customer_id: int
    level: str
    before: str | date | int
    after: str | date | int


@dataclass(frozen=True)
class MovedTask:
    task: Task
    due_on: date
    retry_on: date | None


def rules_of(store: Store) -> Rules:
    return Rules(store.playbook, store.calendar)


def open_card_ids(store: Store) -> Iterator[list[int]]:
    """The open cards of a store in order of their ids, in batches."""
    last = 0
    while True:
        rows = Customer.objects.live().filter(store=store, pk__gt=last).order_by("pk")
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def moved_tasks(
    customer_ids: Sequence[int], now: Rules, then: Rules, *, lock: bool = False
) -> list[MovedTask]:
    """The follow-ups of these cards whose date, or retry, differs under ``then``. A date that a person agreed
    with the customer stays, whatever the rule says."""
    tasks = Task.objects.follow_ups().open().filter(customer__in=customer_ids)
    rows = tasks.select_related("customer__store").order_by("customer_id")
    changes = _level_changes(customer_ids)
    found = []
    for task in rows.select_for_update(of=("self",)) if lock else rows:
        due_on = task.due_on
        if not task.is_agreed and task.source_rule in PLANNED:
            due_on = recomputed(_standing(task, changes.get(task.customer_id)), now, then)
        retry_on = retry_on_open_day(task.retry_on, then)
        if (due_on, retry_on) != (task.due_on, task.retry_on):
            found.append(MovedTask(task, due_on, retry_on))
    return found


def moved_dates(store: Store, now: Rules, then: Rules) -> list[Change]:
    """Open follow-ups that would get another date (``cadence.*`` settings, closed days)."""
    return [
        Change(moved.task.customer_id, moved.task.customer.level, moved.task.due_on, moved.due_on)
        for ids in open_card_ids(store)
        for moved in moved_tasks(ids, now, then)
        if moved.due_on != moved.task.due_on
    ]


def agreed_on(store: Store, on: date) -> int:
    """How many dates agreed with customers fall on ``on``; they stay there."""
    return Task.objects.follow_ups().open().filter(store=store, due_on=on, is_agreed=True).count()


def changed_suggestions(store: Store, now: Playbook, then: Playbook, today: date) -> list[Change]:
    """Open cards for which the facts would suggest another level (``level.*`` settings). The levels in force
    stay until somebody judges anew."""
    found = []
    for ids in open_card_ids(store):
        for pk, level, facts in _facts(ids):
            before, after = suggest_level(facts, today, now).level, suggest_level(facts, today, then).level
            if before != after:
                found.append(Change(pk, level, before, after))
    return found


def moved_on_ladder(store: Store, now: Playbook, then: Playbook, today: date) -> list[Change]:
    """Late cards that would stand on another step (``overdue.ladder``)."""
    late = Customer.objects.live().filter(late_on(today), store=store).order_by("next_due_on", "pk")
    found = []
    for pk, level, due_on in late.values_list("pk", "level", "next_due_on").iterator(chunk_size=2000):
        days = (today - due_on).days  # type: ignore[operator]
        before, after = ladder_step(level, days, now), ladder_step(level, days, then)
        if before != after:
            found.append(Change(pk, level, before, after))
    return found


def _level_changes(customer_ids: Sequence[int]) -> dict[int, tuple[str, date]]:
    """Card → (level before, day) of the latest change of its level."""
    rows = LevelChange.objects.filter(customer__in=customer_ids, state=LevelChange.State.IN_FORCE).order_by(
        "id"
    )
    return {
        pk: (old, on)
        for pk, old, new, on in rows.values_list("customer_id", "from_level", "to_level", "on")
        if old != new
    }


def _standing(task: Task, change: tuple[str, date] | None) -> StandingDate:
    card = task.customer
    days = (card.last_contact_on, card.level_since, card.store.local_date(task.created_at))
    old_level, changed_on = change or ("", None)
    return StandingDate(
        task.source_rule, card.level, task.due_on, tuple(day for day in days if day), card.last_contact_on,
        old_level, changed_on,
    )  # fmt: skip


def _facts(customer_ids: Sequence[int]) -> Iterator[tuple[int, str, LevelFacts]]:
    ticks: dict[int, set[str]] = defaultdict(set)
    seen = EvidenceTick.objects.filter(customer__in=customer_ids, withdrawn_at__isnull=True)
    for pk, code in seen.values_list("customer_id", "code"):
        ticks[pk].add(code)
    intents = {row.customer_id: row for row in Intent.objects.filter(customer__in=customer_ids)}
    for pk, level, status in Customer.objects.filter(pk__in=customer_ids).values_list(
        "pk", "level", "intent_status"
    ):
        intent = intents.get(pk)
        yield pk, level, LevelFacts(
            expected_close_on=intent.expected_close_on if intent else None,
            ticked=frozenset(ticks[pk]),
            deposit=(intent.deposit_held if intent else None) or Decimal(0),
            ordered=status == Customer.IntentStatus.ORDERED,
        )  # fmt: skip
