"""Receiving a customer, editing the card, and handing customers over."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field

from guanxi.cadence.operations.cards import FirstJudgement, change_card, hand_over_cards, receive_customer
from guanxi.cadence.operations.contacts import known_evidence
from guanxi.customers.api.cards import router as cards
from guanxi.customers.api.cards import told_card
from guanxi.customers.api.inputs import (
    CardFields,
    CardPatch,
    card_values,
    intent_values,
    kept_numbers,
    naming_intent,
    typed_numbers,
)
from guanxi.customers.api.numbers import first_taken
from guanxi.customers.api.schemas import Card
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft, CardRefused
from guanxi.customers.queries.cards import get_customer
from guanxi.organization.acts import Act
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.problems import Forbidden, Problem
from guanxi.organization.api.schemas import Asked, Code, Id, Told, words
from guanxi.organization.api.versions import IfMatch, edited_version
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach, Role

router = Router(tags=["customers"])

SOURCE_FIELDS = {"source_code", "source_detail"}
# What intent and level cannot be before the card stands open: O needs an order.
FirstLevel = Literal["H", "A", "B", "C", "N", ""]


class FirstAsked(Asked):
    """The first level. Left out: what the facts suggest, N when none are given; "": no intent, a base customer."""

    level: FirstLevel | None = None
    evidence: Annotated[list[Code], Field(max_length=40)] = []
    reason: str = words(300)


class CardAsked(CardFields):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    phone: Annotated[str, Field(min_length=1, max_length=200, description="Several are separated by /.")]
    owner: Annotated[Id | None, Field(description="A colleague within reach; left out, the caller.")] = None
    first: FirstAsked = FirstAsked()


# The list and this stand on one address, so they must share one router: Django asks only the first that fits.
@cards.post("/customers", response={201: Card})
def create_card(request: HttpRequest, response: HttpResponse, body: CardAsked) -> Any:
    """Open a card with its first level and follow-up (R-CUS-08, R-LVL-02).

    A first level above the suggestion needs ``first.reason``; two or more steps above wait for a leader, and the
    card opens at the suggestion (R-LVL-01).
    409 ``taken`` when a number has a card already; ``customer`` names it when the caller may see it (1.5).
    """
    act, user = acting(request), caller(request)
    if user.write_reach == Reach.NONE:
        raise Forbidden(_("Your role keeps no customers."))
    values = card_values(act, body)
    owner = _owner(user, values.pop("owner", None))
    numbers = typed_numbers(body.phone)
    contacts = [{"name": body.name, "is_primary": True}] if body.kind == "ORG" else []
    intent = intent_values(act, body.intent)
    draft = CardDraft(values.pop("name"), numbers, owner, values, intent, contacts=contacts)
    evidence = known_evidence(act, body.first.evidence)
    level = body.first.level
    if level is None and not evidence and not intent.get("expected_close_on"):
        # Nobody has judged yet: the first contact is due within a day, not in a C's month (R-LVL-02).
        level = "N"
    first = FirstJudgement(level, evidence, reason=body.first.reason)
    _refuse_taken(act, draft)
    try:
        with naming_intent():
            card, _waiting = receive_customer(act, draft, first)
    except CardRefused:
        # Somebody may have opened the card between the check and here.
        _refuse_taken(act, draft)
        raise
    return Status(201, told_card(response, get_customer(user, card.pk)))


@cards.patch("/customers/{id}", response=Card)
def patch_card(
    request: HttpRequest, response: HttpResponse, id: Id, body: CardPatch, if_match: IfMatch
) -> Any:
    """Change the fields sent, on the version the caller saw. Only a manager changes the source (21.1)."""
    act, user = acting(request), caller(request)
    card = Customer.objects.editable_by(user).prefetch_related("phones").get(pk=id)
    values = card_values(act, body)
    if SOURCE_FIELDS & values.keys() and not user.has_role(Role.MANAGER):
        raise Forbidden(_("Only a manager changes the source."))
    phones = kept_numbers(card, body.phones) if "phones" in body.model_fields_set else None
    intent = intent_values(act, body.intent)
    version = edited_version(if_match, body.version)
    with naming_intent():
        edited = change_card(act, id, version=version, values=values, intent=intent, phones=phones)
    return told_card(response, get_customer(user, edited.pk))


class HandOverAsked(Asked):
    customers: Annotated[list[Id], Field(min_length=1, max_length=200)]
    to: Id
    reason: str = words(200, needed=True)


class HandOverTold(Told):
    moved: list[int]


@router.post("/hand-overs", response={201: HandOverTold})
def hand_over(request: HttpRequest, body: HandOverAsked) -> Any:
    """Give cards with their open tasks to another consultant: all or none (R-PRM-03). Managers only."""
    act, user = acting(request), caller(request)
    if not user.has_role(Role.MANAGER):
        raise Forbidden(_("Only a manager hands customers over."))
    to = User.objects.consultants_of(act.store).filter(pk=body.to).first()
    if to is None:
        raise CardRefused(_("This colleague does not work in the store."), "to")
    moved = hand_over_cards(act, body.customers, to, reason=body.reason)
    return Status(201, HandOverTold(moved=[card.pk for card in moved]))


def _owner(user: User, asked: int | None) -> User:
    """The caller, or a colleague within reach (AZ-07). Raises CardRefused."""
    if asked is None or asked == user.pk:
        return user
    owner = User.objects.givable_by(user).filter(pk=asked).first()
    if owner is None:
        raise CardRefused(_("This colleague does not work in the store."), "owner")
    return owner


def _refuse_taken(act: Act, draft: CardDraft) -> None:
    found = first_taken(act, list(draft.phones))
    if found is not None:
        raise Problem(409, "taken", _("This number already has a card."), "phone", customer=found.customer_id)
