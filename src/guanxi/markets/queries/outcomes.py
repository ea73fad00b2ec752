"""What the ledger says a campaign brought, net of returns."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Q

from guanxi.deals.models import Deal
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.rules.campaigns import Group, Outcome
from guanxi.organization.models import User


def outcome_of(campaign: Campaign, actor: User) -> Outcome:
    """Both groups with what they bought in the days of the campaign, among the reader's cards. What was given back
    counts against it whenever that was. Two queries."""
    sides = dict(
        CampaignMember.objects.visible_to(actor)
        .filter(campaign=campaign)
        .order_by()
        .values_list("customer", "side")
    )
    days = (campaign.starts_on, campaign.ends_on)
    rows = Deal.objects.visible_to(actor).filter(customer__campaign_memberships__campaign=campaign)
    # A return counts with its sale, and so does what takes the return back.
    sold = Q(reverses__isnull=True, returns__isnull=True, on__range=days)
    back = Q(reverses__returns__isnull=True, reverses__on__range=days) | Q(returns__on__range=days)
    rows = rows.filter(sold | back | Q(reverses__returns__on__range=days))
    kept: dict[int, int] = defaultdict(int)
    margins: dict[int, Decimal] = defaultdict(Decimal)
    unpriced: set[int] = set()
    # Oldest first: a row that gives something back comes after the one it reverses.
    for pk, customer, quantity, margin, reverses, returns in rows.order_by("pk").values_list(
        "pk", "customer", "quantity", "margin", "reverses", "returns"
    ):
        kept[customer] += quantity
        if margin is not None:
            margins[customer] += margin
        elif reverses is None and returns is None:
            unpriced.add(pk)
        else:
            unpriced.discard(reverses)
    groups = {
        side: Group(
            tuple(margins[customer] for customer, its in sides.items() if its == side),
            sum(kept[customer] > 0 for customer, its in sides.items() if its == side),
        )
        for side in CampaignMember.Side.values
    }
    return Outcome(groups["TARGET"], groups["CONTROL"], campaign.cost, len(unpriced))


# What the told outcome says of margins (11.3).
OF_MARGINS = frozenset(
    {
        "margin",
        "margin_per_head",
        "uplift_per_head",
        "incremental_margin",
        "added",
        "roi",
        "roi_range",
        "plain_roi",
    }
)


def without_margins(told: dict[str, Any]) -> dict[str, Any]:
    """The told outcome for those who may not see margins: who bought, the shares and their uplift."""
    return {
        name: without_margins(value) if isinstance(value, dict) else value
        for name, value in told.items()
        if name not in OF_MARGINS
    }


def outcome_told(outcome: Outcome) -> dict[str, Any]:
    """The outcome in JSON shapes, as it is kept with the evaluation and told by the API: shares and uplift as
    fractions, money in yuan."""

    def text(value: Any) -> str | None:
        return None if value is None else f"{value:.4f}"

    def group(side: Group) -> dict[str, Any]:
        return {
            "customers": side.count, "buyers": side.buyers, "share": text(side.share),
            "margin": f"{side.margin:.2f}", "margin_per_head": text(side.per_head),
        }  # fmt: skip

    def interval(found: Any) -> list[str | None] | None:
        return None if found is None else [text(found.estimate), text(found.low), text(found.high)]

    return {
        "target": group(outcome.target), "control": group(outcome.control),
        "uplift": interval(outcome.uplift), "uplift_per_head": interval(outcome.uplift_per_head),
        "incremental_margin": None if outcome.incremental_margin is None else f"{outcome.incremental_margin:.2f}",
        "added": interval(outcome.added),
        "roi_range": outcome.roi_range and [text(end) for end in outcome.roi_range],
        "roi": text(outcome.roi), "plain_roi": text(outcome.plain_roi),
        "tells": outcome.tells, "unpriced": outcome.unpriced,
    }  # fmt: skip
