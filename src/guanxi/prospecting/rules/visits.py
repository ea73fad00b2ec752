"""What kind of visit a register row is, and when it is late (handbook 4.1, 4.3; R-REG-01, -04, -06)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from guanxi.cadence.rules.levels import rank

FIRST_FILED, FIRST_WITH_CARD, FIRST_NOT_FILED = "FIRST_FILED", "FIRST_WITH_CARD", "FIRST_NOT_FILED"
RETURN, NON_INTENT, INCOMPLETE = "RETURN", "NON_INTENT", "INCOMPLETE"
FIRSTS = (FIRST_FILED, FIRST_WITH_CARD, FIRST_NOT_FILED)
# The purpose of those who mean to buy; every other one is without intent (4.1).
LOOK = "LOOK"
# F-REG-2: calls about a purchase. The others are left out of the effective ones.
SALES_CALLS = frozenset({"FIRST", "AGAIN"})
LONGEST_STAY = timedelta(hours=8)
MOST_HEADS = 20


@dataclass(frozen=True)
class Known:
    """What the store knew of the party when it came. ``filed_on`` is the day its card was opened or its number
    first left, ``came_on`` the latest earlier day on which it was in the store."""

    filed_on: date | None = None
    came_on: date | None = None


def visit_type(purpose: str, *, done: bool, filed: bool, on: date, known: Known) -> str:
    """R-REG-04 and 4.1: the type of one party's visit on ``on``.

    ``done``: the consultant has filled the row. A return needs an earlier visit on another day than this one
    and than the day of filing alone: who was filed today is no return today.
    """
    if purpose and purpose != LOOK:
        return NON_INTENT
    if not purpose or not done:
        return INCOMPLETE
    if known.came_on is not None and known.came_on < on:
        return RETURN
    if known.filed_on is not None:
        return FIRST_WITH_CARD
    return FIRST_FILED if filed else FIRST_NOT_FILED


def call_type(nature: str, *, done: bool, filed: bool, known: Known) -> str:
    """The same six types for a phone-in: a call that is no sales call has no intent."""
    if nature and nature not in SALES_CALLS:
        return NON_INTENT
    if not nature or not done:
        return INCOMPLETE
    if nature == "AGAIN":
        return RETURN
    if known.filed_on is not None:
        return FIRST_WITH_CARD
    return FIRST_FILED if filed else FIRST_NOT_FILED


def is_late(started: datetime | None, done: datetime | None, allowed: timedelta, now: datetime) -> bool:
    """R-REG-01: whether something due ``allowed`` after ``started`` was done too late, or is not done yet and
    overdue. The clock runs from the end of the reception: before that nothing is late; the last instant counts."""
    return started is not None and (done or now) > started + allowed


@dataclass(frozen=True)
class Clocks:
    """The two clocks of R-REG-01 on one row."""

    basic_late: bool
    full_late: bool

    def kept(self, *, done: bool) -> bool | None:
        """Whether both were kept; None while the row is neither ``done`` nor late."""
        return False if self.basic_late or self.full_late else True if done else None


def clocks(
    left_at: datetime | None,
    basic_at: datetime | None,
    completed_at: datetime | None,
    now: datetime,
    *,
    basic_min: int,
    full_h: int,
) -> Clocks:
    """Basic data within ``basic_min`` minutes, all of it within ``full_h`` hours of the end of the reception."""
    return Clocks(
        is_late(left_at, basic_at, timedelta(minutes=basic_min), now),
        is_late(left_at, completed_at, timedelta(hours=full_h), now),
    )


def lacks_card(
    level: str, has_card: bool, arrived_at: datetime, now: datetime, *, least: str, full_h: int
) -> bool:
    """R-REG-06: a level from ``least`` up and no card ``full_h`` hours after the arrival."""
    if not level or has_card or rank(level) < rank(least):
        return False
    return now > arrived_at + timedelta(hours=full_h)


def missing(
    purpose: str, *, filed: bool, product: bool, channel: bool, level: str, confirmed: str
) -> list[str]:
    """Names of what a full row still lacks (R-REG-01): of every party its purpose, of those who look what they
    came for. A party that left nothing owes only what can be seen."""
    if not purpose:
        return ["purpose"]
    if purpose != LOOK and purpose not in SALES_CALLS:
        return []
    wanted = {"product": product, "channel": channel}
    if filed:
        wanted |= {"level": bool(level), "confirmed": bool(confirmed)}
    return [name for name, there in wanted.items() if not there]
