"""What the buyer is left with: four values less four costs, ours beside a rival's (handbook 16.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

VALUES = ("product", "service", "people", "image")
COSTS = ("money", "time", "psychic", "energy")
PARTS = (*VALUES, *COSTS)
CNY, POINTS = "CNY", "POINTS"
MOST_POINTS = Decimal(100)
TENTH = Decimal("0.1")


class MixedUnits(ValueError):
    """Yuan and points, or hours among points, in one sheet (16.3)."""


class OutOfScale(ValueError):
    """A component below 0, or above 100 points. ``part`` says which."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(part)


@dataclass(frozen=True)
class Offer:
    """One offer as the buyer feels it: component of ``PARTS`` → amount, all in ``unit``."""

    unit: str
    parts: Mapping[str, Decimal]

    @property
    def value(self) -> Decimal:
        """Total customer value."""
        return sum((self.parts[part] for part in VALUES), Decimal(0))

    @property
    def cost(self) -> Decimal:
        """Total customer cost."""
        return sum((self.parts[part] for part in COSTS), Decimal(0))

    @property
    def delivered(self) -> Decimal:
        """R-VAL-01: total value less total cost; may be negative."""
        return self.value - self.cost


@dataclass(frozen=True)
class Lever:
    """One component moved by a tenth to the buyer's good, and by how much that raises what is delivered."""

    part: str
    gain: Decimal


def make_offer(unit: str, amounts: Mapping[str, Decimal], hour_value: Decimal | None = None) -> Offer:
    """An offer of exact amounts; given ``hour_value`` (yuan), the time is in hours and counts with it.

    Raises MixedUnits for hours in a sheet of points, OutOfScale for an amount outside its scale.
    """
    if hour_value is not None and unit != CNY:
        raise MixedUnits("hours have a value in yuan, not in points")
    parts = {part: amounts[part] for part in PARTS}
    for part, amount in parts.items():
        if amount < 0 or (unit == POINTS and amount > MOST_POINTS):
            raise OutOfScale(part)
    if hour_value is not None:
        parts["time"] *= hour_value
    return Offer(unit, parts)


def lead(ours: Offer, rival: Offer) -> Decimal:
    """R-VAL-01: by how much ours delivers more than the rival's; the buyer takes the larger, so below 0 we lose.

    Raises MixedUnits.
    """
    if ours.unit != rival.unit:
        raise MixedUnits("one sheet has one unit")
    return ours.delivered - rival.delivered


def levers(offer: Offer) -> list[Lever]:
    """R-VAL-02: every value up and every cost down by a tenth, the largest gain first, equal ones in the order of
    ``PARTS``. What gains nothing is left out; points end at 100."""
    found = []
    for part in PARTS:
        gain = offer.parts[part] * TENTH
        if part in VALUES and offer.unit == POINTS:
            gain = min(gain, MOST_POINTS - offer.parts[part])
        if gain > 0:
            found.append(Lever(part, gain))
    return sorted(found, key=lambda lever: -lever.gain)
