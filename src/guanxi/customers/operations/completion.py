"""Filling what a card lacks, and taking it back: for sheets, which never overwrite what somebody entered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, Intent, OwnedItem, Phone
from guanxi.customers.operations.cards import CardRefused
from guanxi.customers.operations.search import index_cards
from guanxi.customers.queries.cards import changeable
from guanxi.customers.rules.blanks import is_blank
from guanxi.lib.phones import PhoneNumber, mask_phone
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.rows import insert_rows, update_rows

OWNER_FIELDS = ("owner_kind", "base_class", "card_type", "card_no")


@dataclass(frozen=True)
class Completion:
    """What to fill on a card. ``owned`` goes to the first item of the card, or makes one."""

    customer_id: int
    values: dict[str, Any] = field(default_factory=dict)
    intent: dict[str, Any] = field(default_factory=dict)
    owned: dict[str, Any] = field(default_factory=dict)
    numbers: Sequence[PhoneNumber] = ()


@dataclass
class Completed:
    """What stood there before (JSON shapes), and the rows made; ``take_back`` needs both."""

    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Sheet:
    """The cards of one completion and the rows to be written for them."""

    customers: dict[int, Customer]
    intents: dict[int, Intent]
    items: dict[int, OwnedItem]
    new_phones: list[Phone] = field(default_factory=list)


@transaction.atomic
def complete_cards(act: Act, completions: Sequence[Completion]) -> list[Completed]:
    """Fill empty fields of cards, one completion a card; a filled field stays as it is. One audit row a card.

    Raises Customer.DoesNotExist unless the actor may change every card, CardRefused for a number that belongs
    to another card; then nothing is kept.
    """
    if not completions:
        return []
    sheet = _locked(act, [completion.customer_id for completion in completions])
    done, entries = [], []
    for completion in completions:
        completed, changes = _fill(act, sheet, completion)
        done.append(completed)
        customer = sheet.customers[completion.customer_id]
        entries.append(act.entry("card_completed", customer, customer=customer.pk, changes=changes))
    _save(sheet, done, completions)
    index_cards(list(sheet.customers))
    leave_trace(entries)
    return done


@transaction.atomic
def take_back(act: Act, completed: Sequence[tuple[int, Completed]]) -> None:
    """Undo completions of cards nobody changed since; the caller has made sure of that."""
    if not completed:
        return
    sheet = _locked(act, [customer_id for customer_id, _completed in completed])
    phones: list[int] = []
    for customer_id, one in completed:
        customer = sheet.customers[customer_id]
        _restore(customer, one.before.get("customer", {}))
        customer.version += 1
        phones += one.made.get("phones", [])
        if one.made.get("intent"):
            sheet.intents.pop(customer_id).delete()
        elif "intent" in one.before:
            _restore(sheet.intents[customer_id], one.before["intent"])
        if item := one.made.get("owned"):
            OwnedItem.objects.filter(pk=item, customer=customer_id).delete()
            sheet.items.pop(customer_id, None)
        elif "owned" in one.before:
            _restore(sheet.items[customer_id], one.before["owned"])
            sheet.items[customer_id].version += 1
    Phone.objects.filter(pk__in=phones, customer__in=sheet.customers).delete()
    _update(sheet)
    index_cards(list(sheet.customers))
    leave_trace(act.entry("completion_undone", row, customer=row.pk) for row in sheet.customers.values())


@transaction.atomic
def remove_cards(act: Act, customer_ids: Sequence[int]) -> None:
    """Remove cards opened by mistake with all that hangs on them; the caller has made sure nobody worked on
    them. Raises ProtectedError when an order refers to one."""
    rows = list(changeable(act).select_for_update(of=("self",)).filter(pk__in=customer_ids).order_by("pk"))
    leave_trace(
        act.entry("card_removed", row, customer=row.pk, changes={"name": [row.name, None]}) for row in rows
    )
    Customer.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _locked(act: Act, customer_ids: Sequence[int]) -> _Sheet:
    rows = changeable(act).select_for_update(of=("self",)).filter(pk__in=customer_ids).order_by("pk")
    customers = {row.pk: row for row in rows}
    if len(customers) != len(set(customer_ids)):
        raise Customer.DoesNotExist
    intents = {row.customer_id: row for row in Intent.objects.filter(customer__in=customers)}
    items: dict[int, OwnedItem] = {}
    for item in OwnedItem.objects.filter(customer__in=customers).order_by("id"):
        items.setdefault(item.customer_id, item)
    return _Sheet(customers, intents, items)


def _fill(act: Act, sheet: _Sheet, completion: Completion) -> tuple[Completed, dict[str, list[Any]]]:
    customer = sheet.customers[completion.customer_id]
    completed = Completed()
    changes: dict[str, list[Any]] = {}
    values = dict(completion.values)
    if values.get("owner_kind") and not customer.owner_kind:
        completed.before["customer"] = _snapshot(customer, OWNER_FIELDS)
        customer.become_owner()
    completed.before.setdefault("customer", {}).update(_fill_blanks(customer, values, changes))
    customer.version += 1
    if completion.intent:
        block = sheet.intents.get(customer.pk)
        if block is None:
            block = sheet.intents[customer.pk] = Intent(customer=customer)
            completed.made["intent"] = True
        completed.before["intent"] = _fill_blanks(block, completion.intent, changes)
    if completion.owned:
        item = sheet.items.get(customer.pk)
        if item is None:
            item = sheet.items[customer.pk] = OwnedItem(
                customer=customer, is_ours=completion.owned.get("is_ours", False)
            )
            completed.made["owned"] = True
        item.version += item.pk is not None
        completed.before["owned"] = _fill_blanks(item, completion.owned, changes)
    for number in completion.numbers:
        sheet.new_phones.append(
            Phone(
                customer=customer,
                store_id=act.store.pk,
                kind=number.kind,
                raw=number.raw[:40],
                normalized=number.normalized,
                is_primary=False,
            )
        )
        changes["phones"] = [*changes.get("phones", []), mask_phone(number.normalized)]
    return completed, changes


def _fill_blanks(row: Any, values: dict[str, Any], changes: dict[str, list[Any]]) -> dict[str, Any]:
    before: dict[str, Any] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if is_blank(name, old) and not is_blank(name, value):
            before |= _snapshot(row, [name])
            setattr(row, name, value)
            changes[name] = [_plain(old), _plain(getattr(value, "pk", value))]
    return before


def _save(sheet: _Sheet, done: Sequence[Completed], completions: Sequence[Completion]) -> None:
    insert_rows([block for block in sheet.intents.values() if block.pk is None])
    OwnedItem.objects.bulk_create([item for item in sheet.items.values() if item.pk is None])
    try:
        with transaction.atomic():
            Phone.objects.bulk_create(sheet.new_phones)
    except IntegrityError as error:
        raise CardRefused(_("This number already belongs to another card."), "phone") from error
    for completed, completion in zip(done, completions, strict=True):
        customer_id = completion.customer_id
        if completed.made.get("owned"):
            completed.made["owned"] = sheet.items[customer_id].pk
        if completion.numbers:
            completed.made["phones"] = [row.pk for row in sheet.new_phones if row.customer_id == customer_id]
    _update(sheet)


def _update(sheet: _Sheet) -> None:
    for rows in (sheet.customers, sheet.intents, sheet.items):
        old = [row for row in rows.values() if row.pk is not None]
        if old:
            update_rows(old, [field.name for field in old[0]._meta.concrete_fields if not field.primary_key])


def _snapshot(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, row._meta.get_field(name).attname)) for name in names}


def _restore(row: Any, before: dict[str, Any]) -> None:
    for name, value in before.items():
        column = row._meta.get_field(name)
        setattr(row, column.attname, None if value is None else column.to_python(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
