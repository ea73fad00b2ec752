"""What the store knew of a party when it came: the facts its type of visit is judged by (R-REG-04)."""

from dataclasses import dataclass

from django.db.models import Max, Min, Q

from guanxi.cadence.models import Interaction
from guanxi.prospecting.models import Visit
from guanxi.prospecting.rules.visits import Known


@dataclass(frozen=True)
class Party:
    """``first_today`` is the row that an arrival of the same party on the same day continues."""

    known: Known
    first_today: Visit | None


def party_of(visit: Visit) -> Party:
    """Look the party up by its card and its number; without either nothing is known. At most three queries."""
    same = Q()
    if visit.customer_id is not None:
        same |= Q(customer_id=visit.customer_id)
    if visit.phone_normalized:
        same |= Q(phone_normalized=visit.phone_normalized)
    if not same:
        return Party(Known(), None)
    rows = Visit.objects.filter(same, store_id=visit.store_id, on__lte=visit.on).exclude(pk=visit.pk)
    came = rows.came().counted()
    facts = rows.filter(on__lt=visit.on).aggregate(
        came_on=Max("on", filter=Q(kind=Visit.Kind.WALKIN)), filed_on=Min("on", filter=Q(filed=True))
    )
    came_on, filed_on = facts["came_on"], facts["filed_on"]
    if visit.customer is not None:
        opened_at = visit.customer.card_created_at
        if opened_at is not None and opened_at < visit.arrived_at:
            filed_on = filed_on or visit.store.local_date(opened_at)
        showroom = Interaction.objects.valid().filter(
            customer=visit.customer_id, method="SHOWROOM", on__lt=visit.on
        )
        seen_on = showroom.aggregate(on=Max("on"))["on"]
        came_on = max((day for day in (came_on, seen_on) if day is not None), default=None)
    earlier_today = came.filter(on=visit.on, arrived_at__lt=visit.arrived_at)
    first = None
    if visit.kind == Visit.Kind.WALKIN:
        first = earlier_today.order_by("arrived_at", "pk").first()
    return Party(Known(filed_on, came_on), first)
