"""Whom to call for the value at risk, and which calls stand in a Today already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models import F, Q, QuerySet

from guanxi.cadence.models import Interaction, Task
from guanxi.customers.rules.opt_outs import may_be_called
from guanxi.insights.models import CustomerValue, CustomerValueQuerySet, ValueRun
from guanxi.insights.rules.advice import reached_lately
from guanxi.organization.models import User

# The item of a task that asks for a call because of what the customer is worth.
CALL = "VALUE"
ROUNDS_SHOWN = 200
# For so long a round tells what came of its calls.
TOLD_FOR = timedelta(days=30)


def worth_calling(
    rows: CustomerValueQuerySet, run: ValueRun, on: date, opted: Mapping[int, list[str]] | None = None
) -> CustomerValueQuerySet:
    """Those of ``rows``, all of ``run``, who are worth a call (``rules.advice.worth_a_call``), have a consultant, may
    be called (R-PRM-08) and are under no contract, the most value at risk first; where no run could tell it the largest
    margin first. Read ``with_contract``. ``opted`` is ``opted_out(rows)``, one query more where the
    caller does not know it."""
    opted = opted_out(rows) if opted is None else opted
    keep_cost = Decimal(run.facts.get("keep_cost", 0))
    missed = Q(at_risk__gt=keep_cost) & ~Q(churn_risk="")
    silent = Q(at_risk__isnull=True, churn_risk__in=[CustomerValue.Risk.MID, CustomerValue.Risk.HIGH])
    told = rows.with_contract(on).filter(missed | silent, customer__owner__isnull=False)
    found = told.filter(contract_until__isnull=True)  # type: ignore[misc]
    found = found.exclude(customer__in=[key for key, refused in opted.items() if not may_be_called(refused)])
    return found.order_by(F("at_risk").desc(nulls_last=True), "-margin_year", "pk")


def opted_out(rows: QuerySet[CustomerValue]) -> dict[int, list[str]]:
    """The customers among ``rows`` who refuse a channel, few do → which."""
    told = rows.exclude(customer__opt_outs=[]).order_by()
    return dict(told.values_list("customer_id", "customer__opt_outs"))


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
    found = list(worth_calling(rows, run, on).select_related("customer__owner", "run")[:limit])
    asked = {task.customer_id: task for task in open_calls([row.customer_id for row in found])}
    return [Call(row, asked.get(row.customer_id), lately(row, on), row.customer.next_due_on) for row in found]


def lately(row: CustomerValue, on: date) -> date | None:
    """The day on which somebody reached the customer, if within the last days."""
    last = row.customer.last_contact_on
    return last if reached_lately(last, on) else None


def open_calls(customers: Iterable[int]) -> QuerySet[Task]:
    """Calls that wait in somebody's Today. Access to the cards is the caller's."""
    return _waiting().filter(customer__in=customers)


@dataclass(frozen=True)
class Told:
    """A call that was asked for, and the last contact or attempt since; None while nobody tried."""

    task: Task
    contact: Interaction | None

    @property
    def waits(self) -> bool:
        return self.task.status == Task.Status.OPEN


@dataclass(frozen=True)
class Round:
    """Calls that one person asked for together, those that wait first."""

    at: datetime
    by: User | None
    calls: list[Told]

    @property
    def waiting(self) -> list[Told]:
        return [call for call in self.calls if call.waits]


def rounds(user: User, on: date) -> list[Round]:
    """The calls on cards ``user`` may change that wait or were done within the last weeks, the newest round first, each
    with what came of it; two queries. Those taken back are left out."""
    asked = Task.objects.editable_by(user).filter(kind=Task.Kind.ACTION, item=CALL)
    asked = asked.filter(Q(status=Task.Status.OPEN) | Q(status=Task.Status.DONE, done_on__gt=on - TOLD_FOR))
    rows = asked.select_related("customer", "owner", "given_by").order_by("-created_at", "given_by", "pk")
    tasks = list(rows[:ROUNDS_SHOWN])
    since = min((task.created_at for task in tasks), default=None)
    contacts: dict[int, list[Interaction]] = {}
    if since is not None:
        made = Interaction.objects.visible_to(user).by_hand().select_related("by").order_by("at", "pk")
        for row in made.filter(customer__in=[task.customer_id for task in tasks], at__gte=since):
            contacts.setdefault(row.customer_id, []).append(row)
    found = []
    for (at, by), together in groupby(tasks, key=lambda task: (task.created_at, task.given_by)):
        calls = [Told(task, _came(task, contacts.get(task.customer_id, []))) for task in together]
        found.append(Round(at, by, sorted(calls, key=lambda call: not call.waits)))
    return found


def _came(task: Task, contacts: list[Interaction]) -> Interaction | None:
    """The contact that was the call, else the last attempt since it was asked for."""
    later = [one for one in contacts if one.at >= task.created_at]
    if task.status != Task.Status.OPEN:
        later = [one for one in later if one.is_valid][:1]
    return later[-1] if later else None


def _waiting() -> QuerySet[Task]:
    return Task.objects.open().filter(kind=Task.Kind.ACTION, item=CALL)
