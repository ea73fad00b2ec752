"""Campaigns and the reader's customers in them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from guanxi.cadence.models import Interaction, Task
from guanxi.customers.models import Customer, cards_within
from guanxi.markets.models import Campaign, CampaignMember, Segment
from guanxi.organization.models import Store, User

SHOWN = 50


@dataclass(frozen=True)
class MemberPage:
    """Customers of one side, fifty at a time; ``after`` opens the next page, None on the last."""

    rows: list[CampaignMember]
    after: int | None


def campaigns_of(actor: User, store: Store) -> Any:
    """The campaigns of the store, the newest first, each with how many of the reader's customers it addresses
    (``addressed``) and holds back (``held``); one query."""
    mine = cards_within(actor, actor.read_reach, "members__customer__")
    rows = (
        Campaign.objects.visible_to(actor)
        .filter(store=store)
        .select_related("segment", "product", "scheme", "team")
    )
    return rows.annotate(
        addressed=Count("members", filter=mine & Q(members__side="TARGET")),
        held=Count("members", filter=mine & Q(members__side="CONTROL")),
    )


def members_of(campaign: Campaign, actor: User, side: str, after: int | None = None) -> MemberPage:
    """Customers of one side that ``actor`` sees; one query."""
    rows = CampaignMember.objects.visible_to(actor).filter(campaign=campaign, side=side)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.select_related("customer__owner").order_by("pk")[: SHOWN + 1])
    return MemberPage(found[:SHOWN], found[SHOWN - 1].pk if len(found) > SHOWN else None)


def spent_on(segment: Segment) -> Decimal | None:
    """What the campaigns of a segment cost so far, in yuan; None while none has a cost. One query."""
    spent: Decimal | None = Campaign.objects.filter(segment=segment).aggregate(spent=Sum("cost"))["spent"]
    return spent


def is_worked(campaign: Campaign) -> bool:
    """Whether somebody did a task of the campaign, tried, or was in touch with whom it addresses since the draw. One
    query."""
    tasks = Task.objects.filter(store=campaign.store_id, origin=campaign.origin)
    since = Interaction.objects.filter(customer=OuterRef("customer"), recorded_at__gte=campaign.drawn_at)
    done = ~Q(status__in=(Task.Status.OPEN, Task.Status.CANCELLED)) | Q(attempts__gt=0)
    return tasks.filter(done | Exists(since)).exists()


def held_back(card: Customer, on: date) -> list[Campaign]:
    """The campaigns that hold a card back on a day; the caller has made sure of access. One query."""
    rows = Campaign.objects.filter(members__customer=card, members__side="CONTROL")
    return list(rows.filter(starts_on__lte=on, ends_on__gte=on, evaluated_on__isnull=True))
