"""Since when a store keeps its records here: not what they are about, but when they were written down."""

from datetime import date

from django.db.models import QuerySet

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.organization.models import Store
from guanxi.prospecting.models import Visit


def first_recorded_on(store: Store) -> date | None:
    """The business day on which the store wrote its first record down; None while it has none. Rows are numbered as
    they come, so the lowest key tells; three queries."""
    rows: tuple[tuple[QuerySet, str], ...] = (
        (Customer.objects.all(), "created_at"),
        (Interaction.objects.all(), "recorded_at"),
        (Visit.objects.all(), "created_at"),
    )
    found = [
        kept.filter(store=store).order_by("pk").values_list(name, flat=True).first() for kept, name in rows
    ]
    return min((store.local_date(at) for at in found if at is not None), default=None)
