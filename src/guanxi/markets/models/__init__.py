from guanxi.markets.models.campaigns import Campaign, CampaignMember
from guanxi.markets.models.levels import MarketLevel
from guanxi.markets.models.segments import MarketPlan, Segment

__all__ = ["Campaign", "CampaignMember", "MarketLevel", "MarketPlan", "Segment"]
