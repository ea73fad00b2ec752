"""Levels: what the facts suggest, judging, and what leaders decide."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from guanxi.cadence.models import LevelChange
from guanxi.cadence.operations.contacts import known_evidence
from guanxi.cadence.operations.levels import decide_downgrade, decide_level_request, set_level
from guanxi.cadence.queries.decisions import downgrade_proposals, level_requests
from guanxi.cadence.queries.facts import level_facts
from guanxi.cadence.queries.judgements import judgement
from guanxi.cadence.rules.levels import LevelFacts
from guanxi.customers.models import Customer
from guanxi.customers.queries.cards import get_customer
from guanxi.organization.acts import Act
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Amount, Asked, Code, Day, Flag, Id, Person, Told, Yuan, words

router = Router(tags=["levels"])

Codes = Annotated[list[Code], Field(max_length=40)]
MOST = 200


class FactsAsked(Asked):
    """Facts as of ``today``; left out, the store's business date."""

    today: Day | None = None
    expected_close_date: Day | None = None
    evidence: Codes = []
    deposit: Yuan | None = None
    ordered: Flag = False


class SuggestionTold(Told):
    """``flags`` are evidence_missing, small_deposit and date_passed."""

    level: str
    by_date: str | None
    by_evidence: str | None
    reasons: list[str]
    flags: list[str]


@router.post("/levels/suggestion", response=SuggestionTold)
def suggest(request: HttpRequest, body: FactsAsked) -> Any:
    """The level the facts support (R-LVL-01); nothing is stored."""
    act = acting(request)
    facts = LevelFacts(
        body.expected_close_date, known_evidence(act, body.evidence), body.deposit or Decimal(0), body.ordered
    )
    return suggestion(facts, body.today or act.on, act)


class LevelTold(Told):
    """The level in force with the facts behind it, and what they suggest now."""

    level: str
    since: date | None
    confirmed: bool
    evidence: list[str]
    expected_close_on: date | None
    deposit: Amount
    ordered: bool
    suggestion: SuggestionTold


@router.get("/customers/{id}/level", response=LevelTold)
def read_level(request: HttpRequest, id: Id) -> Any:
    """A card's level, its evidence and the suggestion."""
    return level_of(acting(request), get_customer(caller(request), id))


class ChangeTold(Told):
    """A judgement: IN_FORCE, or REQUESTED when it waits for a leader; null when nothing changed."""

    id: int
    customer: int
    customer_name: str
    kind: str
    state: str
    from_level: str
    to_level: str
    suggested_level: str
    reason: str
    by: Person | None
    at: datetime
    effective_on: date | None

    @classmethod
    def of(cls, change: LevelChange) -> "ChangeTold":
        return cls.copied(
            change,
            customer=change.customer_id,
            customer_name=change.customer.name,
            by=Person.of(change.by),
        )


class LevelAsked(Asked):
    """Left out, ``evidence`` and ``expected_close_on`` stay as they are."""

    level: str = words(4, needed=True)
    reason: str = words(300)
    evidence: Codes | None = None
    expected_close_on: Day | None = None
    confirm: Flag = False


@router.post("/customers/{id}/level", response=ChangeTold | None)
def judge(request: HttpRequest, id: Id, body: LevelAsked) -> Any:
    """Judge a card without a contact; ``confirm`` is the second judgement (R-LVL-01, -02; R-FUP-03)."""
    change = set_level(
        acting(request),
        id,
        body.level,
        reason=body.reason,
        evidence=None if body.evidence is None else frozenset(body.evidence),
        expected_close_on=body.expected_close_on,
        keep_close_date="expected_close_on" not in body.model_fields_set,
        confirm=body.confirm,
    )
    return change and ChangeTold.of(change)


class EvidenceAsked(Asked):
    codes: Codes


@router.put("/customers/{id}/evidence", response=LevelTold)
def tick_evidence(request: HttpRequest, id: Id, body: EvidenceAsked) -> Any:
    """Make exactly these items the evidence of the card; the level stays."""
    act, user = acting(request), caller(request)
    level = Customer.objects.editable_by(user).get(pk=id).level
    set_level(act, id, level, evidence=frozenset(body.codes))
    return level_of(act, get_customer(user, id))


class DecisionAsked(Asked):
    accept: Flag
    note: str = words(300)


@router.get("/level-requests", response=list[ChangeTold])
def list_level_requests(request: HttpRequest) -> Any:
    """Two-step changes that wait for the caller's decision."""
    return [ChangeTold.of(change) for change in level_requests(caller(request))[:MOST]]


@router.post("/level-requests/{id}/decision", response=ChangeTold)
def decide_request(request: HttpRequest, id: Id, body: DecisionAsked) -> Any:
    """Approve or refuse a two-step change, never one's own (21.4)."""
    return ChangeTold.of(decide_level_request(acting(request), id, approve=body.accept, note=body.note))


@router.get("/downgrades", response=list[ChangeTold])
def list_downgrades(request: HttpRequest) -> Any:
    """Proposed downgrades the caller may intervene in (R-LVL-04)."""
    return [ChangeTold.of(change) for change in downgrade_proposals(caller(request))[:MOST]]


@router.post("/downgrades/{id}/decision", response=ChangeTold)
def decide_proposal(request: HttpRequest, id: Id, body: DecisionAsked) -> Any:
    """Let a downgrade take effect at once, or keep the level with a reason."""
    return ChangeTold.of(decide_downgrade(acting(request), id, accept=body.accept, note=body.note))


def suggestion(facts: LevelFacts, today: date, act: Act) -> SuggestionTold:
    return SuggestionTold(**asdict(judgement(facts, today, act.store.playbook)))


def level_of(act: Act, card: Customer) -> LevelTold:
    facts = level_facts(card)
    return LevelTold(
        level=card.level,
        since=card.level_since,
        confirmed=card.level_confirmed,
        evidence=sorted(facts.ticked),
        expected_close_on=facts.expected_close_on,
        deposit=facts.deposit,
        ordered=facts.ordered,
        suggestion=suggestion(facts, act.on, act),
    )
