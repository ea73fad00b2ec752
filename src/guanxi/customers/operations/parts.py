"""The parts of a card that come in several: what the customer owns, and the people of an organisation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Contact, Customer, OwnedItem
from guanxi.customers.operations.search import index_cards
from guanxi.customers.queries.cards import lock_card
from guanxi.customers.rules.identity import is_vin
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import refuse_stale
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import Refused
from guanxi.organization.rows import update_rows


class PartRefused(Refused):
    """The part cannot be kept as given."""


@transaction.atomic
def save_owned_item(
    act: Act, customer_id: int, item_id: int | None, values: dict[str, Any], *, version: int = 0
) -> OwnedItem:
    """Add what the customer owns, or change the ``version`` of it that was shown. Owning another brand makes an
    other-brand owner (handbook 1.1).

    Raises Customer.DoesNotExist, OwnedItem.DoesNotExist, StaleEdit, PartRefused for a VIN or dates that cannot be.
    """
    customer = lock_card(act, customer_id)
    item = customer.owned_items.get(pk=item_id) if item_id else OwnedItem(customer=customer)
    refuse_stale(item, version)
    bought: date | None = values.get("bought_on")
    if values.get("vin") and not is_vin(values["vin"]):
        raise PartRefused(_("A VIN has 17 characters without I, O and Q."), "vin")
    if bought is not None and bought > act.on:
        raise PartRefused(_("The purchase cannot lie in the future."), "bought_on")
    if item.delivered_on and bought and item.delivered_on < bought:
        raise PartRefused(_("The purchase cannot lie after the delivery."), "bought_on")
    _store(act, customer, item, values, "owned_item_saved")
    if not item.is_ours and not customer.owner_kind:
        changes = {"owner_kind": [customer.owner_kind, "OTHER_BRAND"]}
        customer.owner_kind = "OTHER_BRAND"
        customer.save(update_fields=["owner_kind"])
        leave_trace([act.entry("card_classified", customer, customer=customer.pk, changes=changes)])
    return item


@transaction.atomic
def save_contact_person(
    act: Act, customer_id: int, contact_id: int | None, values: dict[str, Any], *, version: int = 0
) -> Contact:
    """Add a person inside an organisation, or change the ``version`` that was shown.

    Raises Customer.DoesNotExist, Contact.DoesNotExist, StaleEdit.
    """
    customer = lock_card(act, customer_id)
    person = customer.contacts.get(pk=contact_id) if contact_id else Contact(customer=customer)
    refuse_stale(person, version)
    _store(act, customer, person, values, "contact_person_saved")
    index_cards([customer.pk])
    return person


@transaction.atomic
def add_contact_people(act: Act, customer_id: int, people: Sequence[dict[str, Any]]) -> list[Contact]:
    """Add several people inside an organisation at once, in the order given.

    Raises Customer.DoesNotExist.
    """
    customer = lock_card(act, customer_id)
    made = Contact.objects.bulk_create([Contact(customer=customer, **values) for values in people])
    leave_trace(
        act.entry("contact_person_saved", one, customer=customer.pk, changes={"name": [None, one.name]})
        for one in made
    )
    index_cards([customer.pk])
    return made


@transaction.atomic
def edit_contact_people(act: Act, customer_id: int, values: Mapping[int, dict[str, Any]]) -> None:
    """Change several people inside an organisation at once: contact → its fields. The caller has compared versions.

    Raises Customer.DoesNotExist.
    """
    customer = lock_card(act, customer_id)
    edited, traces = [], []
    names: set[str] = set()
    for person in customer.contacts.filter(pk__in=values).order_by("pk"):
        if changes := changed_fields(person, values[person.pk]):
            for name in changes:
                setattr(person, name, values[person.pk][name])
            person.version += 1
            names.update(changes)
            edited.append(person)
            traces.append(_trace(act, customer, person, "contact_person_saved", changes))
    update_rows(edited, [*sorted(names), "version"])
    leave_trace(traces)
    index_cards([customer.pk])


@transaction.atomic
def drop_contact_people(act: Act, customer_id: int, ids: Sequence[int]) -> None:
    """Take people back who were added by mistake, with all that hangs on them. Raises Customer.DoesNotExist."""
    customer = lock_card(act, customer_id)
    gone = list(Contact.objects.filter(customer=customer, pk__in=ids))
    leave_trace(
        act.entry("contact_person_dropped", one, customer=customer.pk, changes={"name": [one.name, None]})
        for one in gone
    )
    Contact.objects.filter(pk__in=[one.pk for one in gone]).delete()
    index_cards([customer.pk])


def _store(
    act: Act, customer: Customer, row: OwnedItem | Contact, values: dict[str, Any], action: str
) -> None:
    changes = changed_fields(row, values)
    if not changes:
        return
    for name in changes:
        setattr(row, name, values[name])
    row.version += row.pk is not None
    row.save()
    leave_trace([_trace(act, customer, row, action, changes)])


def _trace(
    act: Act, customer: Customer, row: OwnedItem | Contact, action: str, changes: dict[str, Any]
) -> AuditEntry:
    # Numbers stay out of the trail; that one changed is enough.
    told = {name: value for name, value in changes.items() if not name.startswith("phone")}
    return act.entry(action, row, customer=customer.pk, changes=told)
