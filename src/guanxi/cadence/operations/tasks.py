"""Tasks other domains derive, and finishing them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guanxi.cadence.models import Task
from guanxi.cadence.models.tasks import TaskQuerySet
from guanxi.customers.rules.opt_outs import may_be_called, may_be_contacted
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.refusals import Refused


class TaskRefused(Refused):
    """The task cannot be changed this way."""


@transaction.atomic
def open_tasks(act: Act, tasks: Sequence[Task]) -> int:
    """Store derived tasks; one that already exists (same card, kind, item and origin) is left as it is.

    Returns how many were new. The caller has made sure of access to the cards.
    """
    # A night derives the same tasks again and again: looking them up is cheaper than refusing them one by one.
    days = [task.due_on for task in tasks]
    known = set(
        Task.objects.filter(store=act.store, due_on__in=set(days), kind__in={task.kind for task in tasks})
        .exclude(origin="")
        .values_list("customer_id", "kind", "item", "origin")
    )
    fresh = [task for task in tasks if (task.customer_id, task.kind, task.item, task.origin) not in known]
    if not fresh:
        return 0
    for task in fresh:
        task.store, task.created_at = act.store, act.at
        if task.owner_id is None:
            task.owner_id = task.customer.owner_id
    before = Task.objects.filter(store=act.store).count()
    Task.objects.bulk_create(fresh, batch_size=200, ignore_conflicts=True)
    return Task.objects.filter(store=act.store).count() - before


@transaction.atomic
def finish_derived(act: Act, tasks: TaskQuerySet) -> None:
    """Mark those of ``tasks`` that are open as done, because what they asked for has happened. The caller has made
    sure of access to the cards."""
    for task in tasks.open().select_for_update(of=("self",)).order_by("pk"):
        _set_status(act, task, Task.Status.DONE, act.on)


@transaction.atomic
def reword_derived(act: Act, tasks: TaskQuerySet, word: Callable[[Task], dict[str, Any]]) -> bool:
    """Let the first open one of ``tasks`` say the item and note that ``word`` gives. False when none is open. The
    caller has made sure of access to the card."""
    task = tasks.open().select_for_update(of=("self",)).order_by("pk").first()
    if task is not None:
        _change(act, task, word(task), "task_changed")
    return task is not None


@transaction.atomic
def finish_task(act: Act, task_id: int) -> Task:
    """Mark a task other than the follow-up as done; a follow-up is done by recording a contact.

    Raises Task.DoesNotExist unless open and the actor may change its card.
    """
    assert act.by is not None
    rows = Task.objects.editable_by(act.by).open().exclude(kind=Task.Kind.FOLLOW_UP)
    task = rows.select_for_update(of=("self",)).get(pk=task_id)
    return _set_status(act, task, Task.Status.DONE, act.on)


@transaction.atomic
def reopen_task(act: Act, task_id: int) -> Task:
    """Undo ``finish_task``. Raises Task.DoesNotExist, TaskRefused where the customer refuses what it asks for
    meanwhile (R-PRM-08)."""
    assert act.by is not None
    rows = Task.objects.editable_by(act.by).filter(status=Task.Status.DONE).exclude(kind=Task.Kind.FOLLOW_UP)
    task = rows.select_for_update(of=("self",)).select_related("customer").get(pk=task_id)
    if _is_refused(task):
        raise TaskRefused(_("The customer refuses this now: it stays done."))
    return _set_status(act, task, Task.Status.OPEN, None)


@transaction.atomic
def change_action(act: Act, task_id: int, *, note: str, due_on: date, owner_id: int | None) -> Task:
    """Put other words, another day or another doer on an open action; the caller has made sure of what they may be.

    Raises Task.DoesNotExist unless it is open and the actor may change its card.
    """
    values = {"note": note, "due_on": due_on, "owner_id": owner_id}
    return _change(act, _open_action(act, task_id), values, "action_changed")


@transaction.atomic
def withdraw_action(act: Act, task_id: int) -> Task:
    """Give an open action up. Raises Task.DoesNotExist."""
    return _set_status(act, _open_action(act, task_id), Task.Status.CANCELLED, act.on)


def _open_action(act: Act, task_id: int) -> Task:
    assert act.by is not None
    rows = Task.objects.editable_by(act.by).open().filter(kind=Task.Kind.ACTION)
    return rows.select_for_update(of=("self",)).get(pk=task_id)


def _change(act: Act, task: Task, values: dict[str, Any], action: str) -> Task:
    if changes := changed_fields(task, values):
        for name in changes:
            setattr(task, name, values[name])
        task.version += 1
        task.save()
        leave_trace([act.entry(action, task, customer=task.customer_id, changes=changes)])
    return task


def _set_status(act: Act, task: Task, status: str, done_on: date | None) -> Task:
    leave_trace(
        [act.entry("task_status", task, customer=task.customer_id, changes={"status": [task.status, status]})]
    )
    task.status, task.done_on = status, done_on
    task.version += 1
    task.save()
    return task


@transaction.atomic
def withdraw_derived(act: Act, origin: str) -> int:
    """Give up what is still open of the tasks derived from ``origin`` in the act's store; returns how many.

    The caller has made sure that the actor may end what they were derived from.
    """
    rows = Task.objects.open().filter(store=act.store, origin=origin).exclude(kind=Task.Kind.FOLLOW_UP)
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for task in found:
        _set_status(act, task, Task.Status.CANCELLED, act.on)
    return len(found)


@transaction.atomic
def forget_derived(act: Act, origin: str) -> None:
    """``withdraw_derived``, after which the same may be derived from ``origin`` anew."""
    withdraw_derived(act, origin)
    rows = Task.objects.filter(store=act.store, origin=origin).exclude(kind=Task.Kind.FOLLOW_UP)
    rows.update(origin="")


@transaction.atomic
def drop_derived(act: Act, origin: str) -> int:
    """Undo ``open_tasks`` for what was derived from ``origin`` in the act's store, as if it had never been; the caller
    has made sure that nobody worked on any, and leaves the trace. Returns how many."""
    found = [task.pk for task in lock_derived(act, origin)]
    Task.objects.filter(pk__in=found).delete()
    return len(found)


def lock_derived(act: Act, origin: str) -> list[Task]:
    """Whatever was derived from ``origin`` in the act's store, held until the transaction ends."""
    rows = Task.objects.filter(store=act.store, origin=origin).exclude(kind=Task.Kind.FOLLOW_UP)
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


