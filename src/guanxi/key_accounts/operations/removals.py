"""Taking people off the map again who were put there by mistake and with whom nobody worked."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.customers.models import Contact
from guanxi.customers.operations.parts import drop_contact_people
from guanxi.key_accounts.models import KeyPerson, MarkChange
from guanxi.key_accounts.operations.people import lock_account
from guanxi.key_accounts.refusals import MapRefused
from guanxi.organization.acts import Act
from guanxi.organization.edits import refuse_stale


def worked_with(people: Iterable[int]) -> set[int]:
    """Those of these contacts about whom anything was written since they were added: in whatever table, except who
    reports to them and marks they came with."""
    keys = list(people)
    used = set(KeyPerson.objects.filter(pk__in=keys, version__gt=1).values_list("pk", flat=True))
    used |= set(Contact.objects.filter(pk__in=keys, version__gt=1).values_list("pk", flat=True))
    for relation in Contact._meta.related_objects:
        if relation.related_model in (KeyPerson, MarkChange):
            continue
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{name}__in": keys})  # type: ignore[union-attr]
        used |= set(rows.values_list(name, flat=True))
    return used


def is_removable(person: int) -> bool:
    """Whether nobody worked with a contact: nothing written, no mark ever set, nobody reporting to them."""
    return not (
        worked_with([person])
        or MarkChange.objects.filter(person=person).exists()
        or KeyPerson.objects.filter(reports_to=person).exists()
    )


@transaction.atomic
def remove_person(act: Act, customer_id: int, contact_id: int, *, version: int) -> None:
    """Take a person off the map and the card, as if never added. Who left the company is noted as gone instead.

    Raises Customer.DoesNotExist, Contact.DoesNotExist, StaleEdit, MapRefused when somebody worked with them.
    """
    customer = lock_account(act, customer_id)
    contact = customer.contacts.get(pk=contact_id)
    refuse_stale(KeyPerson.of(contact, act.on), version)
    if not is_removable(contact.pk):
        raise MapRefused(
            _("Something is known of %(name)s already. When they left the company, note the day.")
            % {"name": contact.name}
        )
    drop_contact_people(act, customer.pk, [contact.pk])
