"""Who can be drawn for a campaign, and who is left out and why."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from guanxi.customers.models import Customer
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.deals.models import Deal
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.queries.segments import cards_of
from guanxi.organization.models import User


@dataclass(frozen=True)
class Pool:
    """``strata``: card → stratum, of those in ``cards``; ``left_out``: reason → how many."""

    cards: list[Customer]
    strata: dict[int, str]
    left_out: dict[str, int]


def pool_of(campaign: Campaign, actor: User, on: date) -> Pool:
    """The cards of the segment that ``actor`` sees and may be addressed; one query."""
    rows = cards_of(campaign.segment, actor, on)
    if campaign.team_id:
        rows = rows.filter(owner__team_id=campaign.team_id)
    others = CampaignMember.objects.filter(
        customer=OuterRef("pk"),
        campaign__starts_on__lte=campaign.ends_on,
        campaign__ends_on__gte=campaign.starts_on,
    ).exclude(campaign=campaign)
    bought = Deal.objects.bought().filter(customer=OuterRef("pk"), on__lt=campaign.starts_on)
    cards: list[Customer] = []
    strata = {}
    left_out = {"refuses": 0, "nobody": 0, "elsewhere": 0}
    rows = rows.select_related("owner").annotate(is_elsewhere=Exists(others), has_bought=Exists(bought))
    for card in rows.order_by("pk"):
        if not may_be_contacted(card.opt_outs):
            left_out["refuses"] += 1
        elif card.owner is None or not card.owner.is_active:
            left_out["nobody"] += 1
        elif card.is_elsewhere:
            left_out["elsewhere"] += 1
        else:
            cards.append(card)
            strata[card.pk] = f"{card.level or '-'}/{'bought' if card.has_bought else 'new'}"
    return Pool(cards, strata, left_out)
