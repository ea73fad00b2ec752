"""What was recorded of cards, in bulk: the sources both kinds of cases are read from."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.insights.rules.readings import FACE_TO_FACE, Contact, History, Pack
from guanxi.organization.models import AuditEntry
from guanxi.playbooks.definitions import Playbook


def contacts_of(cards: QuerySet[Customer], since: datetime) -> dict[int, History[Contact]]:
    """Card → its valid contacts from ``since`` on, by when each was written down; one query."""
    found: dict[int, list[tuple[datetime, Contact]]] = defaultdict(list)
    rows = Interaction.objects.valid().filter(customer__in=cards.values("pk"), at__gte=since).order_by()
    told = rows.values_list("customer_id", "recorded_at", "at", "method", "next_due_on")
    for key, recorded, at, method, due in told.iterator(chunk_size=5000):
        found[key].append((recorded, Contact(at, method in FACE_TO_FACE, due)))
    return {key: History(items) for key, items in found.items()}


def changes_of(
    cards: Collection[int], actions: Collection[str]
) -> list[tuple[str, Any, Any, datetime, dict[str, Any]]]:
    """(action, card, thing, when, field → [before, after]) from the audit trail, which alone keeps what a row said
    before it was changed; one query for each thousand cards."""
    found = []
    keys = sorted(cards)
    for start in range(0, len(keys), 1000):
        rows = AuditEntry.objects.filter(customer_key__in=keys[start : start + 1000], action__in=actions)
        found += list(
            rows.order_by("pk").values_list("action", "customer_key", "entity_id", "at", "changes").iterator()
        )
    return found


def pack_of(playbook: Playbook) -> Pack:
    settings = playbook.settings
    general = {code: share / 100 for code, share in settings.stage_probability.items()}
    general |= {code: float(share) for code, share in settings.level_probability.items()}
    return Pack(general, settings.stage_dwell, settings.support_role_weights)
