"""What people judged of two cards that become one, and what the nights reckoned of them meanwhile."""

from datetime import datetime

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.insights.models import Chance, CustomerReview, CustomerValue, DeliveredValue
from guanxi.organization.snapshots import repoint


@transaction.atomic
def fold_judgements(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """Comparisons go along, and reviews of years the kept card has none of. Returns what ``unfold_judgements``
    needs."""
    own = CustomerReview.objects.filter(customer=kept).values("year")
    return {
        "comparisons": repoint(DeliveredValue.objects.filter(customer=merged), customer=kept),
        "reviews": repoint(
            CustomerReview.objects.filter(customer=merged).exclude(year__in=own), customer=kept
        ),
    }


@transaction.atomic
def unfold_judgements(kept: Customer, merged: Customer, facts: dict[str, list[int]]) -> None:
    """Undo ``fold_judgements``."""
    comparisons, reviews = facts.get("comparisons", []), facts.get("reviews", [])
    DeliveredValue.objects.filter(pk__in=comparisons, customer=kept).update(customer=merged)
    CustomerReview.objects.filter(pk__in=reviews, customer=kept).update(customer=merged)


@transaction.atomic
def forget_reckoned(kept: Customer, merged: Customer, since: datetime) -> None:
    """Two cards again: what the nights since the merge told of the one came from the purchases, contracts and
    opportunities of both. The next night tells each its own."""
    for model in (Chance, CustomerValue):
        model.objects.filter(customer__in=[kept, merged], run__made_at__gte=since).delete()
