"""What customers bought and when, as columns; and the history of each up to a day.

Loads numpy: for the worker and for commands, never for a page.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Unit = Literal["day", "week"]

DAYS: dict[Unit, int] = {"day": 1, "week": 7}
# Sums of fen below this stay whole numbers in 64 bits, also times a hundred.
LARGEST_SUM = 9 * 10**16


class TooMuchMoney(ValueError):
    """The amounts together pass what whole numbers of 64 bits hold: 900 trillion yuan."""


@dataclass(frozen=True)
class Purchases:
    """One entry a row: ``customer`` points into ``labels``, ``day`` is ``date.toordinal()``, ``amount`` is in fen.

    An amount below zero is a refund. ``amount`` is None when the source names none.
    """

    labels: list[str]
    customer: Whole
    day: Whole
    amount: Whole | None = None

    def __len__(self) -> int:
        return len(self.customer)

    def between(self, after: date | None, until: date) -> "Purchases":
        """The rows later than ``after`` (None: from the first) and up to ``until``, that day included; the same
        labels."""
        kept = self.day <= until.toordinal()
        if after is not None:
            kept &= self.day > after.toordinal()
        amount = None if self.amount is None else self.amount[kept]
        return Purchases(self.labels, self.customer[kept], self.day[kept], amount)

    def totals(self) -> Whole:
        """Fen per label, refunds taken off; 0 for who has no row. Raises TooMuchMoney, ValueError without amounts."""
        if self.amount is None:
            raise ValueError("these purchases carry no amounts")
        check_sum(self.amount)
        totals = np.zeros(len(self.labels), np.int64)
        np.add.at(totals, self.customer, self.amount)
        return totals


@dataclass(frozen=True)
class Histories:
    """What each customer did up to ``until``; entry i is of label ``customer[i]``, in the order of the labels.

    A customer's rows of one day are one transaction, worth what they come to together. A day on which refunds
    outweigh or equal the purchases is no transaction, but counts in ``total``. ``repeats`` (x) counts the
    transactions after the first; ``recency`` (t_x) is the time from the first to the last and ``age`` (T) from the
    first to ``until``, both in ``unit``. ``mean_repeat`` (m_x) is yuan per repeat transaction, nan where there is
    none, so that the first day's spend stays apart in ``first_spend``. ``total`` and ``first_spend`` are fen.
    Without amounts these three are None.
    """

    until: date
    unit: Unit
    customer: Whole
    repeats: Whole
    recency: Real
    age: Real
    first_day: Whole
    last_day: Whole
    mean_repeat: Real | None
    first_spend: Whole | None
    total: Whole | None
    # Rows later than ``until``, and customers up to it that have refunds only: both are left out.
    later_rows: int
    without_purchase: int

    def __len__(self) -> int:
        return len(self.customer)

    def frequency(self) -> Whole:
        """Transactions, the first included."""
        return self.repeats + 1

    def days_since(self) -> Whole:
        """Days from the last transaction to ``until``."""
        return self.until.toordinal() - self.last_day


def histories(purchases: Purchases, until: date, unit: Unit = "week") -> Histories:
    """The history of every customer with a transaction up to ``until``. Raises TooMuchMoney."""
    seen = purchases.between(None, until)
    owner, day, worth = transactions(seen)
    start = starts(owner)
    customer, count = owner[start], np.diff(np.append(start, len(owner)))
    first, last = day[start], day[start + count - 1]
    mean = first_spend = total = None
    if worth is not None:
        first_spend = worth[start]
        paid = np.add.reduceat(worth, start) if len(start) else np.zeros(0, np.int64)
        mean = np.full(len(customer), np.nan)
        np.divide((paid - first_spend) / 100, count - 1, out=mean, where=count > 1)
        total = seen.totals()[customer]
    return Histories(
        until, unit, customer, count - 1, (last - first) / DAYS[unit],
        (until.toordinal() - first) / DAYS[unit], first, last, mean, first_spend, total,
        len(purchases) - len(seen), int(np.count_nonzero(np.bincount(seen.customer))) - len(customer),
    )  # fmt: skip


def transactions(purchases: Purchases) -> tuple[Whole, Whole, Whole | None]:
    """Customer, day and fen of each transaction (see Histories), sorted so. Raises TooMuchMoney."""
    if not len(purchases):
        return purchases.customer, purchases.day, purchases.amount
    earliest = int(purchases.day.min())
    span = int(purchases.day.max()) - earliest + 1
    key = purchases.customer * span + (purchases.day - earliest)
    order = np.argsort(key, kind="stable")
    key = key[order]
    start = starts(key)
    owner, day = key[start] // span, key[start] % span + earliest
    if purchases.amount is None:
        return owner, day, None
    check_sum(purchases.amount)
    amount = purchases.amount[order]
    worth = np.add.reduceat(amount, start)
    # A gift worth nothing is a visit all the same; a sale that was taken back the same day is not.
    stands = (worth > 0) | ((worth == 0) & (np.minimum.reduceat(amount, start) == 0))
    return owner[stands], day[stands], worth[stands]


def starts(key: Whole) -> Whole:
    """Where each run of equal keys begins."""
    return np.flatnonzero(np.concatenate((np.ones(min(len(key), 1), bool), key[1:] != key[:-1])))


def check_sum(amounts: Whole) -> None:
    """Raises TooMuchMoney."""
    if np.abs(amounts.astype(np.float64)).sum() > LARGEST_SUM:
        raise TooMuchMoney("The amounts come to more than 900 trillion; write them in a larger unit.")
