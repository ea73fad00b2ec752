"""The credit of an organisation: a score of three marks, its class, and the terms that go with it (handbook 16.2)."""

from decimal import Decimal
from enum import StrEnum

from guanxi.organization.rules.roles import Role

# R-VAL-13, in % of the score; each mark is 0 to 100.
WEIGHTS = {"trade_cycle": 50, "honesty": 30, "solvency": 20}
MOST_MARK = 100

# Who reads the list of credit (21.1); who reads a card reads its class.
SEE_CREDIT = (Role.FINANCE, Role.MANAGER, Role.PROPRIETOR, Role.AUDITOR)


class CreditClass(StrEnum):
    A = "A"
    B = "B"
    C = "C"


# Paid before delivery, from so many % to so many; None is no upper end.
PREPAYMENT: dict[CreditClass, tuple[int, int | None]] = {
    CreditClass.A: (10, 30),
    CreditClass.B: (20, 30),
    CreditClass.C: (30, None),
}
# Kept back by the customer until the warranty ends, in %.
RETENTION = {CreditClass.A: 5, CreditClass.B: 5}


def credit_score(trade_cycle: int, honesty: int, solvency: int) -> Decimal:
    """R-VAL-13: the weighted mean, 0 to 100, exact."""
    marks = {"trade_cycle": trade_cycle, "honesty": honesty, "solvency": solvency}
    return Decimal(sum(WEIGHTS[name] * mark for name, mark in marks.items())) / 100


def credit_class(score: Decimal, to_a: int, to_b: int) -> CreditClass:
    """A from ``to_a`` on, B from ``to_b`` on, else C."""
    if score >= to_a:
        return CreditClass.A
    return CreditClass.B if score >= to_b else CreditClass.C
