from guanxi.organization.models.audit import AuditEntry, AuditSeal, DoneRequest
from guanxi.organization.models.runs import NightlyRun
from guanxi.organization.models.stores import CalendarDay, PlaybookOverride, Store, Team
from guanxi.organization.models.users import ApiToken, RoleGrant, SetUpLink, User

__all__ = [
    "ApiToken",
    "AuditEntry",
    "AuditSeal",
    "CalendarDay",
    "DoneRequest",
    "NightlyRun",
    "PlaybookOverride",
    "RoleGrant",
    "SetUpLink",
    "Store",
    "Team",
    "User",
]
