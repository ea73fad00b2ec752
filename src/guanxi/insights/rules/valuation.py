"""One reckoning of a store: everybody's value out of the lines of the ledger, and the figures of the whole.

Loads numpy: for the worker and for commands, never for a page. Pure: the same lines give the same values.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from guanxi.insights.rules.lines import LARGEST, Lines, without_slips
from guanxi.insights.rules.outlook import PENDING, Outlook, outlook
from guanxi.insights.rules.profiles import percentile
from guanxi.insights.rules.store_figures import (
    YEAR,
    bucket_facts,
    closed_form,
    cohort_facts,
    coming_facts,
    margins_since,
    pareto_facts,
)
from guanxi.lib.statistics.cohorts import RISK_NAMES, churn_risks, usual_cycle
from guanxi.lib.statistics.concentration import CLASSES, concentration
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.purchases import Histories, Purchases, Real, Whole, histories
from guanxi.lib.statistics.retention import FEWEST_PURCHASES
from guanxi.lib.statistics.rfm import GROUPS, QUINTILES, Bands, rfm_scores
from guanxi.lib.statistics.segments import Finished, TooFewToSegment, find_segments, rfm_features

# 16.3: before three months are known, nothing is said of what will come.
FEWEST_DAYS = 90
# So many customers with a rhythm of their own speak for the others.
FEWEST_RHYTHMS = 20
# A finished part of the past on which segments are judged.
JUDGED_DAYS = 182


@dataclass(frozen=True)
class Terms:
    """What a store may set. ``usual_days``: the cycle of the trade, until customers show one."""

    horizon_weeks: int = 52
    to_a: int = 80
    to_b: int = 95
    usual_days: int = 180
    discount: Decimal = Decimal("0.10")
    keep_cost: Decimal = Decimal(200)
    cost_ratio: Decimal = Decimal(5)
    bands: Bands = QUINTILES


@dataclass(frozen=True)
class Valuation:
    """``rows`` are fields of CustomerValue by name, one a customer; money in fen."""

    outlook: Outlook
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)


def value_base(
    lines: Lines, until: date, terms: Terms, *, last_month: date, previous: dict[int, Real] | None = None
) -> Valuation:
    """Reckon everybody with a line up to ``until``. ``last_month`` is the day of the month-end run that movers are
    measured from, ``previous`` the centres of the last run's segments."""
    lines, left_out = without_slips(lines)
    # A line sold below cost is a purchase all the same: the days come from lines worth nothing less than nothing.
    brought = Purchases([str(key) for key in lines.customers], lines.customer, lines.day, lines.margin)
    kept = lines.is_purchase
    sold = replace(
        brought, customer=lines.customer[kept], day=lines.day[kept], amount=np.maximum(lines.margin[kept], 0)
    )
    if not len(sold.between(None, until)):
        return Valuation(Outlook(refusal=PENDING), {"left_out": left_out})
    of = histories(sold, until, "day")
    of = replace(of, total=brought.between(None, until).totals()[of.customer])
    year_ago = until - timedelta(days=YEAR)
    year = margins_since(brought, year_ago, until)[0][of.customer]
    bought = margins_since(sold, year_ago, until)[1][of.customer]
    known_days = until.toordinal() - int(of.first_day.min())
    pending = known_days < FEWEST_DAYS
    ahead = Outlook(refusal=PENDING) if pending else outlook(of, terms.horizon_weeks)

    active = bought > 0
    pareto = concentration(year[active], to_a=terms.to_a, to_b=terms.to_b)
    past = np.full(len(of), "", dtype=object)
    past[active] = np.array(CLASSES, dtype=object)[pareto.classes]
    next_ = np.full(len(of), "", dtype=object)
    expected, coming = None, None
    if ahead.value is not None:
        expected = np.rint(np.minimum(ahead.value * 100, LARGEST)).astype(np.int64)
        coming = concentration(expected, to_a=terms.to_a, to_b=terms.to_b)
        next_ = np.array(CLASSES, dtype=object)[coming.classes]

    scores = rfm_scores(of, terms.bands)
    usual = usual_cycle(of, FEWEST_RHYTHMS) or terms.usual_days
    seen = np.array([lines.visits.get(lines.customers[label], 0) for label in of.customer.tolist()], np.int64)
    risks = churn_risks(of, usual, seen)
    segment, segments = _segments(sold, of, until, previous, scores.group)
    bucket = {} if pending else bucket_facts(sold, until, terms.keep_cost, terms.cost_ratio)
    ranks = np.sort(year)
    below, upto = np.searchsorted(ranks, year, "left"), np.searchsorted(ranks, year, "right")
    since = margins_since(sold, last_month, until)[1][of.customer]
    cycles = _cycles(of, usual)
    rows = [
        {
            "customer_id": lines.customers[label], "purchases": count, "first_on": date.fromordinal(first),
            "last_on": date.fromordinal(last), "visited_on": date.fromordinal(visit) if visit > last else None,
            "cycle_days": cycle, "margin_year": margin, "past_class": then,
            "next_class": soon, "bought_since": lately, "rfm": cell, "group": GROUPS[group],
            "churn_risk": RISK_NAMES[risk], "segment": part, "profit": percentile(under, over - under, len(of)),
        }
        for (label, count, first, last, visit, cycle, margin, then, soon, lately, cell, group, risk, part, under, over)
        in zip(
            *(column.tolist() for column in (
                of.customer, of.frequency(), of.first_day, of.last_day, seen, cycles, year, past, next_, since,
                scores.cell(), scores.group, risks)),
            segment, below.tolist(), upto.tolist(), strict=True,
        )
    ]  # fmt: skip
    _add_outlook(rows, of, ahead, expected)
    first_days = brought.between(None, until)
    facts = {
        "pareto": pareto_facts(pareto, year[active]),
        "bucket": bucket,
        "closed": closed_form(int(year[active].sum()), int(active.sum()), known_days, bucket, terms.discount,
                              lines.recommended),
        "cohorts": cohort_facts(sold, until),
        "segments": segments,
        "coming": None if coming is None or expected is None else coming_facts(coming, expected),
        "band": ahead.band,
        "expected": None if ahead.value is None else round(float(ahead.value.sum()), 2),
        "expected_purchases": None if ahead.purchases is None else round(float(ahead.purchases.sum()), 1),
        "new": {
            "purchases": ahead.new_purchases, "spend": ahead.new_spend,
            "first": _mean_first(first_days, of),
        },
        "repeat_buyers": int((of.repeats > 0).sum()),
        "usual_days": usual,
        "edges": scores.edges,
        "warnings": [*ahead.warnings, *(["without_price"] if lines.without_price else [])],
        "left_out": left_out,
        "without_price": lines.without_price,
        "known_days": known_days,
        "lines": len(lines.customer),
    }  # fmt: skip
    return Valuation(ahead, facts, rows)


