"""What a judged card still lacks, due within 24 hours: evidence (R-LVL-01), the intent block (R-CUS-08)."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer, Intent
from guanxi.lib.dates import next_open
from guanxi.organization.acts import Act, leave_trace

GAP_RULES = {Task.Kind.EVIDENCE: "R-LVL-01", Task.Kind.CARD: "R-CUS-08"}


def settle_gap(act: Act, customer: Customer, known: Sequence[Task], kind: str, missing: bool) -> list[Task]:
    """The tasks to write so that a gap has its one task and a closed gap none; unsaved tasks are new.

    ``known`` are the card's tasks of this kind, whatever their status: a level asks once, so a task somebody
    ticked off does not come back before the level changes.
    """
    waiting = [task for task in known if task.status == Task.Status.OPEN]
    if not missing:
        for task in waiting:
            task.status = Task.Status.DONE if customer.is_open else Task.Status.CANCELLED
            task.done_on, task.version = act.on, task.version + 1
        return waiting
    origin = f"{customer.level} {customer.level_since}"
    if waiting or any(task.origin == origin for task in known):
        return []
    tomorrow = act.on + timedelta(days=1)
    return [
        Task(
            customer=customer,
            store_id=customer.store_id,
            owner_id=customer.owner_id,
            kind=kind,
            source_rule=GAP_RULES[Task.Kind(kind)],
            origin=origin,
            due_on=next_open(tomorrow, act.store.calendar.is_closed),
            created_at=act.at,
        )
    ]


@transaction.atomic
def close_filled_blocks(act: Act, customer_ids: Sequence[int]) -> int:
    """Finish the R-CUS-08 tasks of cards whose intent block has been completed; returns how many.

    The block is edited in ``customers``, which knows no tasks: call this after an edit, and each night.
    """
    tasks = Task.objects.open().filter(
        kind=Task.Kind.CARD, customer__in=customer_ids, customer__store=act.store
    )
    intents = Intent.objects.filter(customer__in=customer_ids)
    complete = {row.customer_id for row in intents if row.is_complete}
    done = [task for task in tasks.select_for_update(of=("self",)) if task.customer_id in complete]
    leave_trace(
        act.entry("task_status", task, customer=task.customer_id, changes={"status": [task.status, "DONE"]})
        for task in done
    )
    Task.objects.filter(pk__in=[task.pk for task in done]).update(status=Task.Status.DONE, done_on=act.on)
    return len(done)
