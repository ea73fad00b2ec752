"""Recording contacts, and reading the history of a card."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from guanxi.cadence.models import Interaction
from guanxi.cadence.operations.contacts import ContactDraft, record_contact
from guanxi.cadence.queries.timeline import Event, Mark, timeline
from guanxi.customers.queries.cards import get_customer
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.problems import Problem
from guanxi.organization.api.schemas import Asked, Code, Day, Flag, Id, Limit, Person, Told, words

router = Router(tags=["contacts"])


class ContactAsked(Asked):
    """One touch. ``reached``: the person answered, or replied to a message. Left out: ``level`` keeps the
    level, ``evidence`` the ticks, ``expected_close_on`` the date, ``next_due_on`` takes the proposed one."""

    method: str = words(10, needed=True)
    reached: Flag
    content: str = words(4000)
    purpose: str = words(10)
    level: Code | None = None
    level_reason: str = words(300)
    evidence: Annotated[list[Code], Field(max_length=40)] | None = None
    expected_close_on: Day | None = None
    next_due_on: Day | None = None
    customer_asked: Flag = False
    at: Annotated[datetime | None, Field(description="When it was; with a time zone. Left out: now.")] = None
    again: Flag = False
    task: Id | None = None


class ContactTold(Told):
    id: int
    at: datetime
    on: date
    by: Person | None
    method: str
    purpose: str
    reached: bool
    content: str
    level_before: str
    level_after: str
    next_due_on: date | None

    @classmethod
    def of(cls, row: Interaction) -> "ContactTold":
        return cls.copied(row, by=Person.of(row.by), reached=row.is_valid)


class ContactsAsked(Asked):
    before: Annotated[Id | None, Field(description="The id of the last contact seen.")] = None
    limit: Limit = 50


@router.post("/customers/{id}/contacts", response={201: ContactTold})
def record(request: HttpRequest, id: Id, body: ContactAsked) -> Any:
    """Record a contact: evidence, level and next date in one step (R-FUP-01, -06; R-LVL-01)."""
    if body.at is not None and (body.at.tzinfo is None or body.at.year < 1900):
        raise Problem(422, "invalid", _("A time with its zone, such as 2026-03-02T10:00:00+08:00."), "at")
    draft = ContactDraft(
        customer_id=id,
        method=body.method,
        reached=body.reached,
        content=body.content,
        purpose=body.purpose,
        level=body.level,
        level_reason=body.level_reason,
        evidence=None if body.evidence is None else frozenset(body.evidence),
        expected_close_on=body.expected_close_on,
        keep_close_date="expected_close_on" not in body.model_fields_set,
        next_due_on=body.next_due_on,
        customer_asked=body.customer_asked,
        at=body.at,
        again=body.again,
        task_id=body.task,
    )
    return Status(201, ContactTold.of(record_contact(acting(request), draft)))


@router.get("/customers/{id}/contacts", response=list[ContactTold])
def list_contacts(request: HttpRequest, id: Id, asked: Query[ContactsAsked]) -> Any:
    """The contacts of a card, newest first."""
    rows = Interaction.objects.filter(customer=get_customer(caller(request), id)).select_related("by")
    if asked.before is not None:
        last = rows.get(pk=asked.before)
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    return [ContactTold.of(row) for row in rows[: asked.limit]]


class EventTold(Told):
    """``kind`` is contact, level, loss or transfer; the other fields are those of its kind."""

    at: datetime
    kind: str
    id: int
    by: Person | None
    text: str
    level_before: str = ""
    level_after: str = ""
    state: str = ""

    @classmethod
    def of(cls, event: Event) -> "EventTold":
        row = event.row
        told: dict[str, Any]
        if event.kind == "contact":
            told = {
                "by": row.by,
                "text": row.content,
                "level_before": row.level_before,
                "level_after": row.level_after,
            }
        elif event.kind == "level":
            told = {"by": row.by, "text": row.reason, "level_before": row.from_level, "level_after": row.to_level,
                    "state": row.state}  # fmt: skip
        elif event.kind == "loss":
            told = {"by": row.applied_by, "text": row.outcome, "level_before": row.level_then,
                    "level_after": row.bucket, "state": row.state}  # fmt: skip
        else:
            told = {"by": row.approved_by, "text": row.reason}
        return cls(**told | {"at": event.at, "kind": event.kind, "id": row.pk, "by": Person.of(told["by"])})


class TimelineAsked(Asked):
    after: Annotated[str, Field(max_length=80, description="The cursor of the page before.")] = ""
    limit: Limit = 50


class TimelineTold(Told):
    """``after`` is the cursor of the next page, empty on the last."""

    items: list[EventTold]
    after: str


@router.get("/customers/{id}/timeline", response=TimelineTold)
def read_timeline(request: HttpRequest, id: Id, asked: Query[TimelineAsked]) -> Any:
    """What was said, judged, lost and handed over, newest first."""
    card = get_customer(caller(request), id)
    events, more = timeline(card, before=_mark(asked.after), limit=asked.limit)
    after = str(Mark.of(events[-1])) if more else ""
    return TimelineTold(items=[EventTold.of(event) for event in events], after=after)


def _mark(text: str) -> Mark | None:
    try:
        mark = Mark.parse(text) if text else None
        # An instant of the year 1 overflows on its way to UTC.
        if mark is not None and mark.at.year < 1900:
            raise ValueError(text)
    except ValueError as error:
        raise Problem(422, "invalid", _("Unknown sort, or a cursor of another list."), "after") from error
    return mark
