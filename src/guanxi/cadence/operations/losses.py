"""Losing a customer: applied for, called back, decided; and coming back (R-LVL-05, R-LVL-06, R-CUS-04)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import LevelChange, LossReport, Task
from guanxi.cadence.operations.desk import Desk
from guanxi.cadence.rules.follow_ups import next_due
from guanxi.cadence.rules.levels import LIVE, fold_code, rank
from guanxi.cadence.rules.losses import (
    loss_problems,
    may_decide,
    owner_kind_after_loss,
    second_chances,
    status_after_loss,
)
from guanxi.customers.models import Customer, cards_within
from guanxi.lib.dates import next_open
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import Refused

PROBLEM_WORDS = {
    "COMPETITOR_NEEDED": _("Name the brand and model they bought."),
    "PRICE_ALONE": _("Price alone explains little: add a second reason."),
    "SAME_REASON": _("The second reason repeats the first."),
    "OTHER_NEEDS_WORDS": _("Describe the reason in at least 10 characters."),
}


class LossRefused(Refused):
    """The application or decision cannot be made."""


@dataclass(frozen=True)
class LossDraft:
    """What a consultant says about a loss; ``price`` in yuan, None when unknown, never 0."""

    outcome: str
    reason: str
    second_reason: str = ""
    reason_text: str = ""
    competitor: str = ""
    bought_from: str = ""
    price: Decimal | None = None
    analysis: str = ""
    countermeasure: str = ""


@transaction.atomic
def apply_for_loss(
    act: Act, customer_id: int, draft: LossDraft, *, subject: str = "", ends_card: bool = True
) -> LossReport:
    """File a loss for approval; the level stays until it is approved.

    ``subject`` names one opportunity that was lost; with ``ends_card=False`` the customer stays as they are whatever
    is decided. Raises LossRefused when the card would have to end and is closed or waits already, or something is
    missing.
    """
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    playbook = act.store.playbook
    if ends_card and (not customer.is_open or desk.has_open_order(customer)):
        raise LossRefused(_("Only a customer with an open intent can be lost. Cancel the order first."))
    if ends_card and LossReport.objects.pending().of_cards().filter(customer=customer).exists():
        raise LossRefused(_("A loss of this customer already waits for approval."))
    if draft.outcome not in playbook.settings.loss_bucket_map:
        raise LossRefused(_("Choose an outcome."), "outcome")
    if draft.reason not in playbook.labels("reasons"):
        raise LossRefused(_("Choose the main reason."), "reason")
    if draft.second_reason and draft.second_reason not in playbook.labels("reasons"):
        raise LossRefused(_("Choose the second reason from the list."), "second_reason")
    problems = loss_problems(
        draft.outcome, draft.reason, draft.second_reason, draft.reason_text, draft.competitor
    )
    if problems:
        field, code = next(iter(problems.items()))
        raise LossRefused(PROBLEM_WORDS[code], field)
    if draft.price is not None and draft.price <= 0:
        raise LossRefused(_("Leave the price empty when it is unknown."), "price")
    report = LossReport.objects.create(
        customer=customer,
        store=act.store,
        subject=subject[:120],
        ends_card=ends_card,
        bucket=playbook.settings.loss_bucket_map[draft.outcome],
        level_then=customer.level,
        highest_level=_highest_level(customer),
        applied_by=act.by,
        applied_at=act.at,
        **draft.__dict__,
    )
    desk.trace.append(act.entry("loss_applied", report, customer=customer.pk, changes={
        "outcome": [None, draft.outcome], "reason": [None, draft.reason]}))  # fmt: skip
    desk.save()
    return report


def _highest_level(customer: Customer) -> str:
    changes = LevelChange.objects.filter(customer=customer, state=LevelChange.State.IN_FORCE)
    return max([customer.level, *changes.values_list("to_level", flat=True)], key=rank)


@transaction.atomic
def withdraw_loss(act: Act, customer_id: int) -> None:
    """Take a pending application for the loss of the customer back; without one this does nothing."""
    desk = Desk.open(act, [customer_id])
    withdraw_pending_loss(desk, customer_id)
    desk.save()


def withdraw_pending_loss(desk: Desk, customer_id: int, reason: str = "") -> None:
    """The same at an open desk: an order withdraws it too (7.6)."""
    for report in LossReport.objects.pending().of_cards().filter(customer=customer_id).select_for_update():
        desk.trace.append(_cancel(desk.act, report, reason))


@transaction.atomic
def withdraw_report(act: Act, report_id: int) -> None:
    """Take the application for the loss of one opportunity back; a decided one stays. Access is the caller's."""
    for report in LossReport.objects.pending().filter(pk=report_id).select_for_update():
        leave_trace([_cancel(act, report)])


@transaction.atomic
def resume_after_loss(act: Act, report_id: int, *, reason: str) -> None:
    """What one approved report was about goes on (R-LVL-06): the report stays and says since when. A customer who was
    lost with it comes back by ``reactivate``. Access is the caller's."""
    for report in LossReport.objects.filter(pk=report_id, ends_card=False).select_for_update():
        report.reactivated_on = act.on
        report.version += 1
        report.save()
        leave_trace([act.entry("loss_resumed", report, customer=report.customer_id, reason=reason)])


