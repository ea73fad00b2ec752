"""The maps of two cards that become one: people go with their contacts, the rest is moved here."""

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.key_accounts.models import Circle, InfoItem, PlannedStep
from guanxi.organization.snapshots import repoint

MOVED = {"circles": Circle, "facts": InfoItem, "steps": PlannedStep}


@transaction.atomic
def fold_map(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """Returns what ``unfold_map`` needs. Two trees side by side are one map: nobody gets a second boss by it."""
    return {
        name: repoint(model._default_manager.filter(customer=merged), customer=kept)
        for name, model in MOVED.items()
    }


@transaction.atomic
def unfold_map(kept: Customer, merged: Customer, facts: dict[str, list[int]]) -> None:
    """Undo ``fold_map``."""
    for name, model in MOVED.items():
        # Merged before there were maps: nothing moved.
        model._default_manager.filter(pk__in=facts.get(name, []), customer=kept).update(customer=merged)
