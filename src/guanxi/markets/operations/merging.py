"""What of markets hangs on two cards that become one."""

from django.db import transaction

from guanxi.cadence.models import Task
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
def fold_campaigns(kept: Customer, merged: Customer) -> dict[str, list[int]]:
    """The kept card keeps its own side of a campaign, and takes over those it had none in; where it is held back, the
    task the other card brought along is given up. Returns what ``unfold_campaigns`` needs."""
    own = CampaignMember.objects.filter(customer=kept)
    held = own.filter(side=CampaignMember.Side.CONTROL).select_related("campaign")
    origins = [member.campaign.origin for member in held]
    given_up = Task.objects.open().filter(customer__in=[kept, merged], origin__in=origins)
    tasks = repoint(given_up, status=Task.Status.CANCELLED)
    theirs = CampaignMember.objects.filter(customer=merged).exclude(campaign__in=own.values("campaign"))
    return {"members": repoint(theirs, customer=kept), "tasks": tasks}


@transaction.atomic
def unfold_campaigns(kept: Customer, merged: Customer, facts: dict[str, list[int]]) -> None:
    """Undo ``fold_campaigns``; after the history, so that the tasks stand where they stood."""
    CampaignMember.objects.filter(pk__in=facts["members"], customer=kept).update(customer=merged)
    Task.objects.filter(pk__in=facts["tasks"], status=Task.Status.CANCELLED).update(status=Task.Status.OPEN)
