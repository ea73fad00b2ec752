from guanxi.markets.models.campaigns import Campaign, CampaignMember
from guanxi.markets.models.levels import MarketLevel
from guanxi.markets.models.segments import MarketPlan, Segment
from guanxi.markets.models.standings import FormerStanding, ProductStanding

__all__ = [
    "Campaign",
    "CampaignMember",
    "FormerStanding",
    "MarketLevel",
    "MarketPlan",
    "ProductStanding",
    "Segment",
]
