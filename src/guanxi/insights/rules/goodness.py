"""Is this a good customer: eight marks, what serving costs, and what to do after two poor years (handbook 16.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

# Need and buying power; profit covers cost; pays on time; low service cost; low risk; wants long cooperation; reacts
# constructively; brings referrals or prestige.
ITEMS = ("NEED", "PROFIT", "PAYS", "SERVICE", "RISK", "LONG", "REACTS", "BRINGS")
MARKS = (0, 1, 2)
MOST_NOTE = 200
FEN = Decimal("0.01")


class Grade(StrEnum):
    GOOD = "GOOD"
    NORMAL = "NORMAL"
    POOR = "POOR"


class NotMarked(ValueError):
    """An item without a mark of 0, 1 or 2. ``item`` says which."""

    def __init__(self, item: str) -> None:
        self.item = item
        super().__init__(item)


@dataclass(frozen=True)
class Service:
    """What was spent on a customer in a year: visits of so many minutes at a cost of an hour, the rest in yuan."""

    visits: int
    minutes: int
    hourly_cost: Decimal
    gifts: Decimal = Decimal(0)
    compensation: Decimal = Decimal(0)
    delivery: Decimal = Decimal(0)

    @property
    def cost(self) -> Decimal:
        """R-VAL-12, in yuan to the fen, rounded half up."""
        time = self.visits * self.minutes * self.hourly_cost / 60
        return (time + self.gifts + self.compensation + self.delivery).quantize(FEN, ROUND_HALF_UP)


def good_score(marks: Mapping[str, int]) -> int:
    """R-VAL-10: the sum of the eight marks, 0 to 16. Raises NotMarked."""
    for item in ITEMS:
        if marks.get(item) not in MARKS:
            raise NotMarked(item)
    return sum(marks[item] for item in ITEMS)


def grade_of(score: int, good: int, normal: int) -> Grade:
    """R-VAL-10: good from ``good`` on, normal from ``normal`` on, else poor."""
    if score >= good:
        return Grade.GOOD
    return Grade.NORMAL if score >= normal else Grade.POOR


def pays_off(income: Decimal | None, cost: Decimal) -> bool | None:
    """R-VAL-09, the minimum test: income above the cost of serving. None while the income is not known."""
    return None if income is None else income > cost


def must_choose(grades: Mapping[int, Grade], year: int) -> bool:
    """R-VAL-11: poor in the reviews of ``year`` and of the year before. One better review ends it."""
    return grades.get(year) == grades.get(year - 1) == Grade.POOR
