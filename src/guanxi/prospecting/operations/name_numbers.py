"""Calling a name: one number at a time leaves the server, logged before it does (R-PRM-05)."""

from django.db import transaction

from guanxi.customers.operations.numbers import spend_reveal
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead


@transaction.atomic
def call_name(act: Act, lead_id: int) -> str:
    """The full number of a name, to call it; one's own list is logged and not counted (R-PRM-05).

    Raises ReferralLead.DoesNotExist unless the actor may reveal it and there is a number, RevealRefused.
    """
    assert act.by is not None
    User.objects.select_for_update().get(pk=act.by.pk)
    rows = ReferralLead.objects.within(act.by, act.by.reveal_reach).exclude(phone_normalized="")
    lead = rows.select_related("recommender__owner", "consultant").get(pk=lead_id)
    free = lead.holder is not None and lead.holder.pk == act.by.pk
    if not free:
        spend_reveal(act)
    leave_trace([
        act.entry("number_called" if free else "number_revealed", lead, customer=lead.recommender_id)
    ])  # fmt: skip
    return lead.phone_normalized
