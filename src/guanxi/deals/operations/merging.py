"""Contracts of two cards that become one go to the card that is kept."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.deals.models import Contract
from guanxi.organization.snapshots import repoint


def lock_contracts(customer_ids: Sequence[int]) -> None:
    """Lock the contracts of cards; before the cards, as renewing and ending do."""
    rows = Contract.objects.select_for_update(of=("self",)).filter(customer__in=customer_ids)
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def fold_contracts(kept: Customer, merged: Customer) -> list[int]:
    """Two cards become one: the contracts go along. Returns what ``unfold_contracts`` needs."""
    return repoint(Contract.objects.filter(customer=merged), customer=kept)


@transaction.atomic
def unfold_contracts(kept: Customer, merged: Customer, keys: Sequence[int]) -> None:
    """Undo ``fold_contracts``."""
    Contract.objects.filter(pk__in=keys, customer=kept).update(customer=merged)
