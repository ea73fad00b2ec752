"""What the manager decided about names whose number stands on a colleague's card (R-PRM-09), carried out at night."""

from django.db import transaction

from guanxi.customers.models import Collision
from guanxi.organization.acts import Act, leave_trace
from guanxi.prospecting.models import ReferralLead
from guanxi.prospecting.operations.carding import link


@transaction.atomic
def settle_claims(act: Act) -> int:
    """A granted claim gives the name its card; a refused one makes it a name like any other. Returns how many."""
    rows = ReferralLead.objects.filter(store=act.store, claim__isnull=False, customer__isnull=True)
    rows = rows.exclude(claim__state=Collision.State.OPEN).select_for_update(of=("self",))
    leads = list(rows.select_related("recommender__owner", "consultant", "claim__customer").order_by("pk"))
    for lead in leads:
        claim, lead.claim = lead.claim, None
        assert claim is not None
        if claim.state == Collision.State.MOVED and claim.customer.merged_into_id is None:
            link(act, lead, claim.customer)
        else:
            lead.version += 1
            lead.save()
            leave_trace([act.entry("name_freed", lead, customer=lead.recommender_id)])
    return len(leads)