def _cancel(act: Act, report: LossReport, reason: str = "") -> AuditEntry:
    report.state, report.decided_at = LossReport.State.CANCELLED, act.at
    report.version += 1
    report.save()
    return act.entry("loss_withdrawn", report, customer=report.customer_id, reason=reason)


@transaction.atomic
def decide_loss(act: Act, report_id: int, *, approve: bool, called_back: bool, note: str) -> LossReport:
    """Approve or reject after the call-back. Only approved losses count (R-LVL-05).

    The level may have moved while the application waited: who may decide goes by the higher of the two, and
    the report keeps the level the customer is lost from. Raises LossReport.DoesNotExist unless pending on a card
    the actor leads and may decide; LossRefused for one's own application, an approval without call-back, or a
    decision without a word.
    """
    assert act.by is not None
    rows = LossReport.objects.pending().filter(cards_within(act.by, act.by.write_reach, "customer__"))
    found = rows.get(pk=report_id)
    if not may_decide(act.by.roles, found.level_then):
        raise LossReport.DoesNotExist
    # The card is locked before its loss, as an order does that withdraws it; the other way round they deadlock.
    desk = Desk.open(act, [found.customer_id])
    report = rows.select_for_update(of=("self",)).get(pk=report_id)
    customer = desk.customers[report.customer_id]
    if not may_decide(act.by.roles, customer.level):
        raise LossRefused(
            _("The customer has risen to %(level)s meanwhile: the manager decides.")
            % {"level": customer.level}
        )
    if report.applied_by_id == act.by.pk:
        raise LossRefused(_("Somebody else decides about your own application."))
    if approve and not called_back:
        raise LossRefused(_("Call the customer back before you approve."), "called_back")
    if not note.strip():
        raise LossRefused(_("Write what the call-back found."), "note")
    report.level_then, report.highest_level = customer.level, _highest_level(customer)
    report.state = LossReport.State.APPROVED if approve else LossReport.State.REJECTED
    report.called_back, report.decision_note = called_back, note.strip()[:300]
    report.decided_by, report.decided_at, report.decided_on = act.by, act.at, act.on
    report.version += 1
    report.save()
    desk.trace.append(act.entry("loss_decided", report, customer=customer.pk, reason=note, changes={
        "approved": [None, approve]}))  # fmt: skip
    if approve and report.ends_card:
        _close_card(desk, customer, report)
    desk.save()
    return report


def _close_card(desk: Desk, customer: Customer, report: LossReport) -> None:
    act = desk.act
    desk.close_follow_up(customer, Task.Status.CANCELLED)
    desk.refuse_pending_levels(customer)
    desk.change_level(customer, report.bucket, LevelChange.Kind.LOSS, reason=report.outcome)
    customer.level_confirmed = True
    customer.intent_status = status_after_loss(report.bucket)
    customer.owner_kind = owner_kind_after_loss(report.outcome, customer.owner_kind)
    customer.base_class = Customer.BaseClass.BASE
    customer.next_due_on = None
    interval = act.store.playbook.settings.cadence_end_interval[report.bucket]  # type: ignore[index]
    for number, days in enumerate(second_chances(report.bucket, interval), start=1):
        desk.new_tasks.append(
            Task(
                customer=customer, store=act.store, owner_id=customer.owner_id, kind=Task.Kind.SECOND_CHANCE,
                item=report.bucket, source_rule="R-LOSS-02", origin=f"loss {report.pk} {number}",
                due_on=next_open(act.on + timedelta(days=days), act.store.calendar.is_closed),
                created_at=act.at,
            )
        )  # fmt: skip


@transaction.atomic
def reactivate(act: Act, customer_id: int, *, level: str, reason: str) -> Customer:
    """A lost customer comes back to a live level (R-LVL-06): a new decision with its reason; the loss report
    stays. Also opens a new intent for an owner or a base customer. Raises LossRefused."""
    desk = Desk.open(act, [customer_id])
    customer = desk.customers[customer_id]
    if customer.is_open:
        raise LossRefused(_("The card is already open."))
    level = fold_code(level)
    if level not in LIVE - {"O"}:
        raise LossRefused(_("Choose a level the customer comes back at."), "level")
    if not reason.strip():
        raise LossRefused(_("Say what brought the customer back."), "reason")
    LossReport.objects.of_cards().filter(
        customer=customer, state=LossReport.State.APPROVED, reactivated_on__isnull=True
    ).update(reactivated_on=act.on)
    chances = Task.objects.open().filter(customer=customer, kind=Task.Kind.SECOND_CHANCE)
    chances.filter(due_on__lte=act.on).update(status=Task.Status.DONE, done_on=act.on)
    chances.update(status=Task.Status.CANCELLED, done_on=act.on)
    desk.set_evidence(customer, ())
    desk.change_level(customer, level, LevelChange.Kind.REACTIVATED, reason=reason)
    customer.intent_status = Customer.IntentStatus.INTENT
    customer.level_confirmed = False
    desk.plan_follow_up(customer, next_due(level, act.on, act.store.calendar, act.store.playbook), "R-FUP-01")
    desk.save()
    return customer
