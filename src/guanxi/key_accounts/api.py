"""The key-person map: read with its figures, people added, marks set on evidence."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import BeforeValidator, Field

from guanxi.customers.models import Contact, Customer
from guanxi.customers.queries.cards import get_customer
from guanxi.key_accounts.models import KeyPerson
from guanxi.key_accounts.operations.people import add_people, save_person
from guanxi.key_accounts.queries.insights import insights_of
from guanxi.key_accounts.queries.maps import MapPerson, map_of
from guanxi.key_accounts.queries.marked import marked, marks_of
from guanxi.key_accounts.rules.drafts import PersonDraft, Seen
from guanxi.key_accounts.rules.support import missing_roles
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Asked, Day, Flag, Id, Told, Whole, words
from guanxi.organization.api.versions import IfMatch, edited_version

router = Router(tags=["key accounts"])


def _minus(value: Any) -> Any:
    """A hyphen is what a keyboard has for −."""
    return "−" if value in ("-", "－") else value


Attitude = Annotated[Literal["*", "+", "=", "−", "X"], BeforeValidator(_minus)]
Rating = Annotated[int, Field(strict=True, ge=1, le=5)]


class PersonTold(Told):
    """A person of the map; marks are "" as long as nobody assessed them. Numbers are masked."""

    id: int
    name: str
    department: str
    title: str
    phone: str
    reports_to: int | None
    role: str
    style: str
    attitude: str
    contact: str
    buy_power: int | None
    influence: int | None
    is_key_link: bool
    circle: str
    is_core: bool
    last_heard_on: date | None
    version: int

    @classmethod
    def of(cls, person: MapPerson) -> "PersonTold":
        row, marks = person.row, person.marks
        return cls.of_row(
            row,
            reports_to=person.boss,
            last_heard_on=person.last_heard_on,
            is_key_link=person.is_key_link,
            role=marks["role"],
            style=marks["style"],
            attitude=marks["attitude"],
            contact=marks["degree"],
            buy_power=int(marks["buy_power"]) if marks["buy_power"] else None,
            influence=int(marks["influence"]) if marks["influence"] else None,
        )

    @classmethod
    def of_row(cls, row: KeyPerson, **told: Any) -> "PersonTold":
        """From the row alone, as it stands; ``told`` says what the map knows better."""
        contact = row.contact
        known: dict[str, Any] = {
            "id": contact.pk, "name": contact.name, "department": contact.department, "title": contact.title,
            "phone": contact.phone_masked, "reports_to": row.reports_to_id, "role": row.role, "style": row.style,
            "attitude": row.attitude, "contact": row.degree, "buy_power": row.buy_power, "influence": row.influence,
            "is_key_link": marked(contact, marks_of(row)).is_key_link,
            "circle": row.circle.name if row.circle else "", "is_core": row.is_core, "last_heard_on": None,
            "version": 0 if row._state.adding else row.version,
        }  # fmt: skip
        return cls(**known | told)


class LineTold(Told):
    source: int
    target: int
    kind: str
    strength: Decimal
    note: str


class MapTold(Told):
    """``support_index`` lies from −2 to 2; rates are fractions or null without a denominator."""

    customer: int
    on: date
    people: list[PersonTold]
    lines: list[LineTold]
    support_index: Decimal | None
    is_red: bool
    coverage: Decimal | None
    key_coverage: Decimal | None
    missing_roles: list[str]
    alerts: list[str]


class MapFilters(Asked):
    on: Day | None = None


@router.get("/key-accounts/{id}", response=MapTold)
def read_map(request: HttpRequest, id: Id, asked: Query[MapFilters]) -> Any:
    """The map of an organisation with its figures; ``on`` as it stood on a day."""
    card = get_customer(caller(request), id)
    if card.kind != Customer.Kind.ORG:
        raise Customer.DoesNotExist
    today = acting(request).on
    found = map_of(card, min(asked.on or today, today))
    told = insights_of(found, card.store.playbook)
    return MapTold(
        customer=card.pk,
        on=found.on,
        people=[PersonTold.of(person) for person in found.people],
        lines=[
            LineTold(
                source=line.source_id, target=line.target_id, kind=line.kind, strength=line.strength, note=line.note
            )
            for line in found.lines
        ],
        support_index=_rounded(told.support.index),
        is_red=told.support.is_red,
        coverage=_rounded(told.support.coverage),
        key_coverage=_rounded(told.support.key_coverage),
        missing_roles=sorted(missing_roles(found.marked)),
        alerts=[alert.code for alert in told.alerts],
    )  # fmt: skip


class MarksAsked(Asked):
    """Marks left out stay. A changed mark needs ``evidence``; ``seen_on`` left out is today. ``-`` and ``－`` are read
    as ``−``."""

    role: Literal["", "A", "D", "E", "U"] | None = None
    style: Literal["", "D", "K", "A", "E"] | None = None
    attitude: Attitude | None = None
    contact: Literal["0", "1", "N", "F"] | None = None
    buy_power: Rating | None = None
    influence: Rating | None = None
    evidence: str = words(300)
    seen_on: Day | None = None

    def marks(self) -> dict[str, Any]:
        """Field of KeyPerson → value, of the marks that were sent."""
        given = self.model_dump(
            include={"role", "style", "attitude", "contact", "buy_power", "influence"}, exclude_none=True
        )
        if "contact" in given:
            given["degree"] = given.pop("contact")
        return given

    def seen(self) -> Seen:
        return Seen(self.evidence, self.seen_on)


class PersonAsked(MarksAsked):
    """Somebody to add; ``reports_to`` is the id of a person of the same account."""

    name: str = words(40, needed=True)
    department: str = words(60)
    title: str = words(60)
    reports_to: Id | None = None


@router.post("/key-accounts/{id}/people", response={201: PersonTold})
def add_person(request: HttpRequest, response: HttpResponse, id: Id, body: PersonAsked) -> Any:
    """Put a person on the map."""
    draft = PersonDraft(body.name, body.department, body.title, body.reports_to, body.marks(), body.seen())
    return Status(201, _told(response, add_people(acting(request), id, [draft])[0]))


class EditAsked(MarksAsked):
    version: Whole | None = None
    reports_to: Id | None = None
    is_core: Flag | None = None


@router.patch("/key-persons/{id}", response=PersonTold)
def mark_person(
    request: HttpRequest, response: HttpResponse, id: Id, body: EditAsked, if_match: IfMatch
) -> Any:
    """Set marks of a person: attitudes move one step at a time (R-KEY-03). ``version`` is 0 for one nobody assessed."""
    act = acting(request)
    contact = Contact.objects.get(pk=id, customer__in=Customer.objects.editable_by(caller(request)))
    version = edited_version(if_match, body.version)
    values = body.marks()
    if "reports_to" in body.model_fields_set:
        values["reports_to"] = body.reports_to
    if body.is_core is not None:
        values["is_core"] = body.is_core
    return _told(
        response, save_person(act, contact.customer_id, id, values, version=version, seen=body.seen())
    )


def _told(response: HttpResponse, person: KeyPerson) -> PersonTold:
    response["ETag"] = f'"{person.version}"'
    return PersonTold.of_row(person)


def _rounded(value: Fraction | None) -> Decimal | None:
    if value is None:
        return None
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.0001"), ROUND_HALF_UP)
