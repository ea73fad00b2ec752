"""The plan of an account, with what is reckoned from it."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import get_customer
from guanxi.key_accounts.models import CREATE, SCREENED
from guanxi.key_accounts.queries.account_plans import plan_told
from guanxi.key_accounts.rules.growth import PAIRS
from guanxi.key_accounts.rules.support import MET
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Id, Told

router = Router(tags=["key accounts"])


class MemberTold(Told):
    """One of us in the team; ``counterpart`` is the id of a person of the account."""

    user: int
    function: str
    counterpart: int | None
    is_covered: bool


class PlanTold(Told):
    """Ratings are 0–5 or null, ``strength`` 0–5, ``screening_score`` 0–25, ``pairs_covered`` of ``pairs``,
    ``create_score`` of 30; hours are those a month. ``version`` is 0 for an account without a plan."""

    customer: int
    stage: str
    keyperson_step: int
    growth_stage: str
    trust: int | None
    benefit: int | None
    emotion: int | None
    strength: Decimal | None
    evidence: str
    evidence_on: date | None
    strategy: str
    need_depth: str
    offer: str
    strategic_traits: list[str]
    screening: dict[str, int | None]
    screening_score: int | None
    planned_hours: int | None
    proposed_hours: int | None
    switch_cost_money: Decimal | None
    switch_cost_hours: int | None
    switch_cost_effort: int | None
    create: dict[str, int | None]
    create_score: int | None
    maintenance: list[str]
    pairs_covered: int
    pairs: int
    rolls: int
    departments: list[str]
    members: list[MemberTold]
    to_find_out: list[str]
    version: int


@router.get("/key-accounts/{id}/plan", response=PlanTold)
def read_plan(request: HttpRequest, response: HttpResponse, id: Id) -> Any:
    """How an organisation is worked: screening, relation, strategy, team, and what is still to be found out."""
    card = get_customer(caller(request), id)
    if card.kind != Customer.Kind.ORG:
        raise Customer.DoesNotExist
    told = plan_told(card, acting(request).on)
    plan = told.plan
    strength = told.strength
    covered = {one.pk: one.marks["degree"] in MET for one in told.found.people}
    response["ETag"] = f'"{plan.version}"'
    return PlanTold(
        customer=card.pk,
        stage=plan.stage,
        keyperson_step=told.told.step.number,
        growth_stage=plan.growth_stage,
        trust=plan.trust,
        benefit=plan.benefit,
        emotion=plan.emotion,
        strength=None
        if strength is None
        else (Decimal(strength.numerator) / strength.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP),
        evidence=plan.evidence,
        evidence_on=plan.evidence_on,
        strategy=plan.strategy,
        need_depth=plan.need_depth,
        offer=plan.offer,
        strategic_traits=plan.strategic_traits,
        screening={name: getattr(plan, name) for name in SCREENED},
        screening_score=told.score,
        planned_hours=plan.planned_hours,
        proposed_hours=told.proposed,
        switch_cost_money=plan.switch_cost_money,
        switch_cost_hours=plan.switch_cost_hours,
        switch_cost_effort=plan.switch_cost_effort,
        create={name.removeprefix("create_"): getattr(plan, name) for name in CREATE},
        create_score=told.create.total,
        maintenance=[plan.maintain_analysis, plan.maintain_strategy, plan.maintain_execution],
        pairs_covered=len(told.pairs),
        pairs=len(PAIRS),
        rolls=told.rolls,
        departments=sorted(told.departments),
        members=[
            MemberTold(
                user=one.user_id,
                function=one.function,
                counterpart=one.counterpart_id,
                is_covered=one.function in PAIRS and covered.get(one.counterpart_id or 0, False),
            )
            for one in told.members
        ],
        to_find_out=told.questions,
        version=plan.version,
    )
