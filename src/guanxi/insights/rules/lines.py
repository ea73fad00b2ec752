"""The lines of a ledger as a reckoning reads them.

Loads numpy: for the worker and for commands, never for a page.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from guanxi.lib.statistics.purchases import Whole

# Fen of margin, all lines of a customer together. More is a slip of the keyboard, and the model would learn from it.
LARGEST = 10**12


@dataclass(frozen=True)
class Lines:
    """The ledger: the customer of each line by place in ``customers``, its day, the margin it brought in fen, and
    whether it is a purchase; money given back is none."""

    customers: list[int]
    customer: Whole
    day: Whole
    margin: Whole
    is_purchase: npt.NDArray[np.bool_]
    without_price: int = 0
    # Customer → the day of their last visit, or of the last contract they agreed.
    visits: dict[int, int] = field(default_factory=dict)
    # Of the last year: how many were recommended, and how many of those bought.
    recommended: tuple[int, int] = (0, 0)


def without_slips(lines: Lines) -> tuple[Lines, list[int]]:
    """The lines of those whose margins together can be true, and the customers left out."""
    # Floats: whole numbers of 64 bits might overflow here, which is what this keeps from the rest.
    sums = np.zeros(len(lines.customers))
    np.add.at(sums, lines.customer, np.abs(lines.margin.astype(np.float64)))
    wrong = sums >= LARGEST
    if not wrong.any():
        return lines, []
    kept = ~wrong[lines.customer]
    names = ("customer", "day", "margin", "is_purchase")
    told = replace(lines, **{name: getattr(lines, name)[kept] for name in names})
    return told, [lines.customers[place] for place in np.flatnonzero(wrong)]
