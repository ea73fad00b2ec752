"""Steps of the plan (F-KEY-2), each with a task that stands in Today, and facts found out (handbook 9.1)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import (
    change_action,
    finish_task,
    open_tasks,
    reopen_task,
    withdraw_action,
)
from guanxi.customers.models import Customer
from guanxi.key_accounts.models import InfoItem, PlannedStep
from guanxi.key_accounts.operations.people import lock_account, refuse_gone
from guanxi.key_accounts.queries.doers import doers_of
from guanxi.key_accounts.refusals import MapRefused
from guanxi.key_accounts.rules.drafts import StepDraft
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import refuse_stale
from guanxi.ui.punctuation import said_of

FARTHEST_DAYS = 730


@transaction.atomic
def plan_step(act: Act, customer_id: int, draft: StepDraft) -> PlannedStep:
    """Plan a step; its task stands in the doer's Today on the day it is due.

    Raises Customer.DoesNotExist, MapRefused without goal or action, for days that cannot be, a doer who may not
    change the card or no longer works here, a person of another account or who left it.
    """
    customer = lock_account(act, customer_id)
    starts_on = draft.starts_on or min(act.on, draft.due_on)
    doer = draft.doer or customer.owner_id
    _refuse_past(act, draft.due_on, starts_on)
    _check(act, customer, draft, starts_on, doer)
    refuse_gone([draft.person], "person")
    step = PlannedStep.objects.create(
        customer=customer, person_id=draft.person, goal=draft.goal.strip(), action=draft.action.strip(),
        means=draft.means, answer_to_rival=draft.answer_to_rival.strip(), starts_on=starts_on,
        resources=draft.resources.strip(),
        by=act.by, at=act.at,
    )  # fmt: skip
    origin = f"step {step.pk}"
    task = Task(
        customer=customer, owner_id=doer, kind=Task.Kind.ACTION, source_rule=draft.rule, origin=origin,
        note=words_of(step), given_by=act.by, due_on=draft.due_on,
    )  # fmt: skip
    open_tasks(act, [task])
    step.task = Task.objects.get(customer=customer, kind=Task.Kind.ACTION, origin=origin)
    step.save(update_fields=["task"])
    changes = {"action": [None, step.action], "due_on": [None, draft.due_on.isoformat()]}
    leave_trace([act.entry("step_planned", step, customer=customer.pk, changes=changes)])
    return step


@transaction.atomic
def change_step(act: Act, customer_id: int, step_id: int, draft: StepDraft, *, version: int) -> PlannedStep:
    """Put the step another way; its task follows. Raises Customer.DoesNotExist, PlannedStep.DoesNotExist,
    StaleEdit, MapRefused also for a step that is done or given up."""
    customer = lock_account(act, customer_id)
    step = _locked(customer, step_id, version)
    starts_on = draft.starts_on or step.starts_on
    doer = draft.doer or customer.owner_id
    assert step.task is not None
    _refuse_past(
        act,
        None if draft.due_on == step.task.due_on else draft.due_on,
        None if starts_on == step.starts_on else starts_on,
    )
    _check(act, customer, draft, starts_on, doer)
    if draft.person != step.person_id:
        refuse_gone([draft.person], "person")
    values = {
        "goal": draft.goal.strip(), "action": draft.action.strip(), "person_id": draft.person,
        "means": draft.means, "answer_to_rival": draft.answer_to_rival.strip(), "starts_on": starts_on,
        "resources": draft.resources.strip(),
    }  # fmt: skip
    changes = changed_fields(step, values)
    for name in changes:
        setattr(step, name, values[name])
    step.version += 1
    step.save()
    change_action(act, step.task.pk, note=words_of(step), due_on=draft.due_on, owner_id=doer)
    leave_trace([act.entry("step_changed", step, customer=customer.pk, changes=changes)])
    return step


@transaction.atomic
def finish_step(act: Act, customer_id: int, step_id: int, *, version: int, result: str = "") -> PlannedStep:
    """The step is done, and so is its task. Raises Customer.DoesNotExist, PlannedStep.DoesNotExist, StaleEdit,
    MapRefused for one that is done already."""
    customer = lock_account(act, customer_id)
    step = _locked(customer, step_id, version)
    assert step.task is not None
    finish_task(act, step.task.pk)
    return _result(act, step, result)


@transaction.atomic
def give_up_step(act: Act, customer_id: int, step_id: int, *, version: int, result: str = "") -> PlannedStep:
    """The step will not be taken. Raises as ``finish_step``."""
    customer = lock_account(act, customer_id)
    step = _locked(customer, step_id, version)
    assert step.task is not None
    withdraw_action(act, step.task.pk)
    return _result(act, step, result)


@transaction.atomic
def reopen_step(act: Act, customer_id: int, step_id: int) -> PlannedStep:
    """Undo ``finish_step``: what came of it goes, the trail keeps it. Raises Customer.DoesNotExist,
    PlannedStep.DoesNotExist, Task.DoesNotExist."""
    customer = lock_account(act, customer_id)
    step = customer.planned_steps.select_related("task").get(pk=step_id)
    assert step.task is not None
    task = reopen_task(act, step.task.pk)
    changes = changed_fields(step, {"result": ""})
    step.result = ""
    step.version += 1
    step.save(update_fields=["result", "version"])
    step.task = task
    leave_trace([act.entry("step_reopened", step, customer=customer.pk, changes=changes)])
    return step


@transaction.atomic
def save_info(
    act: Act, customer_id: int, item_id: int | None, values: dict[str, Any], *, version: int = 0
) -> InfoItem:
    """Keep a fact, or change the ``version`` that was shown. Raises Customer.DoesNotExist, InfoItem.DoesNotExist,
    StaleEdit, MapRefused for a day to come."""
    customer = lock_account(act, customer_id)
    item = customer.info_items.get(pk=item_id) if item_id else InfoItem(customer=customer, version=0)
    refuse_stale(item, version)
    verified: date | None = values.get("verified_on")
    if verified is not None and verified > act.on:
        raise MapRefused(_("The day lies in the future."), "verified_on")
    changes = changed_fields(item, values)
    if changes:
        for name in changes:
            setattr(item, name, values[name])
        item.by, item.at = act.by, act.at
        item.version += 1
        item.save()
        leave_trace([act.entry("info_saved", item, customer=customer.pk, changes=changes)])
    return item


def words_of(step: PlannedStep) -> str:
    """What Today says: with whom, and the action."""
    name = step.person.name if step.person else ""
    return said_of(name, step.action)[:300] if name and name not in step.action else step.action


def _locked(customer: Customer, step_id: int, version: int) -> PlannedStep:
    rows = customer.planned_steps.select_for_update(of=("self",)).select_related("task", "person")
    step: PlannedStep = rows.get(pk=step_id)
    refuse_stale(step, version)
    if not step.is_open:
        raise MapRefused(_("This step is closed already."))
    return step


def _check(act: Act, customer: Customer, draft: StepDraft, starts_on: date, doer: int | None) -> None:
    for name, text in (("goal", draft.goal), ("action", draft.action)):
        if not text.strip():
            raise MapRefused(_("Write what is to be reached and what is to be done."), name)
    if draft.means and draft.means not in PlannedStep.Means.values:
        raise MapRefused(_("Choose one of the means of the list."), "means")
    if draft.due_on < starts_on:
        raise MapRefused(_("The step cannot be due before it starts."), "due_on")
    if (draft.due_on - act.on).days > FARTHEST_DAYS:
        raise MapRefused(_("Choose a day within the next two years."), "due_on")
    if doer is None:
        raise MapRefused(_("Nobody looks after this customer yet: hand the card over first."), "doer")
    if draft.person is not None and not customer.contacts.filter(pk=draft.person).exists():
        raise MapRefused(_("Choose somebody of this account."), "person")
    if not doers_of(customer).filter(pk=doer).exists():
        raise MapRefused(_("Choose somebody who works on this account."), "doer")


def _refuse_past(act: Act, due_on: date | None, starts_on: date | None) -> None:
    """Days that are set anew; those a step has already (None) stay."""
    if due_on is not None and due_on < act.on:
        raise MapRefused(_("Choose today or a day to come."), "due_on")
    if starts_on is not None and (act.on - starts_on).days > FARTHEST_DAYS:
        raise MapRefused(_("Choose a day within the last two years."), "starts_on")


def _result(act: Act, step: PlannedStep, result: str) -> PlannedStep:
    step.result = result.strip()[:300]
    step.version += 1
    step.save(update_fields=["result", "version"])
    if step.result:
        changes = {"result": ["", step.result]}
        leave_trace([act.entry("step_result", step, customer=step.customer_id, changes=changes)])
    return step
