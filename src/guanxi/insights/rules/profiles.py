"""Four dimensions of a customer in one number, and which of four squares they stand in (R-VAL-03, R-VAL-04)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MOST = 100
WEIGHTS = {
    "profit": Decimal("0.4"),
    "influence": Decimal("0.2"),
    "loyalty": Decimal("0.2"),
    "potential": Decimal("0.2"),
}
POINTS_A_STEP, POINTS_A_REFERRAL, POINTS_A_GAP = 20, 10, 20
KEEP, RAISE, NURTURE, MAINTAIN = "KEEP", "RAISE", "NURTURE", "MAINTAIN"


@dataclass(frozen=True)
class Profile:
    """0 to 100 each. ``loyalty`` is None while no chance to be there is known; then there is no score."""

    profit: int
    influence: int
    loyalty: int | None
    potential: int

    @property
    def score(self) -> Decimal | None:
        """R-VAL-03: .4 profit + .2 of each of the others; exact."""
        if self.loyalty is None:
            return None
        return sum((weight * getattr(self, name) for name, weight in WEIGHTS.items()), Decimal(0))

    def square(self, present_line: int, future_line: int) -> str:
        """R-VAL-04: present value (profit, loyalty) against future value (potential, influence), each the mean of its
        two; a mean on its line is high. An unknown loyalty is left out."""
        present = Decimal(self.profit if self.loyalty is None else self.profit + self.loyalty)
        present /= 1 if self.loyalty is None else 2
        is_high = present >= present_line, Decimal(self.potential + self.influence) / 2 >= future_line
        return {(True, True): KEEP, (True, False): RAISE, (False, True): NURTURE}.get(is_high, MAINTAIN)


def influence_score(ranks: Sequence[int | None], referrals_won: int) -> int:
    """R-VAL-04: of buying powers and influences (1 the strongest) the strongest counts, and each referral that bought
    ten points."""
    known = [rank for rank in ranks if rank is not None]
    place = POINTS_A_STEP * (6 - min(known)) if known else 0
    return min(MOST, place + POINTS_A_REFERRAL * referrals_won)


def loyalty_score(alive: float | None) -> int | None:
    """R-VAL-04: the chance to be there still × 100."""
    return None if alive is None else _rounded(Decimal(str(alive)) * MOST)


def potential_score(gaps: int) -> int:
    """R-VAL-04: 20 points for each step by which what could be bought passes what is bought, at most 100."""
    return min(MOST, POINTS_A_GAP * max(gaps, 0))


def percentile(below: int, equal: int, count: int) -> int:
    """R-VAL-04, of the margin: the share of the store's customers who stand below, of those who tie half."""
    return _rounded(Decimal(MOST) * (2 * below + equal) / (2 * count)) if count else 0


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
