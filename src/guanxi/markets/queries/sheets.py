"""F-CMPX-1 复式分类表: a person's customers by products as they stood at the end of a day, in JSON shapes."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.markets.models import ProductStanding
from guanxi.markets.models.standings import judged_at
from guanxi.markets.queries.purchases import purchases
from guanxi.markets.rules.composite import Pair, grade_of, urgency
from guanxi.organization.models import Store, User


def composite_sheet(store: Store, person: User | None, on: date) -> dict[str, Any]:
    """One row for each customer judged by then, in the order of R-CMP-02: tier, the larger gap, the longer silence
    until that day. Whether ``person`` may be asked about is the caller's to decide. Four queries."""
    standings = ProductStanding.objects.filter(customer__store=store, customer__merged_into__isnull=True)
    if person is not None:
        standings = standings.filter(customer__owner=person)
    bought = purchases(standings.values("customer"), on)
    edges = store.playbook.settings.composite_current_edges
    night = datetime.combine(on + timedelta(days=1), time(), ZoneInfo(store.timezone))
    pairs: dict[int, dict[str, Pair]] = {}
    cards = {}
    for row in standings.select_related("customer", "product").prefetch_related("former"):
        judged = judged_at(row, night)
        if judged is None:
            continue
        potential, locked = judged
        current = grade_of(bought[row.customer_id, row.product_id], edges) if locked is None else locked
        pairs.setdefault(row.customer_id, {})[row.product.name] = Pair(current, potential)
        cards[row.customer_id] = row.customer
    silent_since = _last_contacts(list(cards.values()), on)
    products = sorted({name for held in pairs.values() for name in held})
    rows: list[dict[str, Any]] = []
    for key, held in pairs.items():
        widest = max(held.values(), key=lambda pair: (pair.sorted_gap, pair.gap is not None))
        rows.append({
            "name": cards[key].name, "org": cards[key].org_name, "tier": cards[key].tier,
            "cells": [str(held[name]) if name in held else "" for name in products],
            "gap": "N" if widest.gap is None else widest.gap,
            "place": urgency(widest, cards[key].tier, silent_since[key], on),
            "target": any(pair.is_target for pair in held.values()), "key": key,
        })  # fmt: skip
    rows.sort(key=lambda row: (row.pop("place"), row["key"]))
    return {"on": on.isoformat(), "products": products, "rows": rows}


def _last_contacts(cards: list[Customer], on: date) -> dict[int, date | None]:
    """Card → the last day it was contacted by ``on``; who was contacted since is looked up in the contacts."""
    since = [card.pk for card in cards if card.last_contact_on and card.last_contact_on > on]
    told = Interaction.objects.valid().filter(customer__in=since, on__lte=on).order_by()
    before = dict(told.values_list("customer").annotate(last=Max("on")))
    return {card.pk: before.get(card.pk) if card.pk in since else card.last_contact_on for card in cards}
