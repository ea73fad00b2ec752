"""A changed setting or closed day takes effect: dates that came from the rule are reckoned anew (R-FUP-01…03)."""

from datetime import date
from typing import Any

from django.db import transaction

from guanxi.cadence.models import FormerDueDate, Task
from guanxi.cadence.queries.playbook_effects import moved_tasks, open_card_ids, rules_of
from guanxi.cadence.rules.recomputing import Rules
from guanxi.customers.models import Customer
from guanxi.customers.operations.standing import save_standing
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store
from guanxi.organization.operations.calendars import set_day
from guanxi.organization.operations.playbooks import set_override
from guanxi.organization.rows import insert_rows


@transaction.atomic
def apply_setting(act: Act, key: str, value: Any, version: int) -> int:
    """Put a setting in force for the actor's store and move what it moves. Returns how many dates moved.

    Raises SettingRefused, StaleEdit.
    """
    before = rules_of(act.store)
    return reschedule(act, set_override(act, key, value, version), before, reason=key)


@transaction.atomic
def apply_day(act: Act, on: date, is_closed: bool, note: str) -> int:
    """Close or open a day of the actor's store and move the dates on it. Returns how many dates moved.

    Raises CalendarRefused.
    """
    before = rules_of(act.store)
    return reschedule(act, set_day(act, on, is_closed, note), before, reason=on.isoformat())


@transaction.atomic
def reschedule(act: Act, store: Store, before: Rules, *, reason: str) -> int:
    """Move every date of the store that ``before`` explains to where its rules put it now. Dates agreed with
    customers stay. One audit row per card. Returns how many dates moved."""
    after = rules_of(store)
    if (after.playbook, after.calendar) == (before.playbook, before.calendar):
        return 0
    count = 0
    for ids in open_card_ids(store):
        # Cards first, then their tasks: the order in which every operation locks.
        cards = {
            row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        }
        moved = moved_tasks(ids, before, after, lock=True)
        trace, former = [], []
        for one in moved:
            task, card = one.task, cards[one.task.customer_id]
            trace.append(
                act.entry(
                    "follow_up_moved",
                    card,
                    customer=card.pk,
                    reason=reason,
                    changes={"due_on": [task.due_on.isoformat(), one.due_on.isoformat()]},
                )
            )
            if task.due_on != one.due_on:
                count += 1
                former.append(FormerDueDate(task=task, due_on=task.due_on, until=act.at))
            task.due_on, task.retry_on, card.next_due_on = one.due_on, one.retry_on, one.due_on
            task.version += 1
        Task.objects.bulk_update(
            [one.task for one in moved], ["due_on", "retry_on", "version"], batch_size=100
        )
        insert_rows(former)
        save_standing([cards[one.task.customer_id] for one in moved], ["next_due_on"])
        leave_trace(trace)
    return count
