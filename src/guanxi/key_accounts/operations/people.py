"""The people on the map: added, assessed, placed in the chart and in circles, gone."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.customers.models import Contact, Customer
from guanxi.customers.operations.parts import add_contact_people
from guanxi.customers.queries.cards import lock_card
from guanxi.key_accounts.models import ChainRole, Circle, KeyPerson, MarkChange
from guanxi.key_accounts.operations.marks import apply_marks, newest_days
from guanxi.key_accounts.queries.people import slip_of
from guanxi.key_accounts.refusals import MapRefused, chart_words
from guanxi.key_accounts.rules.charts import ChartRefused, check_boss
from guanxi.key_accounts.rules.drafts import PersonDraft, Seen
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import refuse_stale

MOST_PEOPLE = 2000
# What is said of a person without evidence: it is told, not judged.
FACTS = ("chain_roles", "area", "concern", "countermeasure", "network_note", "is_core")


@transaction.atomic
def add_people(act: Act, customer_id: int, drafts: Sequence[PersonDraft]) -> list[KeyPerson]:
    """Put people on the map of an organisation, all or none.

    Raises Customer.DoesNotExist, MapRefused for a person's card, a missing name, a boss of another account, marks
    without evidence.
    """
    customer = lock_account(act, customer_id)
    if any(not draft.name.strip() for draft in drafts):
        raise MapRefused(_("Enter the name."), "name")
    if customer.contacts.count() + len(drafts) > MOST_PEOPLE:
        raise MapRefused(_("A map holds at most %(count)s people.") % {"count": MOST_PEOPLE})
    bosses = {draft.boss for draft in drafts if draft.boss is not None}
    if Contact.objects.filter(customer=customer, pk__in=bosses).count() != len(bosses):
        raise MapRefused(_("Choose somebody of this account."), "reports_to")
    refuse_gone(bosses, "reports_to")
    contacts = add_contact_people(
        act,
        customer.pk,
        [
            {
                "name": one.name.strip()[:40],
                "department": one.department.strip()[:60],
                "title": one.title.strip()[:60],
            }
            for one in drafts
        ],
    )
    people, changes = [], []
    for contact, draft in zip(contacts, drafts, strict=True):
        since = min(draft.seen.on or act.on, act.on)
        person = KeyPerson(contact=contact, reports_to_id=draft.boss, known_since=since)
        changes += apply_marks(act, person, draft.marks, draft.seen, {})
        people.append(person)
    KeyPerson.objects.bulk_create(people)
    MarkChange.objects.bulk_create(changes)
    leave_trace(
        act.entry(
            "person_mapped", person, customer=customer.pk, changes={"name": [None, person.contact.name]}
        )
        for person in people
    )
    return people


@transaction.atomic
def save_person(
    act: Act,
    customer_id: int,
    contact_id: int,
    values: dict[str, Any],
    *,
    version: int,
    seen: Seen | None = None,
) -> KeyPerson:
    """Change what the map says of a person. ``values`` are fields of KeyPerson; ``reports_to`` and ``circle`` are
    keys or None. ``version`` is 0 for a contact nobody assessed yet.

    Raises Customer.DoesNotExist, Contact.DoesNotExist, StaleEdit, MapRefused, also for one who left the company.
    """
    customer = lock_account(act, customer_id)
    contact = customer.contacts.get(pk=contact_id)
    person = KeyPerson.of(contact, card_day(act, customer))
    refuse_stale(person, version)
    refuse_gone([contact.pk])
    newest = newest_days([contact.pk]).get(contact.pk, {})
    moved = apply_marks(act, person, values, seen or Seen(), newest)
    facts = {name: values[name] for name in FACTS if name in values}
    unknown = set(facts.get("chain_roles", ())) - set(ChainRole.values)
    if unknown:
        raise MapRefused(_("Choose from the nine roles of the chain."), "chain_roles")
    if "reports_to" in values:
        _check_boss(customer, contact.pk, values["reports_to"])
        if values["reports_to"] != person.reports_to_id:
            refuse_gone([values["reports_to"]], "reports_to")
        facts["reports_to_id"] = values["reports_to"]
    if "circle" in values:
        circle = values["circle"]
        if circle is not None and not Circle.objects.filter(customer=customer, pk=circle).exists():
            raise MapRefused(_("Choose a circle of this account."), "circle")
        facts["circle_id"] = circle
    if facts.get("is_core", person.is_core) and facts.get("circle_id", person.circle_id) is None:
        raise MapRefused(_("Choose the circle whose inner core they belong to."), "circle")
    told = changed_fields(person, facts)
    for name in told:
        setattr(person, name, facts[name])
    if not (told or moved):
        return person
    told |= {change.mark: [change.before, change.after] for change in moved}
    person.known_since = min([person.known_since, *(change.on for change in moved)])
    person.version = version + 1
    person.save()
    MarkChange.objects.bulk_create(moved)
    reason = moved[0].evidence if moved else ""
    leave_trace([act.entry("person_marked", person, customer=customer.pk, changes=told, reason=reason)])
    return person


@transaction.atomic
def take_back_marks(act: Act, customer_id: int, contact_id: int, *, version: int) -> KeyPerson:
    """Undo a slip: the marks a person was given last stand as before, on every day. Only who set them may, on the same
    day; the history shows the slip and that it was taken back.

    Raises Customer.DoesNotExist, Contact.DoesNotExist, StaleEdit, MapRefused when there is nothing to take back.
    """
    assert act.by is not None
    customer = lock_account(act, customer_id)
    contact = customer.contacts.get(pk=contact_id)
    person = KeyPerson.of(contact, card_day(act, customer))
    refuse_stale(person, version)
    refuse_gone([contact.pk])
    slip = slip_of(contact.pk, act.by, act.store, act.on)
    if not slip:
        raise MapRefused(_("Only who set the last marks can take them back, on the same day."))
    for change in slip:
        field: Any = KeyPerson._meta.get_field(change.mark)
        setattr(
            person, change.mark, None if field.null and not change.before else field.to_python(change.before)
        )
    person.version = version + 1
    person.save()
    MarkChange.objects.filter(pk__in=[change.pk for change in slip]).update(taken_back_at=act.at)
    told = {change.mark: [change.after, change.before] for change in slip}
    leave_trace(
        [act.entry("marks_taken_back", person, customer=customer.pk, changes=told, reason=slip[0].evidence)]
    )
    return person


@transaction.atomic
def note_departure(
    act: Act, customer_id: int, contact_id: int, left_on: date | None, *, version: int
) -> KeyPerson:
    """A person left the company on ``left_on``, or, with None, is back. Marks, lines and history stay: the map shows
    them on earlier days; whoever reported to them is drawn under the next one above.

    Raises Customer.DoesNotExist, Contact.DoesNotExist, StaleEdit, MapRefused.
    """
    customer = lock_account(act, customer_id)
    person = KeyPerson.of(customer.contacts.get(pk=contact_id), card_day(act, customer))
    refuse_stale(person, version)
    if left_on is not None and left_on > act.on:
        raise MapRefused(_("The day lies in the future."), "left_on")
    if left_on is not None and left_on < person.known_since:
        raise MapRefused(_("They were still there on that day."), "left_on")
    changes = changed_fields(person, {"left_on": left_on})
    if changes:
        person.left_on = left_on
        person.version = version + 1
        person.save()
        leave_trace([act.entry("person_left", person, customer=customer.pk, changes=changes)])
    return person


def lock_account(act: Act, customer_id: int) -> Customer:
    """The card of an organisation, locked for change. Raises Customer.DoesNotExist, MapRefused for a person's card."""
    customer = lock_card(act, customer_id)
    if customer.kind != Customer.Kind.ORG:
        raise MapRefused(_("Only organisations have a key-person map: change the kind of the card first."))
    return customer


def refuse_gone(people: Iterable[int | None], field: str = "") -> None:
    """Raises MapRefused when one of these contacts left the company: nothing is done with them any more."""
    rows = KeyPerson.objects.filter(contact__in=[one for one in people if one], left_on__isnull=False)
    gone = rows.select_related("contact").order_by("pk").first()
    if gone is not None:
        raise MapRefused(
            _("%(name)s left the company on %(day)s: take the departure back first.")
            % {"name": gone.contact.name, "day": gone.left_on},
            field,
        )


def card_day(act: Act, customer: Customer) -> date:
    """Since when a contact nobody assessed counts as being there: the day the card was opened."""
    return act.store.local_date(customer.created_at)


def _check_boss(customer: Customer, person: int, boss: int | None) -> None:
    names: dict[object, str] = dict(customer.contacts.values_list("pk", "name"))
    if boss is not None and boss not in names:
        raise MapRefused(_("Choose somebody of this account."), "reports_to")
    rows = KeyPerson.objects.filter(contact__customer=customer).values_list("contact_id", "reports_to_id")
    try:
        check_boss(dict(rows), person, boss)
    except ChartRefused as refused:
        raise MapRefused(chart_words(refused, names), "reports_to") from refused
