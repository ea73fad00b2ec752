"""Owner files that are not complete in time (R-CUS-09)."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from guanxi.customers.models import Customer, OwnedItem
from guanxi.organization.models import User

# What after-sales cannot do without.
NEEDED = ("model", "vin", "plate_no", "insurer")


def incomplete_owner_files(actor: User, on: date, deadline_days: int) -> QuerySet[OwnedItem]:
    """Items we delivered ``deadline_days`` or more days before ``on`` whose file still lacks something,
    oldest first, of the cards ``actor`` reads."""
    lacking = Q(insurance_expires_on__isnull=True)
    for name in NEEDED:
        lacking |= Q(**{name: ""})
    items = OwnedItem.objects.filter(
        lacking, is_ours=True, delivered_on__lte=on - timedelta(days=deadline_days)
    )
    visible = Customer.objects.visible_to(actor)
    return items.filter(customer__in=visible).select_related("customer").order_by("delivered_on", "id")
