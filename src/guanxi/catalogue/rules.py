"""What a product earns, and who is told (11.3)."""

from decimal import Decimal

from guanxi.organization.rules.roles import Role

# Costs and margins are business secrets: in every output they are for these roles alone.
SEE_MARGINS = frozenset({Role.MANAGER, Role.PROPRIETOR, Role.FINANCE, Role.ADMIN})
# Columns of products, deals, segments and market levels that the right is about.
SECRET = frozenset({"unit_cost", "margin", "est_margin", "income"})


def margin_of(amount: Decimal | None, quantity: int, unit_cost: Decimal | None) -> Decimal | None:
    """Yuan earned by selling ``quantity`` for ``amount`` in all, below zero at a loss; None when price or cost is
    unknown."""
    return None if amount is None or unit_cost is None else amount - quantity * unit_cost
