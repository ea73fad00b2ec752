"""What a leader asks for at a customer, told at the evening meeting and done with the next contact."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.lib.dates import next_open
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import LEADERS

LONGEST = 300


class InstructionRefused(Refused):
    """The instruction cannot be given."""


@transaction.atomic
def instruct(act: Act, customer_id: int, words: str) -> Task:
    """Ask the consultant of a card for something; it stands first in their Today of the next open day, and the
    first contact from then on that reaches the customer acknowledges it. A second instruction of the same leader
    replaces the one that still waits.

    Raises Customer.DoesNotExist unless the actor leads the card, InstructionRefused without words or a consultant.
    """
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise Customer.DoesNotExist
    card = Customer.objects.editable_by(act.by).select_for_update(of=("self",)).get(pk=customer_id)
    words = " ".join(words.split())
    if not words:
        raise InstructionRefused(_("Write what the consultant is to do."), "words")
    if len(words) > LONGEST:
        raise InstructionRefused(_("Say it in %(count)s characters.") % {"count": LONGEST}, "words")
    if card.owner_id is None:
        raise InstructionRefused(
            _("Nobody looks after this customer yet: hand the card over first."), "words"
        )
    waiting = Task.objects.open().filter(customer=card, kind=Task.Kind.INSTRUCTION, given_by=act.by)
    task = waiting.first() or Task(
        customer=card, store_id=card.store_id, kind=Task.Kind.INSTRUCTION, source_rule="R-DAY-03",
        given_by=act.by, created_at=act.at, version=0,
    )  # fmt: skip
    before = task.note
    task.owner_id, task.note = card.owner_id, words
    task.due_on = next_open(act.on + timedelta(days=1), act.store.calendar.is_closed)
    task.version += 1
    task.save()
    leave_trace([act.entry("instructed", task, customer=card.pk, changes={"note": [before, words]})])
    return task


@transaction.atomic
def withdraw_instruction(act: Act, task_id: int) -> Task:
    """Take one's own instruction back while it waits. Raises Task.DoesNotExist."""
    assert act.by is not None
    rows = Task.objects.editable_by(act.by).open().filter(kind=Task.Kind.INSTRUCTION, given_by=act.by)
    task = rows.select_for_update(of=("self",)).get(pk=task_id)
    task.status, task.done_on = Task.Status.CANCELLED, act.on
    task.version += 1
    task.save()
    leave_trace([
        act.entry("instruction_withdrawn", task, customer=task.customer_id, changes={"note": [task.note, ""]})
    ])  # fmt: skip
    return task
