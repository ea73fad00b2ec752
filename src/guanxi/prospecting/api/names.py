"""The name list over the API: noting, warmth, results, the card."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.customers.api.inputs import typed_numbers
from guanxi.customers.models import Customer
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.problems import Forbidden, Problem
from guanxi.organization.api.schemas import (
    Asked,
    Code,
    Day,
    Flag,
    Id,
    Limit,
    Person,
    Told,
    words,
)
from guanxi.organization.api.versions import IfMatch, edited_version
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.carding import card_name
from guanxi.prospecting.operations.names import (
    AT_ONCE,
    NameDraft,
    edit_name,
    note_names,
    note_result,
    warm_name,
)
from guanxi.prospecting.queries.name_lists import NameFilters, NamesRefused, name_page

router = Router(tags=["referrals"])
Few = Annotated[int | None, Field(strict=True, ge=0, le=120)]
Codes = Annotated[list[Code], Field(max_length=40)]


class NameTold(Told):
    """A name on a list, its number masked. ``recommender`` and ``customer`` name cards the caller may see."""

    id: int
    name: str
    phone: str
    recommender: int | None
    customer: int | None
    consultant: Person | None
    relation: str
    years_known: int | None
    age: int | None
    company: str
    occupation: str
    marital: str
    children: int | None
    income_band: str
    family: str
    trigger: str
    situation: str
    conditions: list[str]
    is_qualified: bool
    is_ideal: bool
    warmth: int
    warm_method: str
    consent: bool
    first_visit_on: date | None
    result: str
    noted_on: date
    version: int

    @classmethod
    def of(cls, lead: ReferralLead, seen: set[int]) -> "NameTold":
        return cls.copied(
            lead,
            phone=lead.phone_masked,
            recommender=lead.recommender_id if lead.recommender_id in seen else None,
            customer=lead.customer_id if lead.customer_id in seen else None,
            consultant=Person.of(lead.holder),
        )


class NameFields(Asked):
    relation: Code = ""
    years_known: Few = None
    age: Few = None
    company: str = words(80)
    occupation: str = words(60)
    marital: Literal["MARRIED", "SINGLE", ""] = ""
    children: Few = None
    income_band: Code = ""
    family: str = words(200)
    trigger: Code = ""
    situation: str = words(200)
    conditions: Codes = []
    consent: Flag = False


class NameAsked(NameFields):
    name: str = words(80, needed=True)
    phone: str = words(40)


Names = Annotated[list[NameAsked], Field(max_length=AT_ONCE)]


class NamesAsked(Asked):
    """``recommender`` is the card of who named them; left out, they are of the caller's own circle."""

    names: Names
    recommender: Id | None = None


class NamePatch(NameFields):
    """Left out: unchanged."""

    version: int | None = None
    name: str = words(80)
    phone: str = words(40)


class WarmthAsked(Asked):
    """``evidence``: what shows it, or on the way down the reason (R-REF-05)."""

    version: int | None = None
    warmth: Annotated[int, Field(strict=True)]
    evidence: str = words(300)
    method: Code = ""


class ResultAsked(Asked):
    version: int | None = None
    result: Code
    first_visit_on: Day | None = None
    note: str = words(300)


class CardingAsked(Asked):
    """The level the card starts at (R-LVL-01); with ``org_name`` it is the organisation's."""

    version: int | None = None
    level: Literal["H", "A", "B", "C", "N"] = "N"
    evidence: Codes = []
    reason: str = words(200)
    org_name: str = words(120)


class CardingTold(Told):
    """``opened``: a new card; ``claimed``: the number is a colleague's customer and the manager decides."""

    name: NameTold
    opened: bool
    claimed: bool
    waits: bool


class NameQuery(Asked):
    """``messages``: only names that agreed to be written to; no list of recipients holds others."""

    view: Literal["visit", "qualify", "carded", "all"] = "all"
    messages: bool = False
    after: Annotated[str, Field(max_length=24, description="The cursor of the page before.")] = ""
    limit: Limit = 50


class NamePageTold(Told):
    rows: list[NameTold]
    after: str


@router.get("/names", response=NamePageTold)
def list_names(request: HttpRequest, asked: Query[NameQuery]) -> Any:
    """The names the caller may read, warmest first."""
    user = caller(request)
    filters = NameFilters(asked.view, None, asked.messages)
    try:
        page = name_page(user, filters, after=asked.after, limit=asked.limit)
    except NamesRefused as error:
        raise Problem(422, "invalid", _("Unknown sort, or a cursor of another list."), "after") from error
    seen = _seen(user, page.rows)
    return NamePageTold(rows=[NameTold.of(lead, seen) for lead in page.rows], after=page.after)


