"""Showing a full number, and asking whether a number has a card."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from guanxi.customers.api.inputs import typed_numbers
from guanxi.customers.operations.collisions import check_number, claim_number
from guanxi.customers.operations.numbers import reveal_account, reveal_number
from guanxi.customers.queries.duplicates import Duplicate
from guanxi.lib.phones import PhoneNumber
from guanxi.organization.acts import Act
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.problems import Forbidden, Problem
from guanxi.organization.api.schemas import Asked, Flag, Id, Told, words
from guanxi.organization.rules.roles import Reach

router = Router(tags=["numbers"])


class RevealAsked(Asked):
    """``phone`` is the id of one of the card's numbers; left out, the primary one. ``account`` asks for something
    else of the card instead of a phone number."""

    phone: Id | None = None
    to_call: Flag = False
    account: Literal["wechat", "email", "id_no"] | None = None


class NumberTold(Told):
    """``tel`` is empty for an account."""

    number: str
    tel: str


@router.post("/customers/{id}/reveal", response=NumberTold)
def reveal(request: HttpRequest, id: Id, body: RevealAsked) -> Any:
    """One number, or the WeChat name, e-mail address or ID number, in full: logged, and counted against the day's
    budget unless the caller calls their own customer. Answers 429 when the budget is used up."""
    if body.account is not None:
        if body.phone is not None or body.to_call:
            raise Problem(
                422, "invalid", _("Ask for a phone number or for an account, not for both."), "account"
            )
        return NumberTold(number=reveal_account(acting(request), id, body.account), tel="")
    phone = reveal_number(acting(request), id, body.phone, to_call=body.to_call)
    return NumberTold(number=phone.normalized, tel=f"tel:{phone.normalized.replace('x', ',')}")


class NumberAsked(Asked):
    phone: str = words(40, needed=True)


class CheckTold(Told):
    """``customer`` only when the caller may see the card: otherwise merely that the number is taken (1.5)."""

    taken: bool
    customer: int | None


class ClaimTold(Told):
    taken: bool
    claimed: bool


@router.post("/collisions/check", response=CheckTold)
def check_collision(request: HttpRequest, body: NumberAsked) -> Any:
    """Whether a whole number has a card. Logged when it is a colleague's; limited by day."""
    found = first_taken(_seller(request), typed_numbers(body.phone)[:1])
    return CheckTold(taken=found is not None, customer=found.customer_id if found else None)


@router.post("/collisions", response={201: ClaimTold})
def claim_collision(request: HttpRequest, body: NumberAsked) -> Any:
    """Tell the manager that one met a customer who is a colleague's (R-PRM-09)."""
    act, numbers = _seller(request), typed_numbers(body.phone)[:1]
    # Claiming tells as much as asking, so it is logged and limited alike.
    taken = first_taken(act, numbers) is not None
    collision = claim_number(act, numbers[0]) if taken else None
    return Status(201, ClaimTold(taken=taken, claimed=collision is not None))


def _seller(request: HttpRequest) -> Act:
    if caller(request).write_reach == Reach.NONE:
        raise Forbidden(_("Your role keeps no customers."))
    return acting(request)


def first_taken(act: Act, numbers: list[PhoneNumber]) -> Duplicate | None:
    """The first of the numbers that has a card. Raises TooManyChecks."""
    return next(filter(None, (check_number(act, number) for number in numbers)), None)
