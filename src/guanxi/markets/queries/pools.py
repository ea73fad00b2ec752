"""Who can be drawn for a campaign, who is left out and why, and what a draw makes of the rest."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from guanxi.customers.models import Customer
from guanxi.customers.rules.opt_outs import may_be_contacted
from guanxi.deals.models import Deal
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.queries.segments import cards_of
from guanxi.markets.rules.draws import control_group, spread_days
from guanxi.organization.models import User


@dataclass(frozen=True)
class Pool:
    """``strata``: card → stratum, of those in ``cards``; ``left_out``: reason → how many."""

    cards: list[Customer]
    strata: dict[int, str]
    left_out: dict[str, int]


@dataclass(frozen=True)
class Draw:
    """Both groups; ``calls``: each customer addressed with the day of their call, spread over ``days`` for each
    consultant. Before the draw this is what it would give."""

    pool: Pool
    held: list[Customer]
    calls: list[tuple[Customer, date]]
    days: list[date]

    @property
    def by_consultant(self) -> list[tuple[User, int]]:
        """Who gets how many calls, the most first."""
        counted = Counter(card.owner for card, _day in self.calls if card.owner is not None)
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].name))

    @property
    def most_a_day(self) -> int:
        """Calls on the fullest day."""
        return max(Counter(day for _card, day in self.calls).values(), default=0)


def draw_of(campaign: Campaign, actor: User, on: date) -> Draw:
    """The draw from the campaign's seed among the cards that ``actor`` sees; its days are the open ones from ``on``
    on."""
    pool = pool_of(campaign, actor, on)
    strata = {card.customer_no: pool.strata[card.pk] for card in pool.cards}
    chosen = control_group(strata, campaign.seed, campaign.control_percent)
    first = max(campaign.starts_on, on)
    every = [first + timedelta(days=offset) for offset in range((campaign.ends_on - first).days + 1)]
    calendar = campaign.store.calendar
    days = [day for day in every if not calendar.is_closed(day)] or every
    by_owner: dict[int | None, list[Customer]] = {}
    for card in pool.cards:
        if card.customer_no not in chosen:
            by_owner.setdefault(card.owner_id, []).append(card)
    calls = [
        pair for mine in by_owner.values() for pair in zip(mine, spread_days(len(mine), days), strict=True)
    ]
    return Draw(pool, [card for card in pool.cards if card.customer_no in chosen], calls, days)


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
