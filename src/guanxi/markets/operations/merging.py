"""Campaigns of two cards that become one: the kept card keeps its own side, and takes over those it had none in."""

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.markets.models import CampaignMember
from guanxi.organization.snapshots import repoint


@transaction.atomic
def fold_campaigns(kept: Customer, merged: Customer) -> list[int]:
    """Returns what ``unfold_campaigns`` needs."""
    own = CampaignMember.objects.filter(customer=kept).values("campaign")
    return repoint(CampaignMember.objects.filter(customer=merged).exclude(campaign__in=own), customer=kept)


@transaction.atomic
def unfold_campaigns(kept: Customer, merged: Customer, moved: list[int]) -> None:
    """Undo ``fold_campaigns``."""
    CampaignMember.objects.filter(pk__in=moved, customer=kept).update(customer=merged)
