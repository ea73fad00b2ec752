"""What a client sends about cards, and turning it into what the operations take."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from guanxi.catalogue.models import Product
from guanxi.customers.forms import NO_NUMBER
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardRefused
from guanxi.customers.rules.masks import ACCOUNTS, MASK
from guanxi.lib.phones import PhoneNumber, PhoneRefused, parse_phone, parse_phones
from guanxi.organization.acts import Act
from guanxi.organization.api.schemas import Asked, Day, Flag, Id, Whole, Yuan, words

# Field → the list of the playbook its code comes from.
CODED = {"source_code": "sources", "channel": "channels"}
INTENT_CODED = {"use_type": "use_types", "purchase_kind": "purchase_kinds", "payment": "payments"}


def _email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise ValueError("no e-mail address") from error
    return text


class IntentAsked(Asked):
    product: Id | None = None
    colour: str = words(30)
    configuration: str = words(100)
    alternatives: str = words(200)
    competitors: str = words(200)
    use_type: str = words(10)
    purchase_kind: str = words(10)
    budget_min: Yuan | None = None
    budget_max: Yuan | None = None
    payment: str = words(6)
    expected_close_on: Day | None = None
    trade_in: Flag = False
    key_concerns: str = words(300)
    decision_maker: str = words(80)


class CardFields(Asked):
    """Fields of the front of the card; what is left out stays as it is."""

    kind: Literal["PERSON", "ORG"] = "PERSON"
    org_name: str = words(120)
    gender: Literal["M", "F", "U"] = "U"
    birth_date: Day | None = None
    wechat: str = words(60)
    email: Annotated[str, Field(max_length=254), AfterValidator(_email)] = ""
    region: str = words(60)
    address: str = words(200)
    postcode: str = words(10)
    occupation: str = words(60)
    employer: str = words(120)
    title: str = words(60)
    industry: str = words(60)
    income_band: str = words(30)
    education: str = words(30)
    values_note: str = words(1000)
    remark: str = words(2000)
    source_code: str = words(2)
    source_detail: str = words(60)
    channel: str = words(3)
    tier: Literal[1, 2, 3] | None = None
    opt_outs: Annotated[
        list[Literal["CALL", "SMS", "WECHAT", "MAIL"]],
        Field(max_length=4, description="Channels the customer refuses (R-PRM-08)."),
    ] = []
    intent: IntentAsked | None = None


class NumberAsked(Asked):
    """A number of the card to keep, by ``id``, or a new one by ``number``."""

    id: Id | None = None
    number: str = words(40)


class CardPatch(CardFields):
    name: Annotated[str, Field(min_length=1, max_length=80)] = ""
    phones: Annotated[list[NumberAsked], Field(min_length=1, max_length=5)] = []
    version: Whole | None = None


def card_values(act: Act, asked: CardFields) -> dict[str, Any]:
    """Model fields the client sent. Raises CardRefused for a code the playbook does not know, and for the mask of
    what the card holds: it must not take the place of the whole text."""
    values = asked.model_dump(exclude_unset=True, exclude={"intent", "phones", "phone", "version", "first"})
    for field in ACCOUNTS:
        if MASK in (values.get(field) or ""):
            raise CardRefused(_("This is only a mask. Send the whole text, or leave the field out."), field)
    _known(act, values, CODED)
    return values


@contextmanager
def naming_intent() -> Iterator[None]:
    """Around an operation: a refusal of a field of the intent block names it as the body does."""
    try:
        yield
    except CardRefused as refused:
        if refused.field not in IntentAsked.model_fields:
            raise
        raise CardRefused(refused.message, f"intent.{refused.field}") from refused


def intent_values(act: Act, asked: IntentAsked | None) -> dict[str, Any]:
    """Fields of the intent block the client sent, the product as a row of the store's catalogue. Raises CardRefused."""
    if asked is None:
        return {}
    values = asked.model_dump(exclude_unset=True)
    _known(act, values, INTENT_CODED)
    if values.get("product") is not None:
        product = Product.objects.of_store(act.store).on_sale().filter(pk=values["product"]).first()
        if product is None:
            raise CardRefused(_("Choose a model of this store."), "intent.product")
        values["product"] = product
    return values


def typed_numbers(text: str, field: str = "phone") -> list[PhoneNumber]:
    """One or several numbers as typed. Raises CardRefused."""
    try:
        return parse_phones(text)
    except PhoneRefused as refused:
        raise CardRefused(NO_NUMBER, field) from refused


def kept_numbers(card: Customer, asked: list[NumberAsked]) -> list[PhoneNumber]:
    """The card's numbers after an edit. Raises CardRefused for an id of another card or a bad number."""
    held = {phone.pk: PhoneNumber(phone.raw, phone.normalized, phone.kind) for phone in card.phones.all()}
    numbers = []
    for item in asked:
        if (item.id is None) == (not item.number) or (item.id is not None and item.id not in held):
            raise CardRefused(_("Keep a number of this card by its id, or send a new one."), "phones")
        try:
            numbers.append(held[item.id] if item.id is not None else parse_phone(item.number))
        except PhoneRefused as refused:
            raise CardRefused(NO_NUMBER, "phones") from refused
    return numbers


def _known(act: Act, values: dict[str, Any], lists: dict[str, str]) -> None:
    for field, name in lists.items():
        code = values.get(field)
        if code and code not in act.store.playbook.labels(name):
            raise CardRefused(_("Unknown code %(code)s.") % {"code": code}, field)
