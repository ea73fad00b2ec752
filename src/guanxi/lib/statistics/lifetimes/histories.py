"""Purchase histories as the models want them: repeats, last repeat and age, equal ones once with their number."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

Floats = NDArray[np.float64]

# Days and repeats share one whole number of 63 bits, which sorts many times faster than three columns.
DAY_BITS, REPEAT_BITS = 20, 22


@dataclass(frozen=True, eq=False)
class Histories:
    """What a customer's past tells the models, one row for each history that differs.

    Times run from the first purchase.
    ``repeats``: purchases after the first (x). ``last``: when the last of them was (t_x), 0 without any. ``age``: when
    the history was looked at (T). ``counts``: how many customers have this history.
    Rows may be fewer than customers: `expand` brings what was reckoned of rows back to the customers' own order.
    """

    repeats: Floats
    last: Floats
    age: Floats
    counts: Floats
    keys: NDArray[np.int64] | None = field(default=None, repr=False)
    row_keys: NDArray[np.int64] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> "Histories":
        """A row for each customer, times in any one unit.

        Raises `ModelRefused` (``not_finite``, ``not_a_history``) for NaN and infinity, repeats that are no whole
        number from 0, a last repeat before the first purchase or after the age, and one without repeats.
        """
        columns = _checked(repeats, last, age)
        return cls(*columns, counts=np.ones(len(columns[0])))

    @classmethod
    def of_days(
        cls, repeats: ArrayLike, last: ArrayLike, age: ArrayLike, *, days_in_unit: float = 7
    ) -> "Histories":
        """Times in whole days, told to the models in units of ``days_in_unit`` (weeks). Equal histories become one row.

        Raises `ModelRefused` as `of` does, and for parts of days and more than a million days or four million repeats.
        """
        columns = _checked(repeats, last, age)
        whole = [column.astype(np.int64) for column in columns]
        if any((column != part).any() for column, part in zip(columns, whole, strict=True)):
            raise ModelRefused("not_a_history", "days are whole")
        if whole[0].max(initial=0) >> REPEAT_BITS or whole[2].max(initial=0) >> DAY_BITS:
            raise ModelRefused("not_a_history", "more days or repeats than anybody has")
        keys = (whole[0] << 2 * DAY_BITS) | (whole[1] << DAY_BITS) | whole[2]
        row_keys, counts = np.unique(keys, return_counts=True)
        days = (1 << DAY_BITS) - 1
        return cls(
            repeats=(row_keys >> 2 * DAY_BITS).astype(float),
            last=((row_keys >> DAY_BITS) & days) / days_in_unit,
            age=(row_keys & days) / days_in_unit,
            counts=counts.astype(float),
            keys=keys,
            row_keys=row_keys,
        )

    @property
    def customers(self) -> int:
        return int(self.counts.sum())

    @property
    def repeat_buyers(self) -> int:
        return int(self.counts[self.repeats > 0].sum())

    @property
    def rows(self) -> int:
        return len(self.repeats)

    def expand(self, of_rows: Floats) -> Floats:
        """The value of each customer's row, in the order in which the customers were given."""
        return of_rows if self.keys is None else of_rows[self._row_of_customer]

    def in_unit(self, unit: float) -> "Histories":
        """The same rows with times counted in ``unit`` of the present units."""
        return Histories(
            self.repeats, self.last / unit, self.age / unit, self.counts, self.keys, self.row_keys
        )

    def silent_for(self, longer: float | Floats) -> "Histories":
        """The same rows looked at later, nothing bought since."""
        return Histories(self.repeats, self.last, self.age + longer, self.counts, self.keys, self.row_keys)

    @cached_property
    def numbers_of_repeats(self) -> tuple[Floats, Floats]:
        """Each number of repeats that occurs, and how many customers have it."""
        numbers, place = np.unique(self.repeats, return_inverse=True)
        return numbers, np.bincount(place, weights=self.counts).astype(float)

    @cached_property
    def _row_of_customer(self) -> NDArray[np.intp]:
        assert self.keys is not None and self.row_keys is not None
        return np.searchsorted(self.row_keys, self.keys)


def _checked(repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, t, whole = (np.atleast_1d(np.asarray(column, dtype=float)) for column in (repeats, last, age))
    if not (x.shape == t.shape == whole.shape and x.ndim == 1):
        raise ModelRefused("not_a_history", "repeats, last and age are as many as there are customers")
    if not (np.isfinite(x).all() and np.isfinite(t).all() and np.isfinite(whole).all()):
        raise ModelRefused("not_finite", "a history holds a value that is not a finite number")
    if (x < 0).any() or (x != np.floor(x)).any():
        raise ModelRefused("not_a_history", "repeats are counted: whole numbers from 0")
    if (t < 0).any() or (t > whole).any():
        raise ModelRefused("not_a_history", "the last repeat lies between the first purchase and today")
    if ((x == 0) & (t > 0)).any():
        raise ModelRefused("not_a_history", "a last repeat needs a repeat")
    return x, t, whole
