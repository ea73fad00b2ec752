"""What a list of cards is narrowed to: asked in an address, kept as the rule of a segment, put to the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from guanxi.customers.models import Customer, late_on
from guanxi.lib.keys import parse_key
from guanxi.playbooks.definitions import Playbook

DUE = ("late", "today", "none")
TIERS = ("1", "2", "3")


@dataclass(frozen=True)
class Filters:
    """None and "" mean everything. ``due`` is one of DUE, ``product`` the key of what they mean to buy."""

    level: str = ""
    owner: int | None = None
    source: str = ""
    owner_kind: str = ""
    due: str = ""
    confirmed: bool | None = None
    status: str = ""
    kind: str = ""
    base: str = ""
    region: str = ""
    product: int | None = None
    tier: int | None = None


def asked_filters(asked: Mapping[str, str], playbook: Playbook) -> Filters:
    """Filters as an address names them. Raises ValueError with the name of a known filter that has an unknown value;
    unknown names are ignored."""
    known: dict[str, Collection[str]] = {
        "level": playbook.levels_by_code,
        "source": playbook.labels("sources"),
        "owner_kind": playbook.labels("owner_kinds"),
        "due": DUE,
        "confirmed": ["no"],
        "status": Customer.IntentStatus.values,
        "kind": Customer.Kind.values,
        "base": Customer.BaseClass.values,
        "tier": TIERS,
    }
    for name, values in known.items():
        if asked.get(name, "") not in ("", *values):
            raise ValueError(name)
    plain = {
        name: asked.get(name, "")
        for name in ("level", "source", "owner_kind", "due", "status", "kind", "base")
    }
    region = asked.get("region", "")
    if len(region) > 60 or "\0" in region:
        raise ValueError("region")
    return Filters(
        **plain,
        owner=_key(asked, "owner"),
        confirmed=False if asked.get("confirmed") else None,
        region=region,
        product=_key(asked, "product"),
        tier=int(asked.get("tier") or 0) or None,
    )


def condition(filters: Filters, on: date) -> Q:
    """The filters as a condition on cards; access is not part of it."""
    exact: Mapping[str, Any] = {
        "level": filters.level,
        "owner_id": filters.owner,
        "source_code": filters.source,
        "owner_kind": filters.owner_kind,
        "intent_status": filters.status,
        "level_confirmed": filters.confirmed,
        "kind": filters.kind,
        "base_class": filters.base,
        "region": filters.region,
        "intent__product_id": filters.product,
        "tier": filters.tier,
    }
    narrowed = Q(**{name: value for name, value in exact.items() if value not in ("", None)})
    if filters.due == "late":
        narrowed &= late_on(on)
    elif filters.due == "today":
        narrowed &= Q(next_due_on=on)
    elif filters.due == "none":
        narrowed &= Q(next_due_on__isnull=True)
    return narrowed


def _key(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name, "")
    key = parse_key(text)
    if text and key is None:
        raise ValueError(name)
    return key
