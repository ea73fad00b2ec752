"""What of markets hangs on two cards that become one."""

from django.db import transaction

from guanxi.customers.models import Customer
from guanxi.markets.models import CampaignMember, ProductStanding
from guanxi.organization.snapshots import repoint


@transaction.atomic
def fold_standings(kept: Customer, merged: Customer) -> list[int]:
    """Judgements go along; where both cards have one of a product, the kept card's stands. Returns what
    ``unfold_standings`` needs."""
    theirs = ProductStanding.objects.filter(customer=merged)
    return repoint(theirs.exclude(product__in=kept.standings.values("product")), customer=kept)


@transaction.atomic
def unfold_standings(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_standings``."""
    ProductStanding.objects.filter(pk__in=keys, customer=kept).update(customer=merged)


@transaction.atomic
def fold_campaigns(kept: Customer, merged: Customer) -> list[int]:
    """The kept card keeps its own side of a campaign, and takes over those it had none in. Returns what
    ``unfold_campaigns`` needs."""
    own = CampaignMember.objects.filter(customer=kept).values("campaign")
    return repoint(CampaignMember.objects.filter(customer=merged).exclude(campaign__in=own), customer=kept)


@transaction.atomic
def unfold_campaigns(kept: Customer, merged: Customer, moved: list[int]) -> None:
    """Undo ``fold_campaigns``."""
    CampaignMember.objects.filter(pk__in=moved, customer=kept).update(customer=merged)
