"""Who stays: retention, the workshop's churn, the leaky bucket, the risk of a loss (R-LOY-03 … R-LOY-06)."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

LOW, MID, HIGH = "LOW", "MID", "HIGH"
# How many cycles of silence are which risk, the worst first.
RISKS = ((HIGH, Fraction(3)), (MID, Fraction(2)), (LOW, Fraction(3, 2)))
FEWEST_PURCHASES = 3
WORKSHOP_MONTHS = 6
# What winning a customer costs for each yuan that keeping one costs.
COST_RATIO = 5


def retention(active_first: int, active_both: int) -> Fraction | None:
    """The share of those active in the first period that are active in the second too (R-LOY-03); churn is the rest.

    None when nobody was active. Raises ValueError when more stayed than were there.
    """
    if not 0 <= active_both <= active_first:
        raise ValueError("those active in both periods are some of those active in the first")
    return Fraction(active_both, active_first) if active_first else None


def workshop_churn(entries: int, returned: int) -> Fraction | None:
    """Of the workshop entries of month N−6 the share that did not return in the months N−5 to N (R-LOY-04)."""
    kept = retention(entries, returned)
    return None if kept is None else 1 - kept


@dataclass(frozen=True)
class WorkshopMonth:
    """Of those who came in the month six before ``begins``, how many came again since; ``churn`` is the share of the
    others, None when nobody came then."""

    begins: date
    entries: int
    returned: int

    @property
    def churn(self) -> Fraction | None:
        return workshop_churn(self.entries, self.returned)


def workshop_months(entries: Iterable[tuple[Hashable, date]], until: date) -> list[WorkshopMonth]:
    """R-LOY-04 for each month that has ended by ``until``, from the seventh known on. Who came twice in a month came
    once; later entries are left out."""
    came: dict[int, set[Hashable]] = {}
    for customer, on in entries:
        if on <= until:
            came.setdefault(_month_number(on), set()).add(customer)
    if not came:
        return []
    ended = _month_number(until + timedelta(days=1)) - 1
    found = []
    for month in range(min(came) + WORKSHOP_MONTHS, ended + 1):
        then = came.get(month - WORKSHOP_MONTHS, set())
        since = set().union(
            *(came.get(later, set()) for later in range(month - WORKSHOP_MONTHS + 1, month + 1))
        )
        found.append(WorkshopMonth(date(month // 12, month % 12 + 1, 1), len(then), len(then & since)))
    return found


def _month_number(on: date) -> int:
    return on.year * 12 + on.month - 1


@dataclass(frozen=True)
class LeakyBucket:
    """A base that loses the share ``churn`` each period and gains ``new`` customers (R-LOY-05).

    Raises ValueError for a base or a gain below zero and for a churn outside 0 to 1.
    """

    base: int
    churn: Fraction
    new: int = 0

    def __post_init__(self) -> None:
        if self.base < 0 or self.new < 0 or not 0 <= self.churn <= 1:
            raise ValueError("a base and a gain are 0 or more, a churn is between 0 and 1")

    def lost(self) -> Fraction:
        """How many are lost; as many new ones it takes to stand still."""
        return self.base * self.churn

    def next(self) -> Fraction:
        """The base after this period."""
        return self.base - self.lost() + self.new


def cost_of_leak(
    lost: Fraction | int, keep_cost: Fraction | int, cost_ratio: Fraction | int = COST_RATIO
) -> Fraction:
    """What replacing the lost costs, in the unit of ``keep_cost``, which keeps one customer (R-LOY-05)."""
    return Fraction(lost) * cost_ratio * keep_cost


def own_cycle(first_day: int, last_day: int, purchases: int) -> Fraction | None:
    """The mean of days between purchases; None below three, which show no rhythm (R-LOY-06)."""
    if purchases < FEWEST_PURCHASES:
        return None
    return Fraction(last_day - first_day, purchases - 1)


def churn_risk(gap_days: int, own: Fraction | int | None, usual: Fraction | int) -> str | None:
    """LOW, MID, HIGH or None by the days since the last purchase (R-LOY-06); ``cohorts.churn_risks``, which reckons a
    whole store at once, is tested against it.

    Beyond 1.5, 2 and 3 cycles. ``own`` is the customer's cycle, None while unknown: then ``usual`` counts, that of the
    trade.
    """
    cycle = usual if own is None else own
    return next((risk for risk, cycles in RISKS if gap_days > cycle * cycles), None)
