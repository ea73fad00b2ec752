from guanxi.prospecting.models.days import RegisterDay
from guanxi.prospecting.models.referrals import Influence, ReferralLead, ReferralRequest, WarmthChange
from guanxi.prospecting.models.visits import Visit, visits_within

__all__ = [
    "Influence",
    "ReferralLead",
    "ReferralRequest",
    "RegisterDay",
    "Visit",
    "WarmthChange",
    "visits_within",
]
