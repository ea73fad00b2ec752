"""Whom to call for the value at risk, and which calls stand in a Today already."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Q, QuerySet

from guanxi.cadence.models import Task
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.organization.models import User

# The item of a task that asks for a call because of what the customer is worth.
CALL = "VALUE"
# Whoever was spoken to within so many days is not ticked.
LATELY = timedelta(days=7)
ROUNDS_SHOWN = 200


def worth_calling(
    rows: QuerySet[CustomerValue], run: ValueRun, refuse: Collection[int] | None = None
) -> QuerySet[CustomerValue]:
    """Those of ``rows``, all of ``run``, who are worth a call (``rules.advice.worth_a_call``), have a consultant and
    leave a channel (R-PRM-08), the most value at risk first; where no run could tell it the largest margin first.
    ``refuse`` are those among ``rows`` who leave none, one query more where the caller does not know them."""
    if refuse is None:
        refuse = refusing(rows)
    keep_cost = Decimal(run.facts.get("keep_cost", 0))
    missed = Q(at_risk__gt=keep_cost) & ~Q(churn_risk="")
    silent = Q(at_risk__isnull=True, churn_risk__in=[CustomerValue.Risk.MID, CustomerValue.Risk.HIGH])
    found = rows.filter(missed | silent, customer__owner__isnull=False).exclude(customer__in=refuse)
    return found.order_by(F("at_risk").desc(nulls_last=True), "-margin_year", "pk")


def refusing(rows: QuerySet[CustomerValue]) -> list[int]:
    """The customers among ``rows`` who refuse every channel; few refuse any."""
    told = rows.exclude(customer__opt_outs=[]).order_by().values_list("customer_id", "customer__opt_outs")
    return [key for key, opt_outs in told if not may_be_contacted(opt_outs)]


@dataclass(frozen=True)
class Call:
    """Somebody who may be called. ``asked``: the call that stands in a Today already; ``contacted_on``: within the
    last days; ``due_on``: when they are contacted next all the same."""

    value: CustomerValue
    asked: Task | None
    contacted_on: date | None
    due_on: date | None


def calls(user: User, run: ValueRun, on: date, limit: int) -> list[Call]:
    """The first ``limit`` on whose cards ``user`` may ask for a call."""
    rows = CustomerValue.objects.editable_by(user).filter(run=run)
    found = list(worth_calling(rows, run).select_related("customer__owner", "run")[:limit])
    asked = {task.customer_id: task for task in open_calls([row.customer_id for row in found])}
    return [Call(row, asked.get(row.customer_id), lately(row, on), row.customer.next_due_on) for row in found]


def lately(row: CustomerValue, on: date) -> date | None:
    """The day on which somebody reached the customer, if within the last days."""
    last = row.customer.last_contact_on
    return last if last is not None and last > on - LATELY else None


def open_calls(customers: Iterable[int]) -> QuerySet[Task]:
    """Calls that wait in somebody's Today. Access to the cards is the caller's."""
    return _waiting().filter(customer__in=customers)


@dataclass(frozen=True)
class Round:
    """Calls that one person asked for together and that still wait, the most worth first."""

    at: datetime
    by: User | None
    tasks: list[Task]


def rounds(user: User) -> list[Round]:
    """The calls that wait on cards ``user`` may change, the newest round first; one query."""
    rows = _waiting().filter(pk__in=Task.objects.editable_by(user).values("pk"))
    rows = rows.select_related("customer", "owner", "given_by").order_by("-created_at", "given_by", "pk")
    together = groupby(rows[:ROUNDS_SHOWN], key=lambda task: (task.created_at, task.given_by))
    return [Round(at, by, list(tasks)) for (at, by), tasks in together]


def _waiting() -> QuerySet[Task]:
    return Task.objects.open().filter(kind=Task.Kind.ACTION, item=CALL)
