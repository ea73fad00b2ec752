"""Telling the recommender what became of the names (R-REF-02): one task when they are given, one for every outcome."""

from collections.abc import Sequence
from datetime import date, timedelta

from guanxi.cadence.models import Task
from guanxi.cadence.models.tasks import TaskQuerySet
from guanxi.cadence.operations.tasks import open_tasks, reword_derived
from guanxi.customers.models import Customer
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.organization.acts import Act
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.rules.reports import GIVEN, ORDERED, given_origin, outcome_origin
from guanxi.ui.punctuation import listed

RULE = "R-REF-02"
LONGEST = 300


def promise_report(act: Act, recommender: Customer, leads: Sequence[ReferralLead]) -> None:
    """The report promised with the names, within ``referral.report_days``. Names given later the same day join the
    report that still waits."""
    names = [lead.name for lead in leads]
    waiting = _reports(recommender).filter(origin__startswith=given_origin(act.on.isoformat()))
    if reword_derived(act, waiting, lambda task: {"note": listed([task.note, *names])[:LONGEST]}):
        return
    due_on = act.on + timedelta(days=act.store.playbook.settings.referral_report_days)
    origin = given_origin(act.on.isoformat(), leads[0].pk)
    _open(act, [_task(recommender, GIVEN, origin, listed(names)[:LONGEST], due_on)])


def report_outcome(act: Act, lead: ReferralLead, outcome: str) -> None:
    """An outcome is told by the next day. A report about the same name that still waits tells the newer outcome."""
    if lead.recommender is None:
        return
    waiting = _reports(lead.recommender).filter(origin__startswith=outcome_origin(lead.pk))
    if reword_derived(act, waiting, lambda _task: {"item": outcome, "note": lead.name}):
        return
    origin = f"{outcome_origin(lead.pk)}{outcome} {act.on}"
    due_on = act.on + timedelta(days=1)
    _open(act, [_task(lead.recommender, outcome, origin, lead.name, due_on)])


def order_report(lead: ReferralLead, order_id: int, due_on: date) -> Task:
    """The unsaved report that a name has bought."""
    assert lead.recommender is not None
    origin = f"{outcome_origin(lead.pk)}order {order_id}"
    return _task(lead.recommender, ORDERED, origin, lead.name, due_on)


def _reports(recommender: Customer) -> TaskQuerySet:
    return Task.objects.filter(customer=recommender, kind=Task.Kind.REPORT_BACK)


def _task(recommender: Customer, item: str, origin: str, note: str, due_on: date) -> Task:
    return Task(
        customer=recommender, kind=Task.Kind.REPORT_BACK, item=item, source_rule=RULE, origin=origin, note=note,
        due_on=due_on,
    )  # fmt: skip


def _open(act: Act, tasks: Sequence[Task]) -> None:
    """R-PRM-08: nobody is called who refused every channel."""
    open_tasks(act, [task for task in tasks if may_be_contacted(task.customer.opt_outs)])
