"""The few causes behind most of what goes wrong (R-VAL-08). Loads nothing: pages may."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

MOST = Fraction(80, 100)


@dataclass(frozen=True)
class Cause:
    """``reached`` is the share of all that it and those before it make; ``is_main`` says that it is one of the few."""

    name: str
    count: int
    reached: Fraction
    is_main: bool


def causes(counts: Mapping[str, int]) -> list[Cause]:
    """Most frequent first, as R-VAL-07 does with profits: the main ones are those up to and including the one that
    reaches 80 %, and who ties with it. Causes that never happened are left out. Raises ValueError for a count below
    zero."""
    if any(count < 0 for count in counts.values()):
        raise ValueError("a cause cannot happen less than never")
    total, reached = sum(counts.values()), 0
    found: list[Cause] = []
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if not count:
            break
        tied = bool(found) and found[-1].is_main and found[-1].count == count
        is_main = tied or Fraction(reached, total) < MOST
        reached += count
        found.append(Cause(name, count, Fraction(reached, total), is_main))
    return found
