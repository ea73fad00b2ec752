"""A customer as a recommender over the API: requests, traits, and what came through them."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from guanxi.customers.models import Customer
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Amount, Asked, Code, Day, Id, Told, Whole, words
from guanxi.prospecting.api.names import Codes, Names, drafts_of
from guanxi.prospecting.models import InfluenceCentre
from guanxi.prospecting.operations.asking import AskDraft, ask_for_names, tick_traits
from guanxi.prospecting.queries.recommenders import recommender_of

router = Router(tags=["referrals"])


class RequestAsked(Asked):
    """One request (R-REF-01). ``names`` go with the result NAMES only."""

    moment: Code
    result: Literal["NAMES", "REFUSED", "LATER"]
    names: Names = []
    note: str = words(300)
    again_on: Day | None = None


class RequestTold(Told):
    id: int
    ask_no: int
    moment: str
    result: str
    names: int
    asked_on: date


class TraitsAsked(Asked):
    """``version`` 0 where nothing was ticked yet."""

    version: Whole
    traits: Codes


class TraitsTold(Told):
    traits: list[str]
    is_centre: bool
    version: int

    @classmethod
    def of(cls, row: InfluenceCentre) -> "TraitsTold":
        return cls.copied(row, is_centre=row.is_centre)


class RecommenderTold(Told):
    """A customer as a recommender: requests of the running round, and what came through them."""

    asked: int
    wanted: int
    may_ask: bool
    rests_until: date | None
    traits: list[str]
    is_centre: bool
    names: int
    customers: int
    generations: int
    orders: int
    delivered: int
    amount: Amount


@router.get("/customers/{id}/referrals", response=RecommenderTold)
def read_recommender(request: HttpRequest, id: Id) -> Any:
    """How often a customer was asked, whom they named, and what came through them."""
    user = caller(request)
    card = Customer.objects.visible_to(user).select_related("store").get(pk=id)
    found = recommender_of(user, card, acting(request).on)
    return RecommenderTold(
        asked=found.asked.shown, wanted=found.asked.wanted, may_ask=found.asked.may_ask,
        rests_until=found.asked.rests_until, traits=found.influence.traits if found.influence else [],
        is_centre=bool(found.influence and found.influence.is_centre), names=found.names_count,
        customers=found.people, generations=len(found.generations), orders=found.value.orders,
        delivered=found.value.delivered, amount=found.value.amount,
    )  # fmt: skip


@router.post("/customers/{id}/referral-requests", response={201: RequestTold})
def ask(request: HttpRequest, id: Id, body: RequestAsked) -> Any:
    """Keep a request for a recommendation with the names it gave (R-REF-01)."""
    draft = AskDraft(body.moment, body.result, drafts_of(body.names), body.note, body.again_on)
    return Status(201, RequestTold.copied(ask_for_names(acting(request), id, draft)))


@router.put("/customers/{id}/influence", response=TraitsTold)
def tick(request: HttpRequest, id: Id, body: TraitsAsked) -> Any:
    """Tick the traits of an influence centre (10.2)."""
    return TraitsTold.of(tick_traits(acting(request), id, version=body.version, traits=body.traits))
