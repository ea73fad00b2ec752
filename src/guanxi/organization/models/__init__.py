from guanxi.organization.models.audit import AuditEntry, AuditSeal, DoneRequest
from guanxi.organization.models.runs import NightlyRun
from guanxi.organization.models.stores import CalendarDay, PlaybookOverride, Store, Team
from guanxi.organization.models.users import ApiToken, FormerTeam, RoleGrant, SetUpLink, User

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditSeal",
    "CalendarDay",
    "DoneRequest",
    "FormerTeam",
    "NightlyRun",
    "PlaybookOverride",
    "RoleGrant",
    "SetUpLink",
    "Store",
    "Team",
    "User",
]
