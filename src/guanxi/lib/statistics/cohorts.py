"""Who came, stayed and left, month by month and cohort by cohort (R-LOY-03, R-LOY-06).

Loads numpy: for the worker and for commands, never for a page.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from guanxi.lib.statistics.purchases import Histories, Purchases, Whole, starts, transactions
from guanxi.lib.statistics.retention import FEWEST_PURCHASES, HIGH, LOW, MID, RISKS, retention

RISK_NAMES = ("", LOW, MID, HIGH)


@dataclass(frozen=True)
class Period:
    """A calendar month from ``begins`` on. ``lost`` were active in the month before and are not in this one; ``back``
    bought before, but not in the month before."""

    begins: date
    active: int
    new: int
    back: int
    lost: int
    retained: Fraction | None


@dataclass(frozen=True)
class Cohorts:
    """``active[i][j]`` of the ``sizes[i]`` customers who first bought in the month ``begins[i]`` bought again j months
    later, None for months that are not over on the day asked about."""

    begins: list[date]
    sizes: list[int]
    active: list[list[int | None]]

    def shares(self) -> list[list[Fraction | None]]:
        """Retention of each cohort (R-LOY-03)."""
        return [
            [None if here is None else retention(size, here) for here in row]
            for size, row in zip(self.sizes, self.active, strict=True)
        ]


def periods(purchases: Purchases, until: date) -> list[Period]:
    """Every month from the first row to ``until``; a refund alone is no activity. The last month may not be over."""
    owner, month = _active_months(purchases, until)
    if not len(owner):
        return []
    start = int(month.min())
    first = np.full(len(purchases.labels), np.iinfo(np.int64).max)
    np.minimum.at(first, owner, month)
    count = _month(until) - start + 1
    active = np.bincount(month - start, minlength=count)
    new = np.bincount((month - start)[month == first[owner]], minlength=count)
    follows = np.concatenate(([False], (owner[1:] == owner[:-1]) & (month[1:] == month[:-1] + 1)))
    stayed = np.bincount((month - start)[follows], minlength=count)
    told = []
    for index in range(count):
        before = int(active[index - 1]) if index else 0
        here, fresh, kept = int(active[index]), int(new[index]), int(stayed[index])
        told.append(
            Period(
                _first_day(start + index),
                here,
                fresh,
                here - fresh - kept,
                before - kept,
                retention(before, kept),
            )
        )
    return told


def cohorts(purchases: Purchases, until: date) -> Cohorts:
    """The table of first month against months since. A month counts when it is over on ``until``."""
    owner, month = _active_months(purchases, until)
    if not len(owner):
        return Cohorts([], [], [])
    first = np.full(len(purchases.labels), np.iinfo(np.int64).max)
    np.minimum.at(first, owner, month)
    start, end = int(month.min()), _month(until)
    over = end if date.fromordinal(until.toordinal() + 1).day == 1 else end - 1
    width = end - start + 1
    table = np.zeros((width, width), np.int64)
    np.add.at(table, (first[owner] - start, month - first[owner]), 1)
    rows = np.flatnonzero(table[:, 0])
    active: list[list[int | None]] = [
        [
            int(here) if start + row + since <= over or since == 0 else None
            for since, here in enumerate(table[row])
        ]
        for row in rows.tolist()
    ]
    return Cohorts([_first_day(start + row) for row in rows.tolist()], table[rows, 0].tolist(), active)


def usual_cycle(of: Histories, fewest: int = 1) -> int | None:
    """The median of the mean gaps of those who show a rhythm, in days rounded up, at least 1 (R-LOY-06); None while
    fewer than ``fewest`` do."""
    known = of.frequency() >= FEWEST_PURCHASES
    if known.sum() < fewest:
        return None
    return max(1, int(np.ceil(np.median((of.last_day - of.first_day)[known] / of.repeats[known]))))


def churn_risks(of: Histories, usual_days: int, seen: Whole | None = None) -> Whole:
    """The place in RISK_NAMES of each customer's risk (R-LOY-06), exactly as ``retention.churn_risk`` reckons it.
    ``seen``: the day of each customer's last visit, 0 without one; it breaks the silence as a purchase does."""
    silent = of.days_since() if seen is None else of.until.toordinal() - np.maximum(of.last_day, seen)
    count = of.frequency()
    known = count >= FEWEST_PURCHASES
    # The cycle is days over gaps; both sides are multiplied, so nothing is rounded.
    days = np.where(known, of.last_day - of.first_day, usual_days)
    gaps = np.where(known, count - 1, 1)
    risks = np.zeros(len(of), np.int64)
    for risk, cycles in reversed(RISKS):
        beyond = silent * gaps * cycles.denominator > days * cycles.numerator
        risks[beyond] = RISK_NAMES.index(risk)
    return risks


def _active_months(purchases: Purchases, until: date) -> tuple[Whole, Whole]:
    """Customer and month of each month with a purchase, once, in that order."""
    owner, day, _worth = transactions(purchases.between(None, until))
    if not len(owner):
        return owner, day
    first, last = int(day.min()), int(day.max())
    calendar = np.array([_month(date.fromordinal(each)) for each in range(first, last + 1)], np.int64)
    month = calendar[day - first]
    fresh = starts(owner * 2**20 + month)
    return owner[fresh], month[fresh]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
