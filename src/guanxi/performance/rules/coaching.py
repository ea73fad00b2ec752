"""Coaching: a seller's diagnosis, sessions, the weekly review, what to coach first (8.7, R-TEAM-07…10). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from guanxi.lib.quarters import quarter_before

# 8.7, in the order of the handbook: what is looked at, how one enters, how the price is explained, whom one meets.
ASPECTS = ("focus", "entry", "price", "contact")
DEGREES = (1, 2, 3)
PASS, MIDDLE, TOP = "PASS", "MIDDLE", "TOP"
CLASSES = (PASS, MIDDLE, TOP)
METHODS = ("LECTURE", "CASE", "ROLE_PLAY", "DISCUSSION")
# R-TEAM-08: four parts of 25 points.
PARTS = ("participation", "case_report", "role_play", "summary")
PART_MOST = 25
LISTENING = ("ENCOURAGE", "FEED_BACK", "UNDERSTAND", "NO_QUARREL", "BODY", "RESTATE", "NOTES")
QUESTIONS = ("DUTIES", "COSTS", "WORDS", "CHANCES", "ACCOUNTS", "SYSTEMS")
# Fewer cases than this tell nothing about a person.
FEWEST_CASES = 5
FIRST_DAYS = 10


def class_of(degrees: Mapping[str, int]) -> str:
    """8.7: the sum of the four aspects; 4–6 pass, 7–9 middle, 10–12 top. Raises ValueError for anything else."""
    if set(degrees) != set(ASPECTS) or any(degree not in DEGREES for degree in degrees.values()):
        raise ValueError("four aspects of 1, 2 or 3")
    total = sum(degrees.values())
    return PASS if total <= 6 else MIDDLE if total <= 9 else TOP


def trend(before: str | None, now: str) -> int:
    """-1 when the class fell, 1 when it rose, 0 when it is the same or there is none before."""
    if before is None:
        return 0
    step = CLASSES.index(now) - CLASSES.index(before)
    return (step > 0) - (step < 0)


def week_of(on: date) -> date:
    """The Monday of the ISO week."""
    return on - timedelta(days=on.isoweekday() - 1)


def coached_month(on: date) -> date:
    """The month whose figures are talked about: the running one, in its first ten days the one before."""
    first = on.replace(day=1)
    return first if on.day > FIRST_DAYS else (first - timedelta(days=1)).replace(day=1)


@dataclass(frozen=True)
class Step:
    """One share of a person's work and the store's beside it, of ``cases`` of the person; None is not known."""

    code: str
    own: Decimal | None
    team: Decimal | None
    cases: int

    @property
    def lag(self) -> Decimal:
        """How far behind, as a part of the store's share; 0 or less when not behind or not to be told."""
        if self.own is None or not self.team or self.cases < FEWEST_CASES:
            return Decimal(0)
        return (self.team - self.own) / self.team


def coach_first(steps: Sequence[Step]) -> Step | None:
    """The step furthest behind the store, of equals the one named first; None when none is behind."""
    worst = max(steps, key=lambda step: step.lag, default=None)
    return worst if worst is not None and worst.lag > 0 else None


def pooled(shares: Iterable[tuple[Decimal | None, int]]) -> Decimal | None:
    """The share of all the cases together, from each person's share and cases; None without a case."""
    known = [(share, cases) for share, cases in shares if share is not None and cases]
    total = sum(cases for _share, cases in known)
    return sum((share * cases for share, cases in known), Decimal(0)) / total if total else None


@dataclass(frozen=True)
class Judged:
    """How one side judged a seller in a quarter; ``on`` is the day it was first written."""

    side: str
    quarter: date
    degrees: Mapping[str, int]
    on: date


@dataclass(frozen=True)
class Plan:
    """R-TEAM-10: a class lost against the quarter before is coached; ``fell`` are the aspects that went down."""

    side: str
    before: str
    now: str
    fell: tuple[str, ...]
    since: date


def plan(judged: Iterable[Judged], last_session_on: date | None) -> Plan | None:
    """The coaching plan that is open: opened by a drop of a class from one quarter to the next in the eyes of one
    side, until a session is held on the day of that judgement or later. A quarter not judged compares with none."""
    by_quarter = {(row.side, row.quarter): row for row in judged}
    latest: dict[str, Judged] = {}
    for row in by_quarter.values():
        if row.side not in latest or row.quarter > latest[row.side].quarter:
            latest[row.side] = row
    found = []
    for side, row in latest.items():
        earlier = by_quarter.get((side, quarter_before(row.quarter)))
        if earlier is None or trend(class_of(earlier.degrees), class_of(row.degrees)) >= 0:
            continue
        if last_session_on is None or last_session_on < row.on:
            fell = tuple(one for one in ASPECTS if row.degrees[one] < earlier.degrees[one])
            found.append(Plan(side, class_of(earlier.degrees), class_of(row.degrees), fell, row.on))
    return max(found, key=lambda row: (row.since, row.side), default=None)
