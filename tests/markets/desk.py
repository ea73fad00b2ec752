"""What tests of markets begin with."""

from datetime import timedelta

from tests.cast import MORNING

from guanxi.customers.models import Customer
from guanxi.markets.models import CampaignMember, MarketLevel, Segment
from guanxi.markets.operations.campaigns import save_campaign
from guanxi.markets.operations.segments import choose_segment, save_segment

TODAY = MORNING.date()
PASSED = {
    "is_accessible": True, "accessible_evidence": "车队经理名单齐全", "is_measurable": True,
    "measurable_evidence": "工商登记", "is_profitable": True, "profitable_evidence": "去年毛利表",
}  # fmt: skip


def segment_of(act, name="企业用车", rule=None, *, chosen=True, **values):
    given = (
        {"name": name, "bases": ["POPULATION"], "rule": {"level": "B"} if rule is None else rule}
        | PASSED
        | values
    )
    segment = save_segment(act, None, given)
    return choose_segment(act, segment.pk, chosen=True, version=1) if chosen else segment


def campaign_of(act, segment, name="春季团购", **values):
    given: dict[str, object] = {
        "name": name, "kind": "FESTIVAL", "segment": segment, "offer": "送首次保养", "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=6), "control_percent": 20,
    }  # fmt: skip
    return save_campaign(act, None, given | values)


def grow_markets(act, campaign):
    """One more of everything: a served segment, levels, a campaign, a customer on either side."""
    number = Segment.objects.count()
    segment = segment_of(act, f"区隔 {number}", {"level": "ABC"[number % 3]})
    campaign_of(act, campaign.segment, f"活动 {number}")
    sizes = {"potential": 10, "available": 8, "served": 4, "penetrated": 1}
    for of in (segment, campaign.segment):
        MarketLevel.objects.create(segment=of, on=TODAY - timedelta(days=number), by=act.by, **sizes)
    fresh = Customer.objects.exclude(campaign_memberships__campaign=campaign)
    for card, side in zip(fresh, CampaignMember.Side.values, strict=False):
        CampaignMember.objects.create(campaign=campaign, customer=card, side=side)
