"""What a campaign brought (handbook 11.3): both groups side by side, the uplift, the return on its cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from guanxi.lib.money import ratio
from guanxi.lib.statistics.uplift import Difference, mean_difference, share_difference

CENT = Decimal("0.01")
# Beyond the draw these may still change: they say nothing about who is compared, or when.
AFTER_THE_DRAW = frozenset({"name", "offer", "budget", "cost", "kpi_buyers"})


class Phase(StrEnum):
    DRAFT = "DRAFT"
    PLANNED = "PLANNED"
    RUNNING = "RUNNING"
    ENDED = "ENDED"
    EVALUATED = "EVALUATED"


def phase_of(
    on: date, starts_on: date, ends_on: date, *, is_drawn: bool, is_stopped: bool, evaluated_on: date | None
) -> Phase:
    """Where a campaign stands on a day; both its days belong to it, but one that was stopped is over at once."""
    if evaluated_on is not None:
        return Phase.EVALUATED
    if not is_drawn:
        return Phase.DRAFT
    if on < starts_on:
        return Phase.PLANNED
    return Phase.RUNNING if on <= ends_on and not is_stopped else Phase.ENDED


@dataclass(frozen=True)
class Group:
    """One side: ``margins`` in yuan of everybody in it, 0 for those who bought nothing. Everybody drawn counts, called
    or not: leaving out whom nobody reached would compare the willing with all."""

    margins: tuple[Decimal, ...]
    buyers: int

    @property
    def count(self) -> int:
        return len(self.margins)

    @property
    def share(self) -> Decimal | None:
        return ratio(self.buyers, self.count)

    @property
    def margin(self) -> Decimal:
        return sum(self.margins, Decimal(0))

    @property
    def per_head(self) -> Decimal | None:
        return ratio(self.margin, self.count)


@dataclass(frozen=True)
class Outcome:
    """``unpriced``: purchases whose margin nobody knows; they count as buyers and bring nothing into the margin."""

    target: Group
    control: Group
    cost: Decimal | None
    unpriced: int = 0

    @property
    def uplift(self) -> Difference | None:
        """In the share of buyers, as a fraction."""
        return share_difference(
            (self.target.buyers, self.target.count), (self.control.buyers, self.control.count)
        )

    @property
    def uplift_per_head(self) -> Difference | None:
        """In margin per customer, yuan."""
        return mean_difference(_floats(self.target.margins), _floats(self.control.margins))

    @property
    def incremental_margin(self) -> Decimal | None:
        """What the target group brought above what it would have without the campaign; None without a control group."""
        if self.control.per_head is None or self.target.per_head is None:
            return None
        more = (self.target.per_head - self.control.per_head) * self.target.count
        return more.quantize(CENT, ROUND_HALF_UP)

    @property
    def added(self) -> Difference | None:
        """``incremental_margin`` with its interval, yuan; None while nothing says how much chance there is."""
        head, count = self.uplift_per_head, self.target.count
        return (
            None if head is None else Difference(head.estimate * count, head.low * count, head.high * count)
        )

    @property
    def roi_range(self) -> tuple[Decimal, Decimal] | None:
        """The ends of the interval of ``roi``."""
        if self.added is None:
            return None
        low, high = (roi(Decimal(f"{end:.2f}"), self.cost) for end in (self.added.low, self.added.high))
        return None if low is None or high is None else (low, high)

    @property
    def margin_tells(self) -> bool:
        """Whether it added, or cost, margin by more than chance explains."""
        return self.added is not None and self.added.tells

    @property
    def roi(self) -> Decimal | None:
        """ROI = (margin − cost)/cost on the margin the campaign added."""
        return roi(self.incremental_margin, self.cost)

    @property
    def plain_roi(self) -> Decimal | None:
        """The same on all margin of the target group, as if nobody had bought without the campaign."""
        return roi(self.target.margin, self.cost)

    @property
    def tells(self) -> bool:
        """Whether the share of buyers differs by more than chance explains."""
        return self.uplift is not None and self.uplift.tells


def roi(margin: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """(margin − cost)/cost; None while one is unknown or nothing was spent."""
    return None if margin is None or cost is None else ratio(margin - cost, cost)


def _floats(values: Sequence[Decimal]) -> list[float]:
    return [float(value) for value in values]
