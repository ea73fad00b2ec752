"""The audit trail as its readers may see it (handbook 21.1)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from guanxi.organization.models import AuditEntry, User
from guanxi.organization.rules.roles import Role

READERS = (Role.AUDITOR, Role.MANAGER, Role.PROPRIETOR)
# Days a database can compare in any time zone; no entry lies beyond them.
OLDEST, NEWEST = date(1970, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Asked:
    """What to look for; None leaves out a question. Both days count in."""

    actor_id: int | None = None
    action: str = ""
    customer_id: int | None = None
    first: date | None = None
    last: date | None = None


def entries_for(reader: User) -> QuerySet[AuditEntry]:
    """Auditors and managers read their store's trail, the proprietor all; nobody else any."""
    if not reader.is_active or not reader.has_role(*READERS):
        return AuditEntry.objects.none()
    if reader.has_role(Role.PROPRIETOR):
        return AuditEntry.objects.all()
    return (
        AuditEntry.objects.filter(store_id=reader.store_id) if reader.store_id else AuditEntry.objects.none()
    )


def found_entries(reader: User, asked: Asked, *, before: int | None, limit: int) -> list[AuditEntry]:
    """The newest entries first, at most ``limit``, with ids below ``before``."""
    rows = entries_for(reader).select_related("actor").order_by("-id")
    if asked.actor_id is not None:
        rows = rows.filter(actor_id=asked.actor_id)
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.customer_id is not None:
        rows = rows.filter(customer_key=asked.customer_id)
    zone = ZoneInfo(reader.store.timezone if reader.store else "Asia/Shanghai")
    if asked.first is not None:
        rows = rows.filter(at__gte=datetime.combine(max(asked.first, OLDEST), time(), zone))
    if asked.last is not None:
        after = min(max(asked.last, OLDEST), NEWEST) + timedelta(days=1)
        rows = rows.filter(at__lt=datetime.combine(after, time(), zone))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[:limit])
