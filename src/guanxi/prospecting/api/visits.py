"""The registers over the API: a party arrives, its row is filled, the rows of a day are read."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from guanxi.catalogue.models import Product
from guanxi.customers.api.inputs import typed_numbers
from guanxi.customers.models import Customer
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.acts import Act
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.pages import oldest_first
from guanxi.organization.api.problems import Forbidden, Problem
from guanxi.organization.api.schemas import Asked, Code, Day, Flag, Id, Limit, Person, Told, words
from guanxi.organization.api.versions import IfMatch, edited_version
from guanxi.organization.models import User
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.visits import (
    RECEIVERS,
    Arrival,
    Saved,
    VisitRefused,
    complete_visit,
    receive_party,
)
from guanxi.prospecting.rules.access import READ_REGISTERS
from guanxi.prospecting.rules.judging import Judged

router = Router(tags=["registers"])
Kind = Literal["WALKIN", "PHONEIN", "EVENT"]
Gender = Literal["M", "F", "U"]
Instant = Annotated[datetime | None, Field(description="With a time zone; left out, now.")]
Heads = Annotated[int, Field(strict=True, ge=-1000, le=1000)]


class VisitTold(Told):
    """One row of a register, its number masked. ``customer`` names the card when the caller may see it;
    ``claimed``: the number is a colleague's customer and the manager decides. ``warnings`` go with what was kept."""

    id: int
    kind: str
    on: date
    arrived_at: datetime
    left_at: datetime | None
    party_size: int
    arrival_mode: str
    visit_type: str
    purpose: str
    nature: str
    continues: int | None
    customer: int | None
    consultant: Person | None
    name: str
    gender: str
    phone: str
    filed: bool
    wechat_added: bool
    region: str
    product: str
    colour: str
    competitor: str
    level_first: str
    level_confirmed: str
    channel: str
    test_drive: bool
    licence_checked: bool
    quoted: bool
    invited_on: date | None
    course: str
    result: str
    remark: str
    completed_at: datetime | None
    version: int
    warnings: list[str] = []
    claimed: bool = False
    waits: bool = False

    @classmethod
    def of(cls, row: Visit, seen: set[int], saved: Saved | None = None) -> "VisitTold":
        return cls.copied(
            row,
            continues=row.continues_id,
            customer=row.customer_id if row.customer_id in seen else None,
            consultant=Person.of(row.consultant),
            phone=row.phone_masked,
            product=row.product.name if row.product else "",
            warnings=saved.warnings if saved else [],
            claimed=bool(saved and saved.claimed),
            waits=bool(saved and saved.waits),
        )


class VisitFields(Asked):
    arrival_mode: Code = ""
    purpose: Code = ""
    nature: Code = ""
    name: str = words(80)
    gender: Gender = "U"
    region: str = words(60)
    product: Id | None = None
    channel: Code = ""
    course: str = words(2000)
    remark: str = words(1000)
    invited_on: Day | None = None
    left_at: Annotated[datetime | None, Field(description="With a time zone.")] = None


class ArrivalAsked(VisitFields):
    """``consultant`` left out: nobody yet, or for a consultant the caller."""

    kind: Kind = "WALKIN"
    party_size: Heads = 1
    consultant: Id | None = None
    phone: str = words(40)
    arrived_at: Instant = None


class FirstSight(Asked):
    """What a card is opened with; left out, the row is kept without one."""

    evidence: Annotated[list[Code], Field(max_length=40)] = []
    expected_close_on: Day | None = None
    reason: str = words(200)


class VisitPatch(VisitFields):
    """Left out: unchanged. With ``card`` the party gets its card, or the visit is written on the one it has."""

    version: int | None = None
    party_size: Heads = 1
    consultant: Id | None = None
    phone: str = words(40)
    wechat_added: Flag = False
    colour: str = words(30)
    competitor: str = words(80)
    level_first: Literal["H", "A", "B", "C", "N", ""] = ""
    level_confirmed: Literal["H", "A", "B", "C", ""] = ""
    test_drive: Flag = False
    licence_checked: Flag = False
    quoted: Flag = False
    result: str = words(300)
    card: FirstSight | None = None


class VisitFilters(Asked):
    on: Annotated[Day | None, Field(description="The business date; left out, today.")] = None
    kind: Kind | Literal[""] = ""
    after: Annotated[Id | None, Field(description="The id of the last row seen.")] = None
    limit: Limit = 200


