"""One sentence a customer: why them, why now."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cadence.models import Task
from guanxi.cadence.queries.due import DueItem
from guanxi.cadence.rules.follow_ups import contacts_needed, interval
from guanxi.cadence.rules.purposes import Purpose, purpose_of
from guanxi.customers.models import Customer
from guanxi.organization.labels import coded_label, language
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.days import short
from guanxi.ui.punctuation import in_clauses, listed

TASK_LISTS = {Task.Kind.ORDER: "task_templates", Task.Kind.CARE: "care_steps"}


def task_words(task: Task, playbook: Playbook) -> str:
    """What a task other than the follow-up asks for."""
    if task.kind == Task.Kind.INSTRUCTION:
        return instruction_words(task)
    if task.kind == Task.Kind.ACTION:
        return task.note.rstrip("。.；; ")
    if task.kind == Task.Kind.REPORT_BACK and task.note:
        return report_words(task, playbook)
    if task.kind in TASK_LISTS:
        return coded_label(playbook, TASK_LISTS[Task.Kind(task.kind)], task.item)
    return {
        Task.Kind.SECOND_CHANCE: _("Try once more after the loss"),
        Task.Kind.EVIDENCE: _("Obtain evidence for the level"),
        Task.Kind.CARD: _("Complete the card"),
        Task.Kind.REPORT_BACK: _("Tell the recommender how it went"),
        Task.Kind.ASK: _("Ask for a recommendation"),
    }.get(Task.Kind(task.kind), task.kind)


def report_words(task: Task, playbook: Playbook) -> str:
    """About whom the recommender is to hear, and what became of the name (R-REF-02)."""
    outcome = {"CARDED": _("has a card now"), "ORDERED": _("has bought")}.get(task.item) or (
        "" if task.item == "GIVEN" else coded_label(playbook, "name_results", task.item)
    )
    if not outcome:
        return _("Tell the recommender how it goes with %(name)s") % {"name": task.note}
    return _("Tell the recommender about %(name)s: %(outcome)s") % {"name": task.note, "outcome": outcome}


def instruction_words(task: Task) -> str:
    """Who asked for what; the clause ends without the stop that the sentence gives it."""
    return _("%(name)s asks: %(note)s") % {"name": task.given_by or "—", "note": task.note.rstrip("。.；; ")}


def reason(item: DueItem, playbook: Playbook, on: date) -> str:
    """The reason in one sentence without the lateness, which the page writes after it."""
    clauses = [instruction_words(asked) for asked in item.instructions]
    task, customer = item.follow_up, item.customer
    if item.loss_pending:
        return in_clauses([*clauses, _("The loss waits for approval")])
    waiting = [
        _("the loss of %(title)s waits for approval") % {"title": loss.subject}
        for loss in item.losses
        if loss.subject
    ]
    if task is None:
        return in_clauses([listed(task_words(other, playbook) for other in item.tasks), *waiting])
    intent = getattr(customer, "intent", None)
    if task.proposes_loss:
        clauses.append(
            ngettext("No answer %(count)s time running: try another hour or apply for lost control",
                     "No answer %(count)s times running: try another hour or apply for lost control",
                     task.attempts) % {"count": task.attempts}
        )  # fmt: skip
    elif task.retry_on is not None:
        clauses.append(_("No answer last time, try again"))
    elif task.is_agreed:
        clauses.append(_("Agreed for %(day)s") % {"day": short(task.due_on, on.year)})
    elif customer.level == "N":
        clauses.append(_("New customer: first call within a day and judge the level"))
    elif customer.level == "B" and item.contacts_this_month < (needed := _needed(customer, on)):
        clauses.append(
            ngettext(
                "Contacted %(count)s time this month, level B needs %(needed)s",
                "Contacted %(count)s times this month, level B needs %(needed)s",
                item.contacts_this_month,
            )
            % {"count": item.contacts_this_month, "needed": needed}
        )
    else:
        clauses.append(_every(customer.level, playbook))
    if intent is not None and intent.expected_close_on is not None and customer.level != "O":
        if intent.expected_close_on >= on:
            clauses.append(
                _("expected to close on %(day)s") % {"day": short(intent.expected_close_on, on.year)}
            )
        else:
            clauses.append(
                _("the expected date %(day)s has passed, ask again")
                % {"day": short(intent.expected_close_on, on.year)}
            )
    purpose = purpose_of(customer.level, item.ticked, playbook)
    if purpose is not None and purpose.missing is not None and customer.level in ("A", "B"):
        clauses.append(_("evidence missing: %(item)s") % {"item": purpose.missing.label.text(language())})
    return in_clauses([*clauses, *waiting])


def purpose(item: DueItem, playbook: Playbook) -> Purpose | None:
    return purpose_of(item.customer.level, item.ticked, playbook)


def _needed(customer: Customer, on: date) -> int:
    """Contacts that the month of ``on`` asks of a B card (R-FUP-05)."""
    first = on.replace(day=1)
    return contacts_needed(customer.level_since or first, first)


def _every(level: str, playbook: Playbook) -> str:
    days = interval(level, playbook)
    return ngettext("Level %(level)s: every day", "Level %(level)s: every %(days)s days", days) % {
        "level": level, "days": days,
    }  # fmt: skip
