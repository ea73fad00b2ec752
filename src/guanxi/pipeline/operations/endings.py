"""Closing an opportunity: won into the ledger, lost through the audited report; and opening it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, resume_after_loss, withdraw_report
from guanxi.deals.models import Deal, Order
from guanxi.deals.operations.ledger import Sold, hold_numbers, reverse_deals, write_deals
from guanxi.deals.queries.sales import sales_under
from guanxi.organization.acts import Act, leave_trace
from guanxi.pipeline.drafts import EvidenceDraft, Progress
from guanxi.pipeline.models import Opportunity, StageMove
from guanxi.pipeline.operations.moves import PROBLEM_WORDS, write_evidence
from guanxi.pipeline.operations.opportunities import (
    OpportunityRefused,
    lock_opportunity,
    note,
    refuse_held_bid,
    refuse_missing_roles,
    refuse_past_closing,
)
from guanxi.pipeline.rules.stages import Answers, move_problems


@dataclass(frozen=True)
class Win:
    """``order_no`` is that of the contract or order; ``won_on`` None is today."""

    order_no: str
    finished: str
    evidence: Sequence[EvidenceDraft] = ()
    won_on: date | None = None

    def answers(self) -> Answers:
        return Progress(finished=self.finished, evidence=self.evidence).answers()


@transaction.atomic
def win_opportunity(act: Act, opportunity_id: int, *, version: int, win: Win) -> Opportunity:
    """Close as won: one row of the ledger for each product, or one for the whole. The card stays where it is, for
    other opportunities may live.

    When the number is that of an order on the card, the order's delivery writes the ledger, and this does not write
    it a second time. Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused: without an order number (8.8),
    words and evidence (R-OPP-01), or with roles missing on the map (R-KEY-02).
    """
    row = lock_opportunity(act, opportunity_id, version)
    number = win.order_no.strip()[:30]
    if not number:
        raise OpportunityRefused(_("A won opportunity has an order number."), "order_no")
    for field, code in move_problems(win.answers(), 1).items():
        raise OpportunityRefused(PROBLEM_WORDS[code], field)
    if row.waits_for_loss:
        raise OpportunityRefused(_("A loss waits for approval: take the application back first."))
    won_on = win.won_on or act.on
    if not row.opened_on <= won_on <= act.on:
        raise OpportunityRefused(_("The day lies between the opening and today."), "won_on")
    order = _seen(act, Order).filter(order_no=number).exclude(state=Order.State.CANCELLED).first()
    if order is not None and order.customer_id != row.customer_id:
        raise OpportunityRefused(_("This order belongs to another customer."), "order_no")
    _refuse_sold(act, number, order)
    refuse_missing_roles(act, row.customer)
    refuse_held_bid(act, row)
    days = row.days_in_stage(won_on)
    row.won_on, row.order_no = won_on, number
    row.version += 1
    row.save()
    move = note(
        act, row, StageMove.Kind.WON, to_stage="WON", days=days, finished=win.finished.strip(), reason=number
    )
    write_evidence(act, row, win.evidence, move)
    if order is None:
        lines = [
            Sold(line.product, line.quantity, line.amount) for line in row.lines.select_related("product")
        ]
        write_deals(
            act, row.customer, won_on, lines or [Sold(None, 1, row.amount)],
            seller_id=row.customer.owner_id, source=source_of(row), number=number,
        )  # fmt: skip
    leave_trace([act.entry("opportunity_won", row, customer=row.customer_id, reason=win.finished, changes={
        "order_no": [None, number], "amount": [None, str(row.amount)]})])  # fmt: skip
    return row


@transaction.atomic
def undo_win(act: Act, opportunity_id: int, *, version: int, reason: str) -> Opportunity:
    """Take a win back: the ledger is written back and the opportunity stands at its last stage again.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused without a reason.
    """
    row = lock_opportunity(act, opportunity_id, version, closed=True)
    if row.won_on is None:
        raise OpportunityRefused(_("This opportunity is not won."))
    if not reason.strip():
        raise OpportunityRefused(_("Say why it is taken back."), "reason")
    orders = Order.objects.filter(store=act.store, order_no=row.order_no, state=Order.State.DELIVERED)
    if orders.exists() and Deal.objects.in_force().filter(source=source_of(row)).exists():
        raise OpportunityRefused(_("What was sold is delivered: this win stands."))
    number, row.won_on, row.order_no = row.order_no, None, ""
    row.stage_since = act.on
    row.version += 1
    row.save()
    reverse_deals(act, source_of(row), reason=reason.strip())
    note(act, row, StageMove.Kind.UNWON, from_stage="WON", reason=reason.strip()[:200])
    leave_trace([act.entry("opportunity_unwon", row, customer=row.customer_id, reason=reason, changes={
        "order_no": [number, None]})])  # fmt: skip
    return row


@transaction.atomic
def lose_opportunity(
    act: Act, opportunity_id: int, *, version: int, draft: LossDraft, ends_card: bool = False
) -> Opportunity:
    """Apply for its loss; it stays open until a leader has called back and approved (R-LVL-05). ``ends_card``: the
    customer's whole intent is gone with it.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused, also when the card would end while another of its
    opportunities is open, LossRefused.
    """
    row = lock_opportunity(act, opportunity_id, version)
    if row.waits_for_loss:
        raise OpportunityRefused(_("The loss of this opportunity already waits for approval."))
    others = Opportunity.objects.filter(customer=row.customer_id).open().exclude(pk=row.pk).order_by("pk")
    if ends_card and (other := others.first()) is not None:
        words = _(
            "The customer still has an open opportunity: %(title)s. Close it first, or lose this one alone."
        )
        raise OpportunityRefused(words % {"title": other.title}, "ends_card")
    row.loss = apply_for_loss(act, row.customer_id, draft, subject=row.title, ends_card=ends_card)
    row.version += 1
    row.save()
    note(act, row, StageMove.Kind.LOST, to_stage="LOST", days=row.days_in_stage(act.on), loss=row.loss)
    leave_trace([act.entry("opportunity_lost", row, customer=row.customer_id, changes={
        "outcome": [None, draft.outcome], "reason": [None, draft.reason]})])  # fmt: skip
    return row


@transaction.atomic
def withdraw_loss_of(act: Act, opportunity_id: int, *, version: int) -> Opportunity:
    """Take the application back while nobody decided.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused.
    """
    row = lock_opportunity(act, opportunity_id, version)
    if not row.waits_for_loss:
        raise OpportunityRefused(_("No loss of this opportunity waits for approval."))
    assert row.loss is not None
    withdraw_report(act, row.loss.pk)
    row.loss = None
    row.version += 1
    row.save()
    note(act, row, StageMove.Kind.UNLOST, from_stage="LOST")
    leave_trace([act.entry("opportunity_loss_withdrawn", row, customer=row.customer_id)])
    return row


@transaction.atomic
def reopen_opportunity(
    act: Act, opportunity_id: int, *, version: int, stage: str, expected_close_on: date, reason: str
) -> Opportunity:
    """A lost opportunity lives again in its next cycle (8.8); the report of the loss stays and still counts.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused: not lost, without a reason, or while the customer
    who was lost with it has not come back.
    """
    row = lock_opportunity(act, opportunity_id, version, closed=True)
    if not row.is_lost:
        raise OpportunityRefused(_("Only a lost opportunity is opened again."))
    assert row.loss is not None
    if not reason.strip():
        raise OpportunityRefused(_("Say what brought it back."), "reason")
    if stage not in act.store.playbook.stage_order:
        raise OpportunityRefused(_("Choose a stage."), "stage")
    refuse_missing_roles(act, row.customer, stage)
    if row.loss.ends_card and not row.customer.is_open:
        raise OpportunityRefused(_("The customer was lost with it: open a new intent on the card first."))
    resume_after_loss(act, row.loss.pk, reason=reason)
    old, row.loss = row.stage, None
    row.cycle_no += 1
    # Leave to bid was for the cycle that ended.
    refuse_held_bid(act, row, stage)
    row.stage, row.stage_since, row.expected_close_on = stage, act.on, expected_close_on
    row.probability, row.probability_reason = act.store.playbook.settings.stage_probability[stage], ""
    refuse_past_closing(act, row)
    row.version += 1
    row.save()
    note(act, row, StageMove.Kind.REOPENED, from_stage="LOST", reason=reason.strip()[:200])
    leave_trace([act.entry("opportunity_reopened", row, customer=row.customer_id, reason=reason, changes={
        "stage": [old, stage], "cycle_no": [row.cycle_no - 1, row.cycle_no]})])  # fmt: skip
    return row


def _refuse_sold(act: Act, number: str, order: Order | None) -> None:
    """One sale closes one opportunity and stands in the ledger once, as far as the act sees: what another team sold is
    neither told nor in the way."""
    hold_numbers(act.store)
    sold = sales_under(act.store, number).filter(pk__in=_seen(act, Deal).values("pk")).first()
    if sold is not None and (order is None or sold.source != f"order {order.pk}"):
        raise OpportunityRefused(_("Under this number a sale stands in the ledger already."), "order_no")
    if _seen(act, Opportunity).filter(order_no=number, won_on__isnull=False).exists():
        raise OpportunityRefused(_("Another opportunity was won under this number."), "order_no")


def _seen(act: Act, model: Any) -> Any:
    rows = model.objects.filter(store=act.store)
    return rows if act.by is None else rows.visible_to(act.by)


def source_of(row: Opportunity) -> str:
    """What the ledger calls the opportunity."""
    return f"opportunity {row.pk}"
