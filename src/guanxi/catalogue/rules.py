"""What a product earns, alone and under a price scheme, and who is told (11.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from guanxi.organization.rules.roles import Role

# Costs and margins are business secrets: in every output they are for these roles alone.
SEE_MARGINS = frozenset({Role.MANAGER, Role.PROPRIETOR, Role.FINANCE, Role.ADMIN})
# Who offers price schemes.
SCHEMERS = frozenset({Role.MANAGER, Role.PROPRIETOR, Role.ADMIN})
CENT = Decimal("0.01")
# Columns of products, deals, segments and market levels that the right is about.
SECRET = frozenset({"unit_cost", "margin", "est_margin", "income"})


def margin_of(amount: Decimal | None, quantity: int, unit_cost: Decimal | None) -> Decimal | None:
    """Yuan earned by selling ``quantity`` for ``amount`` in all, below zero at a loss; None when price or cost is
    unknown."""
    return None if amount is None or unit_cost is None else amount - quantity * unit_cost


@dataclass(frozen=True)
class Quote:
    """Products sold together under a scheme: their list prices and unit costs, None where nobody knows, and what is
    taken off, per cent or yuan, or the one ``price`` of a bundle."""

    prices: tuple[Decimal | None, ...]
    costs: tuple[Decimal | None, ...]
    percent_off: Decimal | None = None
    amount_off: Decimal | None = None
    price: Decimal | None = None

    @property
    def regular(self) -> Decimal | None:
        """What they cost without the scheme; None while one has no price (11.4)."""
        return _sum(self.prices)

    @property
    def reduced(self) -> Decimal | None:
        """What they cost under the scheme, yuan, to the fen; None while one has no price, and once the list price fell
        so far that nothing would remain to pay."""
        if self.regular is None:
            return None
        if self.price is not None:
            return self.price
        off = self.amount_off or Decimal(0)
        if self.percent_off is not None:
            off = (self.regular * self.percent_off / 100).quantize(CENT, ROUND_HALF_UP)
        return self.regular - off if off < self.regular else None

    @property
    def margin(self) -> Decimal | None:
        """What remains of the margin under the scheme, below zero at a loss; None while price or cost is unknown."""
        cost = _sum(self.costs)
        return None if self.reduced is None or cost is None else self.reduced - cost


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if amounts and len(known) == len(amounts) else None


def scheme_phase(on: date, starts_on: date, ends_on: date | None) -> str:
    """COMING, RUNNING or OVER; both its days belong to a scheme, one without an end runs on."""
    if on < starts_on:
        return "COMING"
    return "OVER" if ends_on is not None and on > ends_on else "RUNNING"
