"""Losses: applied for, withdrawn, decided; and customers who come back."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from guanxi.cadence.models import LossReport
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss, reactivate, withdraw_loss
from guanxi.cadence.queries.decisions import losses_to_decide
from guanxi.customers.api.cards import told_card
from guanxi.customers.api.schemas import Card
from guanxi.customers.queries.cards import get_customer
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.pages import newest_first
from guanxi.organization.api.schemas import Amount, Asked, Flag, Id, Limit, Person, Told, Yuan, words

router = Router(tags=["losses"])


class LossAsked(Asked):
    """``price`` in yuan; left out when unknown, never 0."""

    outcome: str = words(24, needed=True)
    reason: str = words(20, needed=True)
    second_reason: str = words(20)
    reason_text: str = words(300)
    competitor: str = words(80)
    bought_from: str = words(80)
    price: Yuan | None = None
    analysis: str = words(1000)
    countermeasure: str = words(1000)


class LossTold(Told):
    """``subject`` names one opportunity that was lost; unless ``ends_card``, the customer goes on."""

    id: int
    customer: int
    customer_name: str
    subject: str
    ends_card: bool
    state: str
    outcome: str
    bucket: str
    reason: str
    second_reason: str
    reason_text: str
    competitor: str
    bought_from: str
    price: Amount | None
    analysis: str
    countermeasure: str
    level_then: str
    applied_by: Person | None
    applied_at: datetime
    called_back: bool
    decision_note: str
    decided_by: Person | None
    decided_on: date | None
    version: int

    @classmethod
    def of(cls, report: LossReport) -> "LossTold":
        return cls.copied(
            report,
            customer=report.customer_id,
            customer_name=report.customer.name,
            applied_by=Person.of(report.applied_by),
            decided_by=Person.of(report.decided_by),
        )


class LossFilters(Asked):
    """``decidable``: only those that wait for the caller's decision."""

    state: Literal["APPLIED", "APPROVED", "REJECTED", "CANCELLED", ""] = ""
    decidable: bool = False
    before: Id | None = None
    limit: Limit = 50


@router.get("/losses", response=list[LossTold])
def list_losses(request: HttpRequest, asked: Query[LossFilters]) -> Any:
    """Loss reports of cards the caller may read, newest first; ``before`` is the id of the last one seen."""
    user = caller(request)
    rows = losses_to_decide(user) if asked.decidable else LossReport.objects.visible_to(user)
    rows = rows.select_related("customer", "applied_by", "decided_by")
    if asked.state:
        rows = rows.filter(state=asked.state)
    return [LossTold.of(report) for report in newest_first(rows, asked.before, asked.limit)]


@router.post("/customers/{id}/losses", response={201: LossTold})
def apply(request: HttpRequest, id: Id, body: LossAsked) -> Any:
    """Apply for a loss; the level stays until a leader approves (R-LVL-05)."""
    return Status(201, LossTold.of(apply_for_loss(acting(request), id, LossDraft(**body.model_dump()))))


@router.post("/customers/{id}/losses/withdrawal", response={204: None})
def withdraw(request: HttpRequest, id: Id) -> Any:
    """Take a pending application back; without one nothing happens."""
    withdraw_loss(acting(request), id)
    return Status(204, None)


class LossDecisionAsked(Asked):
    approve: Flag
    called_back: Flag
    note: str = words(300, needed=True)


@router.post("/losses/{id}/decision", response=LossTold)
def decide(request: HttpRequest, id: Id, body: LossDecisionAsked) -> Any:
    """Approve or reject after the call-back: a supervisor N, B and C, a manager all; never one's own."""
    report = decide_loss(
        acting(request), id, approve=body.approve, called_back=body.called_back, note=body.note
    )
    return LossTold.of(report)


class ReactivationAsked(Asked):
    level: str = words(4, needed=True)
    reason: str = words(200, needed=True)


@router.post("/customers/{id}/reactivation", response=Card)
def bring_back(request: HttpRequest, response: HttpResponse, id: Id, body: ReactivationAsked) -> Any:
    """A lost customer comes back, or an owner gets a new intent (R-LVL-06)."""
    reactivate(acting(request), id, level=body.level, reason=body.reason)
    return told_card(response, get_customer(caller(request), id))
