"""What of prospecting hangs on two cards that become one: register rows, requests, names."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from guanxi.customers.models import Customer
from guanxi.organization.snapshots import repoint
from guanxi.prospecting.models import Influence, ReferralLead, ReferralRequest, Visit


def lock_visits(customer_ids: Sequence[int]) -> None:
    """Lock the rows of cards; before the cards, as completing a row does."""
    list(Visit.objects.select_for_update().filter(customer__in=customer_ids).order_by("pk").values_list("pk"))


def lock_names(customer_ids: Sequence[int]) -> None:
    """Lock the names that lead to cards or came from them; before the cards, as carding a name does."""
    about = Q(customer__in=customer_ids) | Q(recommender__in=customer_ids)
    list(ReferralLead.objects.select_for_update().filter(about).order_by("pk").values_list("pk"))


@transaction.atomic
def fold_visits(kept: Customer, merged: Customer) -> list[int]:
    """Returns what ``unfold_visits`` needs."""
    return repoint(Visit.objects.filter(customer=merged), customer=kept)


@transaction.atomic
def unfold_visits(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_visits``."""
    Visit.objects.filter(pk__in=keys, customer=kept).update(customer=merged)


@transaction.atomic
def fold_referrals(kept: Customer, merged: Customer) -> dict[str, Any]:
    """Requests, names and traits go along. Returns what ``unfold_referrals`` needs.

    A name by which the one card recommended the other is no recommendation any more and stays as it was: nobody
    recommends themselves.
    """
    both = [kept.pk, merged.pk]
    named = ReferralLead.objects.exclude(recommender__in=both, customer__in=both)
    facts: dict[str, Any] = {
        "requests": repoint(ReferralRequest.objects.filter(customer=merged), customer=kept),
        "given": repoint(named.filter(recommender=merged), recommender=kept),
        "carded": repoint(named.filter(customer=merged), customer=kept),
        "traits": [],
    }
    if not Influence.objects.filter(customer=kept).exists():
        facts["traits"] = repoint(Influence.objects.filter(customer=merged), customer=kept)
    return facts


@transaction.atomic
def unfold_referrals(kept: Customer, merged: Customer, facts: dict[str, Any]) -> None:
    """Undo ``fold_referrals``."""
    if not facts:
        # A merge from before there were names.
        return
    ReferralRequest.objects.filter(pk__in=facts["requests"], customer=kept).update(customer=merged)
    ReferralLead.objects.filter(pk__in=facts["given"], recommender=kept).update(recommender=merged)
    ReferralLead.objects.filter(pk__in=facts["carded"], customer=kept).update(customer=merged)
    Influence.objects.filter(pk__in=facts["traits"], customer=kept).update(customer=merged)
