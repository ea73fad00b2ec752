"""Steps and facts of an account."""

from django.db.models import Case, IntegerField, Value, When

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.key_accounts.models import InfoItem, PlannedStep

SHOWN = 200


def steps_of(customer: Customer) -> list[PlannedStep]:
    """The plan: open steps by their day, then what is done or given up, newest first; one query."""
    rows = PlannedStep.objects.filter(customer=customer).select_related("task__owner", "person")
    rank = Case(
        When(task__status=Task.Status.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    found = list(rows.annotate(rank=rank).order_by("rank", "task__due_on", "id")[:SHOWN])
    closed = [step for step in found if not step.is_open]
    return [*(step for step in found if step.is_open), *reversed(closed)]


def info_of(customer: Customer) -> list[InfoItem]:
    """What was found out, the important first; one query."""
    return list(InfoItem.objects.filter(customer=customer).select_related("by")[:SHOWN])
