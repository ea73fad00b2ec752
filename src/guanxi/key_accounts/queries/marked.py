"""People as the figures want them: their marks, and the day we last heard of them."""

from collections.abc import Iterable, Mapping
from datetime import date

from guanxi.cadence.models import Task
from guanxi.customers.models import Contact
from guanxi.key_accounts.models import MARKS, KeyPerson, MarkChange, OurTie, PlannedStep
from guanxi.key_accounts.rules.support import Marked


def heard_on(customer_ids: Iterable[int], on: date) -> dict[int, date]:
    """Person → the last day by ``on`` on which we have evidence of them: a mark, a tie, a step done with them. One
    query."""
    cards = list(customer_ids)
    marks = MarkChange.objects.standing().filter(person__customer__in=cards, on__lte=on)
    ties = OurTie.objects.filter(person__customer__in=cards, on__lte=on)
    steps = PlannedStep.objects.filter(
        customer__in=cards, person__isnull=False, task__status=Task.Status.DONE, task__done_on__lte=on
    )
    seen = (
        marks.order_by()
        .values_list("person_id", "on")
        .union(
            ties.order_by().values_list("person_id", "on"),
            steps.order_by().values_list("person_id", "task__done_on"),
        )
    )
    found: dict[int, date] = {}
    for person, day in seen:
        found[person] = max(found.get(person, day), day)
    return found


def marks_of(row: KeyPerson) -> dict[str, str]:
    """The marks as they stand, as text; "" for what nobody judged."""
    return {name: "" if getattr(row, name) is None else str(getattr(row, name)) for name in MARKS}


def marked(contact: Contact, marks: Mapping[str, str], last_heard_days: int | None = None) -> Marked:
    """What the figures ask of a person with these marks."""
    return Marked(
        contact.pk, contact.name, marks["role"], marks["attitude"], marks["degree"] or "0",
        _rating(marks["buy_power"]), _rating(marks["influence"]), last_heard_days,
    )  # fmt: skip


def _rating(text: str) -> int | None:
    return int(text) if text else None
