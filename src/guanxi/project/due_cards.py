"""Which cards the clockwork has to look at, so that a night costs what changed and not what exists."""

from datetime import date, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer, OwnedItem
from guanxi.organization.models import Store


def cards_in_question(store: Store, on: date) -> list[int]:
    """Cards whose level may have outlived its window on ``on``; R-LVL-04 itself decides about each."""
    wanted = Q()
    for level, days in store.playbook.settings.level_downgrade_days.items():
        begun_before = on - timedelta(days=days)
        if level == "C":
            wanted |= Q(level=level, quiet_since__lt=begun_before)
        else:
            wanted |= Q(level=level, level_since__lt=begun_before)
    if not wanted:
        return []
    cards = Customer.objects.filter(store=store).annotate(
        quiet_since=Coalesce("last_contact_on", "level_since")
    )
    return list(cards.filter(wanted).order_by("pk").values_list("pk", flat=True))


def newly_delivered(store: Store, on: date) -> list[int]:
    """Cards with a delivery of today or yesterday on which no care hangs yet."""
    planned = Task.objects.filter(
        customer=OuterRef("customer"), kind=Task.Kind.CARE, origin__startswith=OuterRef("prefix")
    )
    items = OwnedItem.objects.filter(
        customer__store=store, is_ours=True, delivered_on__range=(on - timedelta(days=1), on)
    )
    items = items.annotate(prefix=Concat(Cast("pk", CharField()), Value(" "), output_field=CharField()))
    return list(items.filter(~Exists(planned)).order_by("pk").values_list("customer_id", flat=True))
