"""The five tasks of being shortlisted (handbook 8.6), two of which need the legal role (R-PRM-11)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import StaleEdit
from guanxi.organization.rules.roles import Role
from guanxi.pipeline.models import BidTask, Opportunity
from guanxi.pipeline.operations.opportunities import OpportunityRefused, lock_opportunity


@transaction.atomic
def report_bid_task(act: Act, opportunity_id: int, code: str, *, version: int, evidence: str) -> BidTask:
    """Say that a task is done, with its evidence. A tender-sensitive one then waits for the legal role; only a manager
    sees and reports those.

    Raises Opportunity.DoesNotExist, BidTask.DoesNotExist, StaleEdit, OpportunityRefused. ``version`` is 0 for a task
    nobody touched.
    """
    row = lock_opportunity(act, opportunity_id, None)
    sensitive = code in BidTask.SENSITIVE
    if code not in BidTask.Code.values or (sensitive and not (act.by and act.by.has_role(Role.MANAGER))):
        raise BidTask.DoesNotExist
    task = row.bid_tasks.filter(code=code).first() or BidTask(opportunity=row, code=code, version=0)
    if task.version != version:
        raise StaleEdit(_("Somebody changed this task first."), task)
    if row.process < Opportunity.Process.SHORTLIST:
        raise OpportunityRefused(_("These tasks belong to stage 3: set the large-account stage first."))
    if not evidence.strip():
        raise OpportunityRefused(_("Say what shows that it is done."), "evidence")
    before, task.state = task.state, BidTask.State.APPLIED if sensitive else BidTask.State.DONE
    task.evidence = evidence.strip()[:500]
    task.asked_by, task.asked_at = act.by, act.at
    task.decided_by, task.decided_at, task.note = None, None, ""
    task.version += 1
    task.save()
    leave_trace([act.entry("bid_task_reported", task, customer=row.customer_id, reason=code, changes={
        "state": [before, task.state]})])  # fmt: skip
    return task


@transaction.atomic
def decide_bid_task(act: Act, task_id: int, *, version: int, approve: bool, note: str) -> BidTask:
    """The legal role approves or refuses a tender-sensitive task.

    Raises BidTask.DoesNotExist unless it waits and the actor may decide it, never their own; StaleEdit;
    OpportunityRefused without a word.
    """
    assert act.by is not None
    task = BidTask.objects.decidable_by(act.by).select_for_update(of=("self",)).get(pk=task_id)
    if task.version != version:
        raise StaleEdit(_("Somebody changed this task first."), task)
    if not note.strip():
        raise OpportunityRefused(_("Write what you checked."), "note")
    task.state = BidTask.State.DONE if approve else BidTask.State.REFUSED
    task.decided_by, task.decided_at, task.note = act.by, act.at, note.strip()[:300]
    task.version += 1
    task.save()
    leave_trace([act.entry("bid_task_decided", task, customer=task.opportunity.customer_id, reason=note, changes={
        "state": [BidTask.State.APPLIED.value, task.state]})])  # fmt: skip
    return task
