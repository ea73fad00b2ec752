"""The product structure (11.3): what each product's part of the whole is, and how many customers carry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from guanxi.lib.money import ratio

# So few customers who bring half of a product are a risk to it.
FEW = 3


@dataclass(frozen=True)
class Sums:
    """What a product sold in a year, net: pieces, revenue and margin in yuan."""

    pieces: int = 0
    revenue: Decimal = Decimal(0)
    margin: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.pieces + other.pieces, self.revenue + other.revenue, self.margin + other.margin)


@dataclass(frozen=True)
class Part:
    """``of`` a whole, each as a fraction; None where the whole is not above zero."""

    pieces: Decimal | None
    revenue: Decimal | None
    margin: Decimal | None


def part_of(one: Sums, whole: Sums) -> Part:
    def share(value: Decimal | int, of: Decimal | int) -> Decimal | None:
        return ratio(value, of) if of > 0 else None

    return Part(
        share(one.pieces, whole.pieces), share(one.revenue, whole.revenue), share(one.margin, whole.margin)
    )


@dataclass(frozen=True)
class Carriers:
    """``customers`` who bought a product; the ``half`` largest of them bring half of it, the largest alone the share
    ``top``."""

    customers: int
    half: int
    top: Decimal | None

    @property
    def are_few(self) -> bool:
        return 0 < self.half <= FEW


def carriers(brought: Sequence[Decimal]) -> Carriers:
    """``brought``: what each customer brought, in yuan or pieces."""
    ranked = sorted((value for value in brought if value > 0), reverse=True)
    whole, held, half = sum(ranked, Decimal(0)), Decimal(0), 0
    for value in ranked:
        if held * 2 >= whole:
            break
        held, half = held + value, half + 1
    return Carriers(len(brought), half, ratio(ranked[0], whole) if ranked else None)
