"""Opportunities over the API: won, lost and opened again."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from guanxi.cadence.api.losses import LossAsked
from guanxi.cadence.operations.losses import LossDraft
from guanxi.organization.api.callers import acting
from guanxi.organization.api.schemas import (
    Asked,
    Code,
    Day,
    Flag,
    Id,
    Whole,
    words,
)
from guanxi.organization.api.versions import IfMatch, edited_version
from guanxi.pipeline.api.schemas import OpportunityTold, SeenAsked, told
from guanxi.pipeline.drafts import EvidenceDraft
from guanxi.pipeline.operations.endings import Win, lose_opportunity, reopen_opportunity, win_opportunity

router = Router(tags=["opportunities"])


class WinAsked(Asked):
    version: Whole | None = None
    order_no: str = words(30, needed=True)
    finished: str = words(1000, needed=True)
    evidence: Annotated[list[SeenAsked], Field([], max_length=20)]
    won_on: Day | None = None


@router.post("/opportunities/{id}/win", response=OpportunityTold)
def win_one(request: HttpRequest, response: HttpResponse, id: Id, body: WinAsked, if_match: IfMatch) -> Any:
    """Close as won; it is written into the ledger."""
    seen = [EvidenceDraft(item.text, item.counter) for item in body.evidence]
    win = Win(body.order_no, body.finished, seen, body.won_on)
    version = edited_version(if_match, body.version)
    return told(request, response, win_opportunity(acting(request), id, version=version, win=win))


class OpportunityLossAsked(LossAsked):
    """``ends_card``: the customer is lost with it."""

    version: Whole | None = None
    ends_card: Flag = False


@router.post("/opportunities/{id}/loss", response=OpportunityTold)
def lose_one(
    request: HttpRequest, response: HttpResponse, id: Id, body: OpportunityLossAsked, if_match: IfMatch
) -> Any:
    """Apply for its loss; it stays open until a leader approves (R-LVL-05)."""
    draft = LossDraft(**body.model_dump(exclude={"version", "ends_card"}))
    version = edited_version(if_match, body.version)
    row = lose_opportunity(acting(request), id, version=version, draft=draft, ends_card=body.ends_card)
    return told(request, response, row)


class ReopeningAsked(Asked):
    version: Whole | None = None
    stage: Code
    expected_close_on: Day
    reason: str = words(200, needed=True)


@router.post("/opportunities/{id}/reopening", response=OpportunityTold)
def reopen_one(
    request: HttpRequest, response: HttpResponse, id: Id, body: ReopeningAsked, if_match: IfMatch
) -> Any:
    """A lost opportunity lives again in its next cycle."""
    given = body.model_dump(exclude={"version"})
    row = reopen_opportunity(acting(request), id, version=edited_version(if_match, body.version), **given)
    return told(request, response, row)
