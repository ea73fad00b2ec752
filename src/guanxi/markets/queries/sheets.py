"""F-CMPX-1 复式分类表: a person's customers by products as they stood at the end of a day, in JSON shapes."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.markets.models import ProductStanding
from guanxi.markets.models.standings import judged_at
from guanxi.markets.queries.purchases import purchases
from guanxi.markets.rules.composite import Pair, grade_of
from guanxi.organization.models import Store, User


def composite_sheet(store: Store, person: User | None, on: date) -> dict[str, Any]:
    """One row for each customer judged by then, the largest gap first. Whether ``person`` may be asked about is the
    caller's to decide. Three queries."""
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
    products = sorted({name for held in pairs.values() for name in held})
    rows: list[dict[str, Any]] = []
    for key, held in pairs.items():
        widest = max(held.values(), key=lambda pair: (pair.sorted_gap, pair.gap is not None))
        rows.append({
            "name": cards[key].name, "org": cards[key].org_name, "tier": cards[key].tier,
            "cells": [str(held[name]) if name in held else "" for name in products],
            "gap": "N" if widest.gap is None else widest.gap, "sorted": widest.sorted_gap,
            "target": any(pair.is_target for pair in held.values()), "key": key,
        })  # fmt: skip
    rows.sort(key=lambda row: (-row["sorted"], row["tier"] or 4, row["key"]))
    return {"on": on.isoformat(), "products": products, "rows": rows}
