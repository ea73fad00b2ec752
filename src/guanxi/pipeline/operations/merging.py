"""Opportunities of two cards that become one go to the card that is kept."""

from collections.abc import Sequence

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.organization.snapshots import repoint
from guanxi.pipeline.models import CreditReview, Opportunity


def lock_opportunities(customer_ids: Sequence[int]) -> None:
    """Lock the opportunities of cards; before the cards, as losing one does."""
    rows = Opportunity.objects.select_for_update().filter(customer__in=customer_ids)
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def fold_opportunities(kept: Customer, merged: Customer) -> list[int]:
    """Returns what ``unfold_opportunities`` needs."""
    return repoint(Opportunity.objects.filter(customer=merged), customer=kept)


@transaction.atomic
def unfold_opportunities(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_opportunities``."""
    Opportunity.objects.filter(pk__in=keys, customer=kept).update(customer=merged)


@transaction.atomic
def fold_credit(kept: Customer, merged: Customer) -> list[int]:
    """Reviews of quarters the kept card has none of go along. Returns what ``unfold_credit`` needs."""
    own = CreditReview.objects.filter(customer=kept).values("quarter")
    return repoint(CreditReview.objects.filter(customer=merged).exclude(quarter__in=own), customer=kept)


@transaction.atomic
def unfold_credit(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_credit``."""
    CreditReview.objects.filter(pk__in=keys, customer=kept).update(customer=merged)
