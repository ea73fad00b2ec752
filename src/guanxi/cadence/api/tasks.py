"""Tasks: what is to be done, and doing it."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import finish_task, reopen_task
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.pages import oldest_first
from guanxi.organization.api.schemas import Asked, Day, Id, Limit, Person, Told

router = Router(tags=["tasks"])


class TaskTold(Told):
    """``kind`` FOLLOW_UP is done by recording a contact, the others by completing them."""

    id: int
    customer: int
    customer_name: str
    owner: Person | None
    kind: str
    item: str
    source_rule: str
    due_on: date
    is_agreed: bool
    retry_on: date | None
    attempts: int
    proposes_loss: bool
    status: str
    done_on: date | None
    version: int

    @classmethod
    def of(cls, task: Task) -> "TaskTold":
        return cls.copied(
            task,
            customer=task.customer_id,
            customer_name=task.customer.name,
            owner=Person.of(task.owner),
        )


class TaskFilters(Asked):
    customer: Id | None = None
    owner: Id | None = None
    kind: Task.Kind | Literal[""] = ""
    status: Literal["OPEN", "DONE", "MISSED", "CANCELLED"] = "OPEN"
    due_by: Day | None = None
    after: Id | None = None
    limit: Limit = 50


@router.get("/tasks", response=list[TaskTold])
def list_tasks(request: HttpRequest, asked: Query[TaskFilters]) -> Any:
    """Tasks of cards the caller may read, by id; ``after`` is the id of the last one seen."""
    rows = Task.objects.visible_to(caller(request)).filter(status=asked.status)
    exact = {"customer": asked.customer, "owner": asked.owner, "kind": asked.kind or None}
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if asked.due_by is not None:
        rows = rows.due_by(asked.due_by)
    rows = rows.select_related("customer", "owner")
    return [TaskTold.of(task) for task in oldest_first(rows, asked.after, asked.limit)]


@router.post("/tasks/{id}/completion", response=TaskTold)
def complete(request: HttpRequest, id: Id) -> Any:
    """Mark a task done; a follow-up is done by recording a contact."""
    return TaskTold.of(finish_task(acting(request), id))


@router.delete("/tasks/{id}/completion", response=TaskTold)
def reopen(request: HttpRequest, id: Id) -> Any:
    """Take a completion back."""
    return TaskTold.of(reopen_task(acting(request), id))
