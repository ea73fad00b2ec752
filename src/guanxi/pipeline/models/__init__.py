from guanxi.pipeline.models.belongings import BidTask, Competitor, TimeSpent
from guanxi.pipeline.models.credit import BidApproval, CreditReview
from guanxi.pipeline.models.moves import EvidenceItem, StageMove
from guanxi.pipeline.models.opportunities import Opportunity, OpportunityLine
from guanxi.pipeline.models.targets import ForecastTarget

__all__ = [
    "BidApproval",
    "BidTask",
    "Competitor",
    "CreditReview",
    "EvidenceItem",
    "ForecastTarget",
    "Opportunity",
    "OpportunityLine",
    "StageMove",
    "TimeSpent",
]
