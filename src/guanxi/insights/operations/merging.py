"""What people judged of two cards that become one."""

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.insights.models import DeliveredValue
from guanxi.organization.snapshots import repoint


@transaction.atomic
def fold_judgements(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """Comparisons with rivals go along. Returns what ``unfold_judgements`` needs."""
    return {"comparisons": repoint(DeliveredValue.objects.filter(customer=merged), customer=kept)}


@transaction.atomic
def unfold_judgements(kept: Customer, merged: Customer, facts: dict[str, list[int]]) -> None:
    """Undo ``fold_judgements``."""
    keys = facts.get("comparisons", [])
    DeliveredValue.objects.filter(pk__in=keys, customer=kept).update(customer=merged)
