"""The seal of the audit trail: a hash chain that an edit, a removal or a reordering breaks (promise P9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from guanxi.organization.models import AuditEntry, AuditSeal
from guanxi.organization.rules.audit import chain

SEALED = ("id", "at", "store_id", "actor_id", "source", "request_id", "ip", "action", "entity", "entity_id",
          "customer_key", "changes", "reason")  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds. ``broken_after`` is the last good id when a seal does not match, else None."""

    sealed_up_to: int
    sealed_at: datetime | None
    unsealed: int
    broken_after: int | None = None


@transaction.atomic
def seal(at: datetime) -> int:
    """Chain every entry written since the last seal; returns how many."""
    if connection.vendor == "postgresql":
        # Ids are given before commit: wait for writers still at work, or a row with a lower id would appear later.
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{AuditEntry._meta.db_table}" IN SHARE MODE')
    last = AuditSeal.objects.order_by("-last_id").first()
    after = last.last_id if last else 0
    until = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if until <= after:
        return 0
    digest = chain(last.digest if last else chain("", []), _rows(after, until))
    AuditSeal.objects.create(last_id=until, digest=digest, made_at=at)
    return AuditEntry.objects.filter(id__gt=after, id__lte=until).count()


def verify() -> Verdict:
    """Reckon the whole chain anew; nothing is written."""
    return _verified(list(AuditSeal.objects.order_by("last_id")), 0, chain("", []))


def latest_verdict() -> Verdict:
    """The same for the newest seal alone, cheap enough for a page."""
    newest = list(AuditSeal.objects.order_by("-last_id")[:2])[::-1]
    if len(newest) < 2:
        return _verified(newest, 0, chain("", []))
    return _verified(newest[1:], newest[0].last_id, newest[0].digest)


def _verified(seals: list[AuditSeal], after: int, digest: str) -> Verdict:
    for one in seals:
        found = chain(digest, _rows(after, one.last_id)) if one.last_id else chain("", [])
        if found != one.digest:
            return Verdict(after, None, 0, broken_after=after)
        after, digest = one.last_id, one.digest
    unsealed = AuditEntry.objects.filter(id__gt=after).count()
    return Verdict(after, seals[-1].made_at if seals else None, unsealed)


def _rows(after: int, until: int) -> Iterator[dict[str, Any]]:
    rows = AuditEntry.objects.filter(id__gt=after, id__lte=until).order_by("id")
    return rows.values(*SEALED).iterator(chunk_size=2000)
