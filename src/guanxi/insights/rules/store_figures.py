"""The figures of a whole store in JSON shapes: how few bring most, who stays, who left, what a customer is worth.

Loads numpy: for the worker and for commands, never for a page.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from guanxi.lib.statistics.cohorts import cohorts
from guanxi.lib.statistics.concentration import CLASSES, Concentration, top_share_band
from guanxi.lib.statistics.lifetimes.closed_forms import lifetime_value, with_referrals
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.purchases import Purchases, Whole, transactions
from guanxi.lib.statistics.retention import LeakyBucket, cost_of_leak, retention

YEAR = 365
COHORTS = 13


def pareto_facts(found: Concentration, profits: Whole) -> dict[str, Any]:
    """R-VAL-07 with what the top 5 and 20 % bring, its 95 % band, Gini and the curve; fen."""
    place = {name: number for number, name in enumerate(CLASSES)}
    return {
        "counted": found.counted,
        "total": found.total,
        "sizes": found.sizes(),
        "margins": {name: int(profits[found.classes == number].sum()) for name, number in place.items()},
        "top_5": _share(found.top_5),
        "top_20": _share(found.top_20),
        "bring_80": found.bring_80,
        "gini": None if found.gini is None else round(found.gini, 4),
        "band_20": _rounded(top_share_band(profits, 20)),
        "curve": [[round(x, 4), round(y, 4)] for x, y in found.curve],
    }


def coming_facts(found: Concentration, expected: Whole) -> dict[str, Any]:
    """R-VAL-07 over what is expected (fen): how many stand in each class, and between what half of all lies."""
    low, high = np.quantile(expected, (0.25, 0.75)) / 100
    return {"counted": found.counted, "sizes": found.sizes(), "half": [round(float(low)), round(float(high))]}


def bucket_facts(
    purchases: Purchases, until: date, keep_cost: Decimal, cost_ratio: Decimal
) -> dict[str, Any]:
    """R-LOY-03, R-LOY-05: the last period against the one before. A period is a year, or half of what is known when
    that is less. Costs in yuan."""
    seen = purchases.between(None, until)
    if not len(seen):
        return {}
    known = until.toordinal() - int(seen.day.min()) + 1
    days = min(YEAR, known // 2)
    middle = until - timedelta(days=days)
    owner, day, _worth = transactions(seen.between(middle - timedelta(days=days), until))
    late = day > middle.toordinal()
    first, second = set(owner[~late].tolist()), set(owner[late].tolist())
    earlier = set(transactions(seen.between(None, middle))[0].tolist())
    kept = retention(len(first), len(first & second))
    if kept is None:
        return {}
    bucket = LeakyBucket(len(first), 1 - kept, len(second - earlier))
    lost = int(bucket.lost())
    return {
        "days": days,
        "base": bucket.base,
        "kept": len(first & second),
        "lost": lost,
        "new": bucket.new,
        "back": len((second & earlier) - first),
        "next": len(second),
        "retention": float(kept),
        "leak_cost": float(cost_of_leak(lost, Fraction(keep_cost), Fraction(cost_ratio))),
        # What one point of churn less would save in a period.
        "point_saves": float(cost_of_leak(Fraction(bucket.base, 100), Fraction(keep_cost), Fraction(cost_ratio))),
    }  # fmt: skip


def closed_form(
    margin: int,
    customers: int,
    known_days: int,
    bucket: dict[str, Any],
    discount: Decimal,
    recommended: tuple[int, int],
) -> dict[str, Any]:
    """R-VAL-05 for the mean customer of the year: the margin (``margin`` fen of ``customers``) and the store's own
    retention, both brought to a year where the ledger knows less. R-VAL-06 beside it, where customers recommended
    somebody: how many of the year and how many of these bought. Yuan; empty where it cannot be told."""
    if not customers or not bucket:
        return {}
    mean = Decimal(margin) / 100 / customers * YEAR / min(YEAR, known_days)
    yearly = Decimal(bucket["retention"]) ** (Decimal(YEAR) / bucket["days"])
    try:
        value = lifetime_value(mean, yearly, discount)
    except ModelRefused as refused:
        return {"margin": _yuan(mean), "retention": float(yearly), "refusal": refused.code}
    told: dict[str, Any] = {"margin": _yuan(mean), "retention": float(yearly), "value": _yuan(value)}
    names, bought = recommended
    if names:
        each, rate = Decimal(names) / customers, Decimal(bought) / names
        whole = lifetime_value(with_referrals(mean, each, rate), yearly, discount)
        told |= {"names": names, "bought": bought, "with_referrals": _yuan(whole)}
    return told


def cohort_facts(purchases: Purchases, until: date) -> list[dict[str, Any]]:
    """The newest cohorts by month: size, and the share that bought again each month since; None while not over."""
    found = cohorts(purchases, until)
    rows = list(zip(found.begins, found.sizes, found.shares(), strict=True))[-COHORTS:]
    return [
        {"month": begins.isoformat(), "size": size,
         "shares": [_share(share) for share in shares[1:] if share is not None]}
        for begins, size, shares in rows
    ]  # fmt: skip


def margins_since(purchases: Purchases, after: date, until: date) -> tuple[Whole, Whole]:
    """Fen and number of purchase days of each label after ``after``."""
    part = purchases.between(after, until)
    owner = transactions(part)[0]
    return part.totals(), np.bincount(owner, minlength=len(purchases.labels))


def _share(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 4)


def _rounded(pair: tuple[float, float] | None) -> list[float] | None:
    return None if pair is None else [round(value, 4) for value in pair]


def _yuan(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))