@router.get("/visits", response=list[VisitTold])
def list_visits(request: HttpRequest, asked: Query[VisitFilters]) -> Any:
    """The rows of a day that the caller may read, in the order they were written; ``after`` is the id of the last
    one seen."""
    act, user = acting(request), caller(request)
    if not user.has_role(*READ_REGISTERS):
        return []
    rows = Visit.objects.visible_to(user).filter(store=act.store, on=asked.on or act.on)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    rows = rows.select_related("consultant", "product")
    found = list(oldest_first(rows, asked.after, asked.limit))
    seen = _seen(user, found)
    return [VisitTold.of(row, seen) for row in found]


@router.post("/visits", response={201: VisitTold})
def receive(request: HttpRequest, response: HttpResponse, body: ArrivalAsked) -> Any:
    """A party arrived, or somebody called (R-REG-01): a row stands even when nothing is left."""
    act, user = acting(request), caller(request)
    if not user.has_role(*RECEIVERS):
        raise Forbidden(_("Your role does not write the register."))
    values = _values(act, body)
    drawn = {"kind", "party_size", "consultant", "phone", "arrived_at"}
    arrival = Arrival(
        kind=body.kind,
        party_size=body.party_size,
        consultant_id=body.consultant,
        arrived_at=_instant(body.arrived_at, "arrived_at"),
        phone=_number(body.phone),
        values={name: value for name, value in values.items() if name not in drawn},
    )
    return Status(201, _told(response, user, receive_party(act, arrival)))


@router.get("/visits/{id}", response=VisitTold)
def read_visit(request: HttpRequest, response: HttpResponse, id: Id) -> Any:
    """One row, its version as ETag."""
    user = caller(request)
    row = Visit.objects.visible_to(user).select_related("consultant", "product").get(pk=id)
    response["ETag"] = f'"{row.version}"'
    return VisitTold.of(row, _seen(user, [row]))


@router.patch("/visits/{id}", response=VisitTold)
def fill_visit(
    request: HttpRequest, response: HttpResponse, id: Id, body: VisitPatch, if_match: IfMatch
) -> Any:
    """Fill the row on the version the caller saw (R-REG-01), and open or join its card (R-PRM-01)."""
    act, user = acting(request), caller(request)
    values = _values(act, body)
    sent = values.pop("card", None)
    values.pop("version", None)
    if "phone" in values:
        values["phone"] = _number(values["phone"] or "")
    if "consultant" in values:
        values["consultant_id"] = values.pop("consultant")
    judged = None
    if sent is not None and body.card is not None:
        judged = Judged(frozenset(body.card.evidence), body.card.expected_close_on, body.card.reason)
    version = edited_version(if_match, body.version)
    return _told(response, user, complete_visit(act, id, version=version, values=values, judged=judged))


def _told(response: HttpResponse, user: User, saved: Saved) -> VisitTold:
    row = Visit.objects.select_related("consultant", "product").get(pk=saved.visit.pk)
    response["ETag"] = f'"{row.version}"'
    return VisitTold.of(row, _seen(user, [row]), saved)


def _seen(user: User, rows: list[Visit]) -> set[int]:
    linked = [row.customer_id for row in rows if row.customer_id is not None]
    return set(Customer.objects.visible_to(user).filter(pk__in=linked).values_list("pk", flat=True))


def _values(act: Act, asked: VisitFields) -> dict[str, Any]:
    """The fields sent, as the row takes them."""
    values = asked.model_dump(exclude_unset=True)
    if values.get("product") is not None:
        values["product"] = Product.objects.of_store(act.store).filter(pk=values["product"]).first()
        if values["product"] is None:
            raise VisitRefused(_("This product is not sold here."), "product")
    if "left_at" in values:
        values["left_at"] = _instant(values["left_at"], "left_at")
    return values


def _number(text: str) -> PhoneNumber | None:
    return typed_numbers(text)[0] if text else None


def _instant(at: datetime | None, field: str) -> datetime | None:
    if at is not None and (at.tzinfo is None or not 1900 <= at.year <= 2200):
        raise Problem(422, "invalid", _("A time with its zone, such as 2026-03-02T10:00:00+08:00."), field)
    return at
