"""Organisations whose people are known, with the figures of each map."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef

from guanxi.cadence.models import Task
from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import KeyPerson, MarkChange, OurTie, PlannedStep
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


def account_page(actor: User, on: date, playbook: Playbook, *, after: int | None = None) -> AccountPage:
    """Visible organisations with people, the newest card first; five queries."""
    cards = Customer.objects.visible_to(actor).filter(kind=Customer.Kind.ORG)
    cards = cards.filter(Exists(Contact.objects.filter(customer=OuterRef("pk"))))
    if after is not None:
        cards = cards.filter(pk__lt=after)
    found = list(cards.select_related("owner").order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    people = _people([card.pk for card in shown], on)
    rows = []
    for card in shown:
        alerts = alerts_of(people[card.pk])
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
    heard: dict[int, date] = {}
    marks = MarkChange.objects.filter(person__customer__in=customers).order_by()
    ties = OurTie.objects.filter(person__customer__in=customers).order_by()
    steps = PlannedStep.objects.filter(customer__in=customers, task__status=Task.Status.DONE).order_by()
    for rows in (
        marks.values_list("person_id").annotate(on=Max("on")),
        ties.values_list("person_id").annotate(on=Max("on")),
        steps.filter(person__isnull=False).values_list("person_id").annotate(on=Max("task__done_on")),
    ):
        for person, day in rows:
            heard[person] = max(heard.get(person, day), day)
    found: dict[int, list[Marked]] = defaultdict(list)
    contacts = Contact.objects.filter(customer__in=customers).select_related("key_person").order_by("id")
    for contact in contacts:
        row: KeyPerson = getattr(contact, "key_person", None) or KeyPerson(contact=contact, known_since=on)
        if row.is_there(on):
            days = (on - heard[contact.pk]).days if contact.pk in heard else None
            found[contact.customer_id].append(
                Marked(
                    contact.pk, contact.name, row.role, row.attitude, row.degree, row.buy_power, row.influence, days
                )
            )  # fmt: skip
    return found
