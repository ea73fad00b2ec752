from guanxi.key_accounts.models.account_plans import (
    CREATE,
    JUDGED,
    SCREENED,
    AccountMember,
    AccountPlan,
    StrategicTrait,
    Strategy,
)
from guanxi.key_accounts.models.circles import Circle
from guanxi.key_accounts.models.people import MARKS, ChainRole, KeyPerson, MapLayout, MarkChange
from guanxi.key_accounts.models.plans import ChartImport, InfoItem, PlannedStep
from guanxi.key_accounts.models.relations import Influence, OurTie

__all__ = [
    "CREATE",
    "JUDGED",
    "MARKS",
    "SCREENED",
    "AccountMember",
    "AccountPlan",
    "ChainRole",
    "ChartImport",
    "Circle",
    "Influence",
    "InfoItem",
    "KeyPerson",
    "MapLayout",
    "MarkChange",
    "OurTie",
    "PlannedStep",
    "StrategicTrait",
    "Strategy",
]
