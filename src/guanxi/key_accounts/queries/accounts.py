"""Organisations whose people are known, with the figures of each map."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import KeyPerson
from guanxi.key_accounts.queries.marked import heard_on, marked, marks_of
from guanxi.key_accounts.rules.alerts import alerts_of
from guanxi.key_accounts.rules.support import Marked, Support, support_of
from guanxi.organization.models import User
from guanxi.playbooks.definitions import Playbook

PAGE = 30


@dataclass(frozen=True)
class AccountRow:
    """One organisation: ``red`` of its ``alerts`` are the grave ones."""

    customer: Customer
    people: int
    support: Support
    alerts: int
    red: int

    @property
    def others(self) -> int:
        return self.alerts - self.red


@dataclass(frozen=True)
class AccountPage:
    """Rows with the key after which the next page begins, None on the last."""

    rows: list[AccountRow]
    after: int | None


def account_page(
    actor: User, on: date, playbook: Playbook, *, every: bool = False, after: int | None = None
) -> AccountPage:
    """Visible organisations whose people somebody began to map, or ``every`` one; the newest card first; three
    queries."""
    cards = Customer.objects.visible_to(actor).filter(kind=Customer.Kind.ORG)
    if not every:
        cards = cards.filter(Exists(KeyPerson.objects.filter(contact__customer=OuterRef("pk"))))
    if after is not None:
        cards = cards.filter(pk__lt=after)
    found = list(cards.select_related("owner").order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    people = _people([card.pk for card in shown], on)
    rows = []
    for card in shown:
        # Of people nobody assessed the map knows nothing to warn of.
        assessed = any(one.role or one.attitude for one in people[card.pk])
        alerts = alerts_of(people[card.pk]) if assessed else []
        rows.append(
            AccountRow(
                card,
                len(people[card.pk]),
                support_of(people[card.pk], playbook.settings.support_role_weights),
                len(alerts),
                sum(alert.is_red for alert in alerts),
            )
        )
    return AccountPage(rows, shown[-1].pk if len(found) > PAGE else None)


def _people(customers: list[int], on: date) -> dict[int, list[Marked]]:
    """Account → its people who are still there, as the figures want them."""
    heard = heard_on(customers, on)
    found: dict[int, list[Marked]] = defaultdict(list)
    for contact in Contact.objects.filter(customer__in=customers).select_related("key_person").order_by("id"):
        row = KeyPerson.of(contact, on)
        if row.is_there(on):
            days = (on - heard[contact.pk]).days if contact.pk in heard else None
            found[contact.customer_id].append(marked(contact, marks_of(row), days))
    return found