# What the system asks for on its own or out of a list: care, recommendations, and of actions calls for value, campaigns
# and visits for a product. A follow-up, a promise and a step of somebody's plan are between people.
_KINDS = (Task.Kind.CARE, Task.Kind.ASK, Task.Kind.REPORT_BACK)
_RULES = ("R-LOY-06", "11.3", "R-CMP-02")


@transaction.atomic
def leave_in_peace(act: Act, customer_ids: Sequence[int] | None = None) -> int:
    """R-PRM-08: give up what was asked for before the customer refused: calls of who refuses calls, and everything of
    who refuses every channel. Returns how many; of the whole store without ``customer_ids``. What is given up stays so
    when they agree again. The caller has made sure of access to the cards.
    """
    rows = Task.objects.open().filter(Q(kind__in=_KINDS) | Q(source_rule__in=_RULES), store=act.store)
    rows = rows.exclude(customer__opt_outs=[]).select_related("customer")
    if customer_ids is not None:
        rows = rows.filter(customer__in=customer_ids)
    given_up = 0
    for task in rows.select_for_update(of=("self",)).order_by("pk"):
        if _is_refused(task):
            _set_status(act, task, Task.Status.CANCELLED, act.on)
            given_up += 1
    return given_up


def _is_refused(task: Task) -> bool:
    """Whether the system asked for it and the customer wants it no more."""
    refused = task.customer.opt_outs
    asked = task.kind in _KINDS or task.source_rule in _RULES
    return asked and (not may_be_contacted(refused) or bool(task.stands_as and not may_be_called(refused)))
