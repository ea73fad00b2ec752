"""Opening, editing and handing over cards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Contact, Customer, Intent, NumberSequence, OwnedItem, Phone, Transfer
from guanxi.customers.operations.search import index_cards
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.identity import birth_date_problem, customer_number
from guanxi.customers.rules.lifecycle import BASE_CONDITIONS, base_class_for
from guanxi.lib.dates import is_near
from guanxi.lib.names import sorting_of
from guanxi.lib.phones import PhoneNumber, mask_phone
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rows import insert_rows
from guanxi.organization.rules.roles import Role


class CardRefused(Refused):
    """A card cannot be opened or changed this way."""


@dataclass(frozen=True)
class CardDraft:
    """A card to open. ``values``, ``intent`` and ``owned`` are model fields by name."""

    name: str
    phones: Sequence[PhoneNumber]
    owner: User | None
    values: dict[str, Any] = field(default_factory=dict)
    intent: dict[str, Any] = field(default_factory=dict)
    owned: dict[str, Any] = field(default_factory=dict)
    contacts: Sequence[dict[str, Any]] = ()


@transaction.atomic
def open_cards(act: Act, drafts: Sequence[CardDraft]) -> list[Customer]:
    """Open a card for each draft (R-CUS-08: number, class and grade), in order, with one audit row each.

    Raises CardRefused when a draft has no phone or its mobile belongs to another card; then nothing is kept.
    """
    if not drafts:
        return []
    if any(not draft.phones for draft in drafts):
        raise CardRefused(_("A card needs a phone number."), "phone")
    first = _take_numbers(act, len(drafts))
    customers = []
    for offset, draft in enumerate(drafts):
        number = customer_number(act.on, first + offset)
        owns = bool(draft.values.get("owner_kind"))
        # 1.2: owners enter the base with their card.
        base = {"base_class": Customer.BaseClass.BASE} if owns else {}
        customers.append(
            Customer(
                store=act.store,
                owner=draft.owner,
                customer_no=number,
                card_type="OWNER" if owns else "INTENT",
                card_no=f"{'C' if owns else 'A'}-{number}",
                card_created_at=act.at,
                name=draft.name,
                sorted_as=sorting_of(draft.name),
                created_at=act.at,
                created_by=act.by,
                **(base | draft.values),
            )
        )
    for customer, draft in zip(customers, drafts, strict=True):
        customer.opt_outs = list(dict.fromkeys(customer.opt_outs))
        _check(customer, act)
        _check_budget(draft.intent.get("budget_min"), draft.intent.get("budget_max"))
        _check_test_drive(act, draft.intent.get("test_drive_at"))
    try:
        with transaction.atomic():
            _insert(customers)
            _create_parts(customers, drafts)
    except IntegrityError as error:
        raise CardRefused(_("This number already belongs to another card."), "phone") from error
    index_cards([customer.pk for customer in customers])
    leave_trace(
        act.entry("card_opened", customer, customer=customer.pk, changes={"name": [None, customer.name]})
        for customer in customers
    )
    return customers


@transaction.atomic
def edit_card(
    act: Act,
    customer_id: int,
    *,
    version: int,
    values: dict[str, Any],
    intent: dict[str, Any] | None = None,
    phones: Sequence[PhoneNumber] | None = None,
    reason: str = "",
) -> Customer:
    """Change fields of a card and its intent block; untouched values leave no trace.

    Raises StaleEdit when ``version`` is not the card's, CardRefused for a value that cannot be.
    """
    customer = lock_card(act, customer_id)
    if version != customer.version:
        raise StaleEdit(_("Somebody saved this card first."), customer)
    if values.get("opt_outs"):
        values = values | {"opt_outs": list(dict.fromkeys(values["opt_outs"]))}
    changes = changed_fields(customer, values)
    if "source_code" in changes and customer.source_code != "X" and not may_decide_for_the_store(act):
        raise CardRefused(_("The source decides credit: ask the manager to change it."), "source_code")
    for name in changes:
        setattr(customer, name, values[name])
    customer.sorted_as = sorting_of(customer.name)
    _check(customer, act)
    if any(name in BASE_CONDITIONS for name in changes):
        customer.base_class = base_class_after(customer)
    if intent:
        block = Intent.objects.filter(customer=customer).first() or Intent(customer=customer)
        intent_changes = changed_fields(block, intent)
        for name in intent_changes:
            setattr(block, name, intent[name])
        if "test_drive_at" in intent_changes:
            _check_test_drive(act, block.test_drive_at)
        if {"budget_min", "budget_max"} & intent_changes.keys():
            _check_budget(block.budget_min, block.budget_max)
        if intent_changes or block.pk is None:
            block.save()
        changes |= intent_changes
    if phones is not None:
        changes |= _replace_phones(customer, phones)
    if not changes:
        return customer
    customer.version += 1
    customer.save()
    index_cards([customer.pk])
    leave_trace([act.entry("card_edited", customer, customer=customer.pk, changes=changes, reason=reason)])
    return customer


@transaction.atomic
def hand_over(
    act: Act, customer_ids: Sequence[int], to: User, *, reason: str, why: str = "HANDOVER"
) -> list[Customer]:
    """Give cards to another consultant (R-PRM-03); history keeps its author, open tasks are moved by the
    caller's domain. Raises CardRefused unless the manager does it (21.1), ``to`` works in the store and a
    reason is given."""
    if not may_decide_for_the_store(act):
        raise CardRefused(_("Only the manager hands customers over."))
    if not reason.strip():
        raise CardRefused(_("Say why the customer is handed over."), "reason")
    if not to.is_active or to.store_id != act.store.pk:
        raise CardRefused(_("This colleague does not work in the store."), "to")
    moved = []
    entries = []
    for customer_id in customer_ids:
        customer = lock_card(act, customer_id)
        if customer.owner_id == to.pk:
            continue
        Transfer.objects.create(
            customer=customer, from_owner_id=customer.owner_id, to_owner=to, approved_by=act.by, at=act.at,
            reason=reason, why=why,
        )  # fmt: skip
        entries.append(
            act.entry(
                "card_handed_over",
                customer,
                customer=customer.pk,
                reason=reason,
                changes={"owner": [customer.owner_id, to.pk]},
            )
        )
        customer.owner = to
        customer.version += 1
        customer.save(update_fields=["owner", "version"])
        moved.append(customer)
    index_cards([customer.pk for customer in moved])
    leave_trace(entries)
    return moved


def base_class_after(customer: Customer) -> str:
    """R-CUS-01; owners and lost customers are in the base whatever the conditions say (1.2, R-CUS-04)."""
    lost = customer.intent_status in {Customer.IntentStatus.DEFEATED, Customer.IntentStatus.FROZEN}
    if customer.owner_kind or lost:
        return Customer.BaseClass.BASE
    return base_class_for(customer.base_conditions)


def refuse_past_closing(act: Act, closing: date | None) -> None:
    """1.5: a card a person opens now expects to close today or later; what a sheet brings may lie in the past.
    Raises CardRefused."""
    if closing is not None and closing < act.on:
        raise CardRefused(_("The expected date lies in the past."), "expected_close_on")


def may_decide_for_the_store(act: Act) -> bool:
    """Whether the actor approves transfers and source changes (21.1); a run of the system itself may."""
    return act.by is None or act.by.has_role(Role.MANAGER)


def _take_numbers(act: Act, count: int) -> int:
    """The first of ``count`` numbers of this month; the row lock makes two takers wait for each other."""
    month = f"{act.on:%y%m}"
    NumberSequence.objects.get_or_create(month=month)
    row = NumberSequence.objects.select_for_update().get(month=month)
    row.last += count
    row.save(update_fields=["last"])
    return row.last - count + 1


def _check(customer: Customer, act: Act) -> None:
    if not customer.name.strip():
        raise CardRefused(_("Enter a name."), "name")
    if customer.kind == Customer.Kind.ORG and not customer.org_name.strip():
        raise CardRefused(_("Enter the organisation's name."), "org_name")
    if customer.birth_date and birth_date_problem(customer.birth_date, act.on):
        raise CardRefused(_("The birthday lies in the future or before 1900."), "birth_date")


def _check_budget(low: Decimal | None, high: Decimal | None) -> None:
    for name, amount in (("budget_min", low), ("budget_max", high)):
        if amount is not None and amount < 0:
            raise CardRefused(_("Enter an amount above zero, or leave it empty."), name)
    if low is not None and high is not None and low > high:
        raise CardRefused(_("The upper budget is below the lower one."), "budget_max")


def _check_test_drive(act: Act, at: datetime | None) -> None:
    if at is not None and not is_near(at.date(), act.on):
        raise CardRefused(
            _("The year cannot be meant: choose a day within ten years of today."), "test_drive_at"
        )


def _insert(customers: list[Customer]) -> None:
    """Store new cards and give them their ids, which are looked up by the number just taken."""
    insert_rows(customers)
    numbers = [customer.customer_no for customer in customers]
    ids = dict(Customer.objects.filter(customer_no__in=numbers).values_list("customer_no", "pk"))
    for customer in customers:
        customer.pk = ids[customer.customer_no]
        customer._state.adding = False


def _create_parts(customers: list[Customer], drafts: Sequence[CardDraft]) -> None:
    phones, intents, owned, contacts = [], [], [], []
    for customer, draft in zip(customers, drafts, strict=True):
        phones += _phone_rows(customer, draft.phones)
        if draft.intent:
            intents.append(Intent(customer=customer, **draft.intent))
        if draft.owned:
            owned.append(OwnedItem(customer=customer, **draft.owned))
        contacts += [Contact(customer=customer, **contact) for contact in draft.contacts]
    for rows in (phones, intents, owned, contacts):
        insert_rows(rows)


def _phone_rows(customer: Customer, numbers: Sequence[PhoneNumber]) -> list[Phone]:
    return [
        Phone(
            customer=customer,
            store_id=customer.store_id,
            kind=number.kind,
            raw=number.raw[:40],
            normalized=number.normalized,
            is_primary=position == 0,
        )
        for position, number in enumerate({number.normalized: number for number in numbers}.values())
    ]


def _replace_phones(customer: Customer, numbers: Sequence[PhoneNumber]) -> dict[str, list[Any]]:
    """Audit keeps the masked numbers only; the full ones stand nowhere but on the card."""
    before = list(customer.phones.values_list("normalized", flat=True))
    after = [number.normalized for number in numbers]
    if before == after:
        return {}
    if not after:
        raise CardRefused(_("A card needs a phone number."), "phone")
    customer.phones.all().delete()
    try:
        with transaction.atomic():
            Phone.objects.bulk_create(_phone_rows(customer, numbers))
    except IntegrityError as error:
        raise CardRefused(_("This number already belongs to another card."), "phone") from error
    return {"phones": [[mask_phone(number) for number in before], [mask_phone(number) for number in after]]}
