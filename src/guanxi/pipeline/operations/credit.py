"""Reviewing credit each quarter, and leave to bid to who pays badly (R-VAL-13)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.lib.quarters import quarter_of
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import put, refuse_stale
from guanxi.organization.refusals import Refused
from guanxi.pipeline.models import BidApproval, CreditReview
from guanxi.pipeline.models.credit import cards_of_finance
from guanxi.pipeline.operations.opportunities import OpportunityRefused, lock_opportunity
from guanxi.pipeline.queries.credit import approval_of, bid_is_held


class CreditRefused(Refused):
    """The credit cannot be judged this way; nothing was kept."""


@transaction.atomic
def save_credit_review(
    act: Act, customer_id: int, *, version: int, values: Mapping[str, Any]
) -> CreditReview:
    """Keep what finance thinks in this quarter: three marks of 0 to 100 and a note. ``version`` 0 where nothing stands
    yet.

    Raises Customer.DoesNotExist unless the actor reviews the credit of this card, StaleEdit, CreditRefused by field.
    """
    assert act.by is not None
    card = (
        Customer.objects.filter(cards_of_finance(act.by)).select_for_update(of=("self",)).get(pk=customer_id)
    )
    quarter = quarter_of(act.on)
    found = CreditReview.objects.filter(customer=card, quarter=quarter).first()
    row = found or CreditReview(customer=card, quarter=quarter, version=0)
    refuse_stale(row, version)
    changes = changed_fields(row, dict(values))
    put(row, values, CreditRefused)
    if found is not None and not changes:
        return row
    row.by, row.at, row.version = act.by, act.at, row.version + 1
    row.save()
    leave_trace([act.entry("credit_reviewed", row, customer=card.pk, changes=changes)])
    return row


@transaction.atomic
def ask_bid_approval(act: Act, opportunity_id: int, *, version: int, reason: str) -> BidApproval:
    """Ask the proprietor for leave to bid to a customer of class C; ``version`` is 0 where nobody asked yet.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused: without a reason, where no leave is needed, or
    while the first request waits.
    """
    row = lock_opportunity(act, opportunity_id, None)
    found = approval_of(row)
    approval = found or BidApproval(opportunity=row, cycle_no=row.cycle_no, version=0)
    refuse_stale(approval, version)
    if not bid_is_held(act.store, row):
        raise OpportunityRefused(_("This bid needs no approval."))
    if found is not None and found.state == BidApproval.State.APPLIED:
        raise OpportunityRefused(_("This bid waits for approval already."))
    if not reason.strip():
        raise OpportunityRefused(_("Say why we bid all the same."), "reason")
    before = approval.state if found else None
    approval.state, approval.reason = BidApproval.State.APPLIED, reason.strip()[:300]
    approval.asked_by, approval.asked_at = act.by, act.at
    approval.decided_by, approval.decided_at, approval.note = None, None, ""
    approval.version += 1
    approval.save()
    leave_trace([act.entry("bid_approval_asked", approval, customer=row.customer_id, reason=reason, changes={
        "state": [before, approval.state]})])  # fmt: skip
    return approval


@transaction.atomic
def decide_bid_approval(act: Act, approval_id: int, *, version: int, approve: bool, note: str) -> BidApproval:
    """The proprietor gives leave or refuses; a word is needed to refuse.

    Raises BidApproval.DoesNotExist unless it waits and the actor may decide it, never their own; StaleEdit;
    OpportunityRefused.
    """
    assert act.by is not None
    waiting = BidApproval.objects.decidable_by(act.by).select_related("opportunity")
    approval = waiting.select_for_update(of=("self",)).get(pk=approval_id)
    refuse_stale(approval, version)
    if not approve and not note.strip():
        raise OpportunityRefused(_("Say why it is refused."), "note")
    approval.state = BidApproval.State.APPROVED if approve else BidApproval.State.REFUSED
    approval.decided_by, approval.decided_at, approval.note = act.by, act.at, note.strip()[:300]
    approval.version += 1
    approval.save()
    customer = approval.opportunity.customer_id
    leave_trace([act.entry("bid_approval_decided", approval, customer=customer, reason=note, changes={
        "state": [BidApproval.State.APPLIED.value, approval.state]})])  # fmt: skip
    return approval
