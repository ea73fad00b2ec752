"""Collisions that wait for the manager (R-PRM-09), on the router of the claims: an address has one router."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from guanxi.cadence.operations.cards import decide_claim
from guanxi.cadence.queries.decisions import collisions_to_decide
from guanxi.customers.api.numbers import router
from guanxi.customers.models import Collision
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.schemas import Asked, Flag, Id, Person, Told, words


class CollisionTold(Told):
    id: int
    customer: int
    customer_name: str
    owner: Person | None
    claimant: Person | None
    at: datetime
    protected: bool

    @classmethod
    def of(cls, row: Collision) -> "CollisionTold":
        return cls.copied(
            row,
            customer=row.customer_id,
            customer_name=row.customer.name,
            owner=Person.of(row.customer.owner),
            claimant=Person.of(row.claimant),
        )


class CollisionDecisionAsked(Asked):
    move: Flag
    reason: str = words(200)


class DecidedTold(Told):
    customer: int
    moved: bool


@router.get("/collisions", response=list[CollisionTold])
def list_collisions(request: HttpRequest) -> Any:
    """Open collisions the caller decides."""
    return [CollisionTold.of(row) for row in collisions_to_decide(caller(request))[:200]]


@router.post("/collisions/{id}/decision", response=DecidedTold)
def decide_collision(request: HttpRequest, id: Id, body: CollisionDecisionAsked) -> Any:
    """Keep the customer where it is, or move it to the claimant. Managers only, never one's own claim."""
    collision = collisions_to_decide(caller(request)).get(pk=id)
    card = decide_claim(acting(request), collision.pk, move=body.move, reason=body.reason)
    return DecidedTold(customer=card.pk, moved=body.move)
