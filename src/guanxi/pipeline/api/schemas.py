"""How an opportunity is told over the API."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from guanxi.organization.api.callers import caller
from guanxi.organization.api.schemas import (
    Amount,
    Asked,
    Flag,
    Person,
    Told,
    words,
)
from guanxi.pipeline.models import Opportunity
from guanxi.pipeline.queries.opportunities import get_opportunity


class LineTold(Told):
    product: int
    name: str
    quantity: int
    amount: Amount


class OpportunityTold(Told):
    """``state`` is OPEN, WON or LOST; a loss that waits for approval leaves it OPEN. Amounts in yuan, chances in %."""

    id: int
    number: str
    customer: int
    account: str
    consultant: Person | None
    title: str
    state: str
    stage: str
    stage_since: date
    amount: Amount
    probability: int
    expected_close_on: date
    current_action: str
    next_plan: str
    cycle_no: int
    won_on: date | None
    order_no: str
    loss: int | None
    bi: dict[str, Any]
    ucv: dict[str, Any]
    four: dict[str, str]
    bant: dict[str, int] | None
    lines: list[LineTold]
    version: int

    @classmethod
    def of(cls, row: Opportunity) -> "OpportunityTold":
        lines = [
            LineTold(
                product=line.product_id, name=line.product.name, quantity=line.quantity, amount=line.amount
            )
            for line in row.lines.all()
        ]
        state = "WON" if row.won_on else "LOST" if row.is_lost else "OPEN"
        return cls.copied(
            row, customer=row.customer_id, consultant=Person.of(row.customer.owner), state=state, lines=lines,
            loss=row.loss_id,
        )  # fmt: skip


class ReasonTold(Told):
    code: str
    verdict: str
    facts: dict[str, Any]


class AdvisedTold(OpportunityTold):
    """With what the forecast counts it with (%), and the advice: DROP, NURTURE, ASK or FOLLOW, "" once closed."""

    counted: int
    verdict: str
    reasons: list[ReasonTold]


class SeenAsked(Asked):
    text: str = words(300, needed=True)
    counter: Flag = False


def told(request: HttpRequest, response: HttpResponse, row: Opportunity) -> OpportunityTold:
    """The opportunity as it stands now, with its version in the head."""
    response["ETag"] = f'"{row.version}"'
    return OpportunityTold.of(get_opportunity(caller(request), row.pk))
