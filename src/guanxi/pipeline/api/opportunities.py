"""Opportunities over the API: read, opened, edited, moved by the four answers, assessed."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from guanxi.catalogue.models import Product
from guanxi.deals.rules import MOST_PIECES
from guanxi.organization.acts import Act
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import (
    Asked,
    Code,
    Day,
    Id,
    Limit,
    Whole,
    Yuan,
    words,
)
from guanxi.organization.api.versions import IfMatch, edited_version
from guanxi.pipeline.api.schemas import AdvisedTold, OpportunityTold, ReasonTold, SeenAsked, told
from guanxi.pipeline.drafts import EvidenceDraft, LineDraft, OpportunityDraft, Progress
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.operations.assessments import assess
from guanxi.pipeline.operations.moves import move_opportunity
from guanxi.pipeline.operations.opportunities import (
    OpportunityRefused,
    edit_opportunity,
    open_opportunity,
)
from guanxi.pipeline.queries.opportunities import get_opportunity, picture

router = Router(tags=["opportunities"])
Percent = Annotated[int | None, Field(None, strict=True, description="In %; left out, that of the stage.")]


class OpportunityFilters(Asked):
    state: Literal["open", "won", "lost", ""] = ""
    stage: Code = ""
    customer: Id | None = None
    before: Id | None = None
    limit: Limit = 50


@router.get("/opportunities", response=list[OpportunityTold])
def list_opportunities(request: HttpRequest, asked: Query[OpportunityFilters]) -> Any:
    """Opportunities of cards the caller may read, newest first; ``before`` is the id of the last one seen."""
    rows = Opportunity.objects.visible_to(caller(request))
    if asked.state:
        rows = {"open": rows.open, "won": rows.won, "lost": rows.lost}[asked.state]()
    if asked.stage:
        rows = rows.filter(stage=asked.stage)
    if asked.customer is not None:
        rows = rows.filter(customer=asked.customer)
    if asked.before is not None:
        rows = rows.filter(pk__lt=asked.before)
    rows = rows.select_related("customer__owner", "loss").prefetch_related("lines__product").order_by("-id")
    return [OpportunityTold.of(row) for row in rows[: asked.limit]]


@router.get("/opportunities/{id}", response=AdvisedTold)
def read_opportunity(request: HttpRequest, response: HttpResponse, id: Id) -> Any:
    """One opportunity with the advice and its reasons."""
    row = get_opportunity(caller(request), id)
    seen = picture(row, row.store.local_date(request.at))  # type: ignore[attr-defined]
    response["ETag"] = f'"{row.version}"'
    advice = seen.advice
    reasons = advice.reasons if advice else ()
    return AdvisedTold(
        **OpportunityTold.of(row).model_dump(), counted=seen.counted, verdict=advice.verdict if advice else "",
        reasons=[ReasonTold(code=one.code, verdict=one.verdict, facts=one.facts) for one in reasons],
    )  # fmt: skip


class LineAsked(Asked):
    product: Id
    quantity: Annotated[int, Field(1, strict=True, ge=1, le=MOST_PIECES)]
    amount: Yuan


class OpportunityAsked(Asked):
    """``amount`` or ``lines``, whose sum it then is; ``stage`` left out is the first."""

    title: str = words(120, needed=True)
    expected_close_on: Day
    amount: Yuan | None = None
    lines: list[LineAsked] = []
    stage: Code = ""
    probability: Percent
    probability_reason: str = words(200)
    criteria: str = words(1000)
    opportunity_cost: Yuan | None = None
    process: Annotated[int, Field(0, strict=True, ge=0, le=5, description="Large-account stage; 0 none.")]


@router.post("/customers/{id}/opportunities", response={201: OpportunityTold})
def open_one(request: HttpRequest, response: HttpResponse, id: Id, body: OpportunityAsked) -> Any:
    """Open an opportunity on a card."""
    act, given = acting(request), body.model_dump()
    lines = _lines(act, given.pop("lines"))
    values = {name: given.pop(name) for name in ("criteria", "opportunity_cost", "process")}
    row = open_opportunity(act, id, OpportunityDraft(lines=lines, values=values, **given))
    return Status(201, told(request, response, row))


class OpportunityChanges(Asked):
    """Only what is sent changes."""

    version: Whole | None = None
    title: str = words(120)
    expected_close_on: Day | None = None
    amount: Yuan | None = None
    lines: list[LineAsked] | None = None
    probability: Percent
    probability_reason: str = words(200)
    criteria: str = words(1000)
    opportunity_cost: Yuan | None = None
    process: Annotated[int, Field(0, strict=True, ge=0, le=5)]


@router.patch("/opportunities/{id}", response=OpportunityTold)
def patch_opportunity(
    request: HttpRequest, response: HttpResponse, id: Id, body: OpportunityChanges, if_match: IfMatch
) -> Any:
    """Change what an open opportunity is about; the stage moves by ``progress``."""
    act, given = acting(request), body.model_dump(exclude_unset=True)
    version = edited_version(if_match, given.pop("version", None))
    lines = given.pop("lines", None)
    if given.get("expected_close_on", "") is None:
        raise OpportunityRefused(_("Enter a day."), "expected_close_on")
    row = edit_opportunity(
        act, id, version=version, values=given, lines=None if lines is None else _lines(act, lines)
    )
    return told(request, response, row)


class ProgressAsked(Asked):
    """The four progress questions; ``stage`` left out reviews it where it is."""

    version: Whole | None = None
    stage: Code = ""
    finished: str = words(1000)
    evidence: Annotated[list[SeenAsked], Field([], max_length=20)]
    action: str = words(1000)
    plan: str = words(1000)
    probability: Percent
    probability_reason: str = words(200)
    expected_close_on: Day | None = None


@router.post("/opportunities/{id}/progress", response=OpportunityTold)
def progress(
    request: HttpRequest, response: HttpResponse, id: Id, body: ProgressAsked, if_match: IfMatch
) -> Any:
    """Move or review by the four answers (R-OPP-01): evidence forward, counter-evidence back."""
    given = body.model_dump(exclude={"version", "evidence"})
    seen = [EvidenceDraft(item.text, item.counter) for item in body.evidence]
    move_opportunity(
        acting(request), id, version=edited_version(if_match, body.version), progress=Progress(evidence=seen, **given)
    )  # fmt: skip
    return told(request, response, Opportunity.objects.get(pk=id))


class AssessmentAsked(Asked):
    """The assessments of 8.5; those left out stay."""

    version: Whole | None = None
    bi: dict[str, Any] | None = None
    ucv: dict[str, Any] | None = None
    four: dict[str, Any] | None = None
    bant: dict[str, Any] | None = None


@router.post("/opportunities/{id}/assessment", response=OpportunityTold)
def assess_one(
    request: HttpRequest, response: HttpResponse, id: Id, body: AssessmentAsked, if_match: IfMatch
) -> Any:
    """Burning issue, unique value, four questions, BANT."""
    given = body.model_dump(exclude={"version"}, exclude_none=True)
    row = assess(acting(request), id, version=edited_version(if_match, body.version), given=given)
    return told(request, response, row)


def _lines(act: Act, given: list[dict[str, Any]]) -> list[LineDraft]:
    products = Product.objects.of_store(act.store).on_sale().in_bulk([line["product"] for line in given])
    if len(products) < len({line["product"] for line in given}):
        raise OpportunityRefused(_("Choose a product of this store."), "lines")
    return [LineDraft(products[line["product"]], line["quantity"], line["amount"]) for line in given]
