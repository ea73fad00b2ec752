"""Register rows of two cards that become one lead to the card that is kept."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.organization.snapshots import repoint
from guanxi.prospecting.models import Visit


def lock_visits(customer_ids: Sequence[int]) -> None:
    """Lock the rows of cards; before the cards, as completing a row does."""
    list(Visit.objects.select_for_update().filter(customer__in=customer_ids).order_by("pk").values_list("pk"))


@transaction.atomic
def fold_visits(kept: Customer, merged: Customer) -> list[int]:
    """Returns what ``unfold_visits`` needs."""
    return repoint(Visit.objects.filter(customer=merged), customer=kept)


@transaction.atomic
def unfold_visits(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_visits``."""
    Visit.objects.filter(pk__in=keys, customer=kept).update(customer=merged)