@router.post("/names", response={201: list[NameTold]})
def note(request: HttpRequest, body: NamesAsked) -> Any:
    """Put names on the list (R-PRO-01), all or none."""
    act, user = acting(request), caller(request)
    if user.write_reach == Reach.NONE:
        raise Forbidden(_("Your role keeps no name list."))
    leads = note_names(act, drafts_of(body.names), recommender_id=body.recommender)
    return Status(201, _told(user, [lead.pk for lead in leads]))


@router.get("/names/{id}", response=NameTold)
def read_name(request: HttpRequest, response: HttpResponse, id: Id) -> Any:
    """One name, its version as ETag."""
    user = caller(request)
    lead = ReferralLead.objects.visible_to(user).select_related("recommender__owner", "consultant").get(pk=id)
    response["ETag"] = f'"{lead.version}"'
    return NameTold.of(lead, _seen(user, [lead]))


@router.patch("/names/{id}", response=NameTold)
def patch_name(
    request: HttpRequest, response: HttpResponse, id: Id, body: NamePatch, if_match: IfMatch
) -> Any:
    """Change what is known about a name on the version the caller saw."""
    act, user = acting(request), caller(request)
    ReferralLead.objects.editable_by(user).get(pk=id)
    values = body.model_dump(exclude_unset=True)
    values.pop("version", None)
    if "phone" in values:
        values["phone"] = typed_numbers(values["phone"])[0] if values["phone"] else None
    lead = edit_name(act, id, version=edited_version(if_match, body.version), values=values)
    return _answer(response, user, lead)


@router.post("/names/{id}/warmth", response=NameTold)
def move_warmth(
    request: HttpRequest, response: HttpResponse, id: Id, body: WarmthAsked, if_match: IfMatch
) -> Any:
    """Move a name to another warmth with what shows it (R-REF-05)."""
    act, user = acting(request), caller(request)
    ReferralLead.objects.editable_by(user).get(pk=id)
    lead = warm_name(
        act, id, version=edited_version(if_match, body.version), warmth=body.warmth, evidence=body.evidence,
        method=body.method,
    )  # fmt: skip
    return _answer(response, user, lead)


@router.post("/names/{id}/result", response=NameTold)
def tell_result(
    request: HttpRequest, response: HttpResponse, id: Id, body: ResultAsked, if_match: IfMatch
) -> Any:
    """What a first visit gave, or the day it is agreed for (R-PRO-04); the recommender hears of it (R-REF-02)."""
    act, user = acting(request), caller(request)
    ReferralLead.objects.editable_by(user).get(pk=id)
    lead = note_result(
        act, id, version=edited_version(if_match, body.version), result=body.result,
        first_visit_on=body.first_visit_on, note=body.note,
    )  # fmt: skip
    return _answer(response, user, lead)


@router.post("/names/{id}/card", response={201: CardingTold})
def open_card(
    request: HttpRequest, response: HttpResponse, id: Id, body: CardingAsked, if_match: IfMatch
) -> Any:
    """Open the card of a name, or link the one that has its number (R-PRM-09)."""
    act, user = acting(request), caller(request)
    ReferralLead.objects.editable_by(user).get(pk=id)
    judgement = FirstJudgement(body.level, frozenset(body.evidence), reason=body.reason)
    done = card_name(
        act, id, version=edited_version(if_match, body.version), judgement=judgement, org_name=body.org_name
    )
    name = _answer(response, user, done.lead)
    return Status(201, CardingTold(name=name, opened=done.opened, claimed=done.claimed, waits=done.waits))


def drafts_of(asked: list[NameAsked]) -> list[NameDraft]:
    drafts = []
    for one in asked:
        values = one.model_dump(exclude_unset=True)
        name, phone = values.pop("name"), values.pop("phone", "")
        drafts.append(NameDraft(name, typed_numbers(phone)[0] if phone else None, values))
    return drafts


def _answer(response: HttpResponse, user: User, lead: ReferralLead) -> NameTold:
    (told,) = _told(user, [lead.pk])
    response["ETag"] = f'"{told.version}"'
    return told


def _told(user: User, keys: list[int]) -> list[NameTold]:
    rows = (
        ReferralLead.objects.filter(pk__in=keys)
        .select_related("recommender__owner", "consultant")
        .order_by("pk")
    )
    leads = list(rows)
    seen = _seen(user, leads)
    return [NameTold.of(lead, seen) for lead in leads]


def _seen(user: User, leads: list[ReferralLead]) -> set[int]:
    linked = {pk for lead in leads for pk in (lead.recommender_id, lead.customer_id) if pk is not None}
    return set(Customer.objects.visible_to(user).filter(pk__in=linked).values_list("pk", flat=True))
