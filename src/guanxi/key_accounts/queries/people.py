"""One person of a map: how the marks came about, and where else they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import MARKS, KeyPerson, MarkChange
from guanxi.organization.labels import field_words
from guanxi.organization.models import Store, User

MOST = 5


@dataclass(frozen=True)
class Moved:
    """A change of a mark, with the mark's own name and its values in words."""

    change: MarkChange
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Namesake:
    """Somebody of another account: certainly the same person when the number is the same."""

    contact: Contact
    is_same_number: bool


def history_of(changes: Iterable[MarkChange], person: int) -> list[Moved]:
    """The changes of one person, newest first."""
    labels = field_words(KeyPerson)
    mine = [change for change in changes if change.person_id == person]
    return [
        Moved(
            change,
            str(labels[change.mark]),
            mark_label(change.mark, change.before),
            mark_label(change.mark, change.after),
        )
        for change in reversed(mine)
    ]


def mark_label(mark: str, value: str) -> str:
    """A mark in words; a rating as its number."""
    field: Any = KeyPerson._meta.get_field(mark)
    return next((str(label) for code, label in field.choices or () if str(code) == value), value)


def slip_of(contact: int, author: User, store: Store, on: date) -> list[MarkChange]:
    """The changes of a person that ``author`` may take back on a day: what was set last, at once, if it was by them on
    that day of the ``store``; one query."""
    rows = list(MarkChange.objects.standing().filter(person=contact).order_by("-id")[: len(MARKS)])
    if not rows or rows[0].by_id != author.pk or store.local_date(rows[0].at) != on:
        return []
    return [row for row in rows if (row.by_id, row.at) == (rows[0].by_id, rows[0].at)]


def namesakes(actor: User, contact: Contact) -> list[Namesake]:
    """People of other accounts the actor sees who bear the same name or number: one person may stand in two accounts,
    and each account judges them for itself."""
    same = Q(name=contact.name)
    if contact.phone_normalized:
        same |= Q(phone_normalized=contact.phone_normalized)
    rows = Contact.objects.filter(same, customer__in=Customer.objects.visible_to(actor))
    rows = rows.exclude(customer=contact.customer_id).select_related("customer").order_by("id")
    number = contact.phone_normalized
    return [Namesake(row, bool(number) and row.phone_normalized == number) for row in rows[:MOST]]
