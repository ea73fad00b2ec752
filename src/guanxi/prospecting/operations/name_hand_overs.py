"""The names of somebody who leaves go to a colleague (R-PRM-03)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.operations.cards import may_decide_for_the_store
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import User
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.names import NameRefused


@transaction.atomic
def hand_over_names(act: Act, giver: User, to: User, *, reason: str) -> int:
    """The names of somebody's own circle go to a colleague; recommended ones go with their recommender's card
    (R-PRM-03). Returns how many. Raises NameRefused unless the manager does it, with a reason."""
    if not may_decide_for_the_store(act):
        raise NameRefused(_("Only the manager hands names over."))
    if not reason.strip():
        raise NameRefused(_("Say why the names are handed over."), "reason")
    if not to.is_active or to.store_id != act.store.pk or to.pk == giver.pk:
        raise NameRefused(_("Choose another colleague of the store."), "to")
    rows = ReferralLead.objects.select_for_update(of=("self",)).filter(
        store=act.store, consultant=giver, recommender__isnull=True
    )
    leads = list(rows.order_by("pk"))
    leave_trace(
        act.entry("name_handed_over", lead, changes={"consultant": [giver.pk, to.pk]}, reason=reason)
        for lead in leads
    )
    for lead in leads:
        lead.consultant = to
        lead.version += 1
    ReferralLead.objects.bulk_update(leads, ["consultant", "version"], batch_size=200)
    return len(leads)