def _cycles(of: Histories, usual: int) -> Whole:
    gaps = np.maximum(of.repeats, 1)
    own = np.maximum(np.rint((of.last_day - of.first_day) / gaps), 1).astype(np.int64)
    return np.where(of.frequency() >= FEWEST_PURCHASES, own, usual)


def _add_outlook(rows: list[dict[str, Any]], of: Histories, ahead: Outlook, expected: Whole | None) -> None:
    if ahead.purchases is None or ahead.alive is None or ahead.silence is None:
        return
    for place, row in enumerate(rows):
        silence = float(ahead.silence[place])
        row |= {
            "expected_purchases": round(float(ahead.purchases[place]), 4),
            "alive": round(float(ahead.alive[place]), 4),
            "half_on": _later(int(of.last_day[place]), silence),
        }
        if expected is not None and ahead.at_risk is not None:
            row |= {
                "expected_value": int(expected[place]),
                "at_risk": round(min(float(ahead.at_risk[place]) * 100, LARGEST)),
            }


def _later(day: int, silence: float) -> date | None:
    """None when it does not come within anybody's plans."""
    return date.fromordinal(day + int(np.ceil(silence))) if silence < 100 * YEAR else None


def _segments(
    sold: Purchases, of: Histories, until: date, previous: dict[int, Real] | None, group: Whole
) -> tuple[list[int | None], dict[str, Any]]:
    """Everybody's segment and what the segments are; none where there are too few customers."""
    before = until - timedelta(days=JUDGED_DAYS)
    finished = None
    try:
        past = histories(sold, before, "day")
        if len(past):
            spend = margins_since(sold, before, until)[0][past.customer]
            finished = Finished(rfm_features(past), spend)
        found = find_segments(rfm_features(of), finished=finished, previous=previous)
    except (TooFewToSegment, ModelRefused):
        return [None] * len(of), {}
    labels = found.segment
    groups = {}
    for label, centre in found.centres.items():
        inside = labels == label
        groups[str(label)] = {
            "size": int(inside.sum()), "group": GROUPS[int(np.bincount(group[inside]).argmax())],
            "centre": [round(float(part), 6) for part in centre],
            "days": round(float(np.median(of.days_since()[inside]))),
            "purchases": round(float(np.median(of.frequency()[inside]))),
            "margin": round(float(np.median(of.total[inside])) / 100) if of.total is not None else 0,
        }  # fmt: skip
    facts = {
        "stability": round(found.chosen.stability, 3), "is_stable": found.stable,
        "explained": None if found.chosen.explained is None else round(found.chosen.explained, 3), "groups": groups,
    }  # fmt: skip
    return labels.tolist(), facts


def _mean_first(lines: Purchases, of: Histories) -> float:
    """The mean margin in yuan of the day of a first purchase."""
    first = np.zeros(len(lines.labels), np.int64)
    first[of.customer] = of.first_day
    assert lines.amount is not None
    return float(lines.amount[lines.day == first[lines.customer]].sum()) / 100 / len(of)
