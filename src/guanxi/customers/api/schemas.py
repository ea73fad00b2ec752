"""Cards as the API tells them: numbers, WeChat and e-mail masked."""

from datetime import date

from django.core.exceptions import ObjectDoesNotExist

from guanxi.customers.models import Contact, Customer, Intent, Phone
from guanxi.customers.rules.masks import mask_account, mask_email
from guanxi.lib.phones import mask_phone
from guanxi.organization.api.schemas import Amount, Person, Told


class PhoneTold(Told):
    id: int
    kind: str
    masked: str
    is_primary: bool

    @classmethod
    def of(cls, phone: Phone) -> "PhoneTold":
        return cls.copied(phone, masked=mask_phone(phone.normalized))


class Row(Told):
    """One line of the list."""

    id: int
    customer_no: str
    name: str
    kind: str
    org_name: str
    phone: str
    level: str
    level_since: date | None
    level_confirmed: bool
    intent_status: str
    owner_kind: str
    source_code: str
    tier: int | None
    owner: Person | None
    last_contact_on: date | None
    next_due_on: date | None
    version: int

    @classmethod
    def of(cls, card: Customer) -> "Row":
        """Needs owner and phones loaded."""
        return cls.copied(card, owner=Person.of(card.owner), phone=_first_phone(card))


def _first_phone(card: Customer) -> str:
    phones = list(card.phones.all())
    return mask_phone(phones[0].normalized) if phones else ""


class ProductTold(Told):
    id: int
    name: str


class IntentTold(Told):
    """What the customer means to buy; amounts in yuan."""

    product: ProductTold | None
    colour: str
    configuration: str
    alternatives: str
    competitors: str
    use_type: str
    purchase_kind: str
    budget_min: Amount | None
    budget_max: Amount | None
    payment: str
    expected_close_on: date | None
    trade_in: bool
    key_concerns: str
    decision_maker: str
    deposit_held: Amount | None

    @classmethod
    def of(cls, intent: Intent) -> "IntentTold":
        product = intent.product
        return cls.copied(intent, product=ProductTold.copied(product) if product else None)


class ContactPerson(Told):
    """Somebody inside an organisation."""

    id: int
    name: str
    department: str
    title: str
    phone: str
    is_primary: bool

    @classmethod
    def of(cls, contact: Contact) -> "ContactPerson":
        return cls.copied(contact, phone=mask_phone(contact.phone_normalized))


class Owned(Told):
    """Something the customer owns; ``is_ours`` came from us."""

    id: int
    is_ours: bool
    brand: str
    model: str
    colour: str
    vin: str
    plate_no: str
    bought_on: date | None
    delivered_on: date | None
    mileage: int | None
    insurance_expires_on: date | None


class Card(Row):
    """The whole card."""

    card_no: str
    card_type: str
    gender: str
    birth_date: date | None
    id_no_masked: str
    wechat_masked: str
    email_masked: str
    region: str
    address: str
    postcode: str
    occupation: str
    employer: str
    title: str
    industry: str
    income_band: str
    education: str
    values_note: str
    remark: str
    source_detail: str
    channel: str
    opt_outs: list[str]
    base_class: str
    is_vip_supporter: bool
    dimensions: dict[str, str]
    phones: list[PhoneTold]
    intent: IntentTold | None
    contacts: list[ContactPerson]
    owned_items: list[Owned]

    @classmethod
    def of(cls, card: Customer) -> "Card":
        return cls.copied(
            card,
            owner=Person.of(card.owner),
            phone=_first_phone(card),
            wechat_masked=mask_account(card.wechat),
            email_masked=mask_email(card.email),
            phones=[PhoneTold.of(phone) for phone in card.phones.all()],
            intent=_intent(card),
            contacts=[ContactPerson.of(contact) for contact in card.contacts.all()],
            owned_items=[Owned.copied(item) for item in card.owned_items.all()],
        )


def _intent(card: Customer) -> IntentTold | None:
    try:
        return IntentTold.of(card.intent)
    except ObjectDoesNotExist:
        return None
