"""Today, the search and the printed forms of a period."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from guanxi.customers.operations.look_ups import find_customers
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Asked, Day, Id, Limit, Told, words
from guanxi.workspace.forms.asking import parse_month, person_of
from guanxi.workspace.forms.period_printing import PeriodAsked, print_period
from guanxi.workspace.worklists import due_rows

router = Router(tags=["today"])


class DayAsked(Asked):
    """``on`` left out is the store's business date; a day ahead assumes that nothing else happens."""

    on: Day | None = None
    limit: Limit = 200


class DueTold(Told):
    """``kind`` FOLLOW_UP, or that of the first task; ``tasks`` are the ids of the other tasks due."""

    customer: int
    customer_no: str
    name: str
    level: str
    kind: str
    due_on: date
    overdue_days: int
    reason: str
    purpose: str
    tasks: list[int]


class TodayTold(Told):
    on: date
    items: list[DueTold]


@router.get("/today", response=TodayTold)
def today(request: HttpRequest, asked: Query[DayAsked]) -> Any:
    """Whom the caller contacts, why and with what purpose, most urgent first."""
    act = acting(request)
    on = asked.on or act.on
    items = [
        DueTold(
            customer=row.item.customer.pk,
            customer_no=row.item.customer.customer_no,
            name=row.item.customer.name,
            level=row.item.customer.level,
            kind=row.kind,
            due_on=row.due_on,
            overdue_days=row.overdue_days,
            reason=row.reason,
            purpose=row.purpose,
            tasks=[task.pk for task in row.item.tasks],
        )
        for row in due_rows(caller(request), act.store, on, limit=asked.limit)
    ]
    return TodayTold(on=on, items=items)


class SearchAsked(Asked):
    q: str = words(60, needed=True)
    limit: Limit = 20


class HitTold(Told):
    customer: int
    customer_no: str
    name: str
    phone: str
    level: str


class HitsTold(Told):
    items: list[HitTold]


@router.get("/search", response=HitsTold)
def search(request: HttpRequest, asked: Query[SearchAsked]) -> Any:
    """Names, pinyin, initials and number fragments, as in the search box; numbers come masked."""
    hits = find_customers(acting(request), asked.q, asked.limit)
    return HitsTold(
        items=[
            HitTold(
                customer=hit.customer.pk,
                customer_no=hit.customer.customer_no,
                name=hit.customer.name,
                phone=hit.phone,
                level=hit.customer.level,
            )
            for hit in hits
        ]
    )


class FormAsked(Asked):
    """``month`` (2026-03) or ``on``; neither is the running month or today. ``person`` is a colleague's id, ``whole``
    the store's own sheet; neither gives a sheet for each person the caller reads."""

    month: Annotated[str, Field(max_length=7)] = ""
    on: Day | None = None
    person: Id | None = None
    whole: bool = False
    format: Literal["pdf", "xlsx", "csv"] = "pdf"


@router.get("/forms/{code}", openapi_extra={"responses": {200: {"description": "The file.", "content": {
    "application/pdf": {}, "text/csv": {},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}}}})  # fmt: skip
def print_form(
    request: HttpRequest, code: Annotated[str, Field(max_length=10)], asked: Query[FormAsked]
) -> Any:
    """A form of a period as a file, with masked numbers; a locked month prints the figures of its lock."""
    wanted = PeriodAsked(
        month=parse_month(asked.month) if asked.month else None,
        on=asked.on,
        person=person_of(str(asked.person)) if asked.person is not None else None,
        whole=asked.whole,
    )
    printed = print_period(acting(request), code, asked.format, wanted, language=caller(request).language)
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response["Content-Disposition"] = f'attachment; filename="{printed.filename}"'
    return response
