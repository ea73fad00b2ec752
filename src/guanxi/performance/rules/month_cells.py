"""The cells 1–31 of a row of the month sheet (R-MON-01, R-MON-02, handbook 7.6). Pure: facts and days come in."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guanxi.performance.rules.periods import Days

STAR, RETRY, ATTEMPT, HANDED = "*", "·", "○", "→"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay on the sheet, by business days; ``to`` is None while it lasts. ``leaves`` is the mark of its last
    day: a level, the code of a loss, or an arrow."""

    since: date
    to: date | None = None
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date a follow-up was due on, in force from ``since`` until ``until`` (None: still); a valid contact or the
    end of the card closed it on ``closed_on``."""

    on: date
    since: date
    until: date | None = None
    closed_on: date | None = None

    def missed(self, days: Days) -> bool:
        """In force at the end of its own day, which is over, and not met on it."""
        ended = self.until or self.closed_on
        return self.since <= self.on and days.is_over(self.on) and (ended is None or ended > self.on)


@dataclass(frozen=True, slots=True)
class Touch:
    """A contact or an attempt; those of a day come in their order."""

    on: date
    reached: bool


@dataclass(frozen=True)
class RowFacts:
    """What the cells are made of. ``levels`` are (day, level) in order, from before the month on; ``changed`` the
    days on which a level was set; ``plan`` tells the date after a planned one. On the days of ``replanned`` another
    level planned the follow-up anew, after the attempts of the day."""

    stays: Sequence[Stay]
    levels: Sequence[tuple[date, str]]
    changed: frozenset[date]
    dues: Sequence[DueDate]
    touches: Sequence[Touch]
    plan: Callable[[date], date]
    retry_after: Callable[[date], date]
    replanned: Sequence[date] = ()


@dataclass(frozen=True)
class Cells:
    """``marks`` by day, first to last; ``late`` are the numbers of the days whose mark is red."""

    marks: list[str]
    late: list[int]


def month_cells(facts: RowFacts, days: Days) -> Cells:
    """One text for each day of the month, "" for a day on which the customer was not on the sheet."""
    missed = {due.on for due in facts.dues if due.missed(days)}
    planned = set(_planned(facts, days))
    retries = set(_retries(facts))
    reached = {touch.on for touch in facts.touches if touch.reached}
    touched = {touch.on for touch in facts.touches}
    starts = [on for on, _level in facts.levels]
    marks, late = [], []
    on, last, seen = days.first, days.last, days.seen
    while on <= last:
        mark = ""
        stay = _stay_on(facts.stays, on)
        if stay is not None:
            if on <= seen:
                mark = _past_mark(facts, stay, on, on in reached, on in touched, starts)
            if not mark and on in retries and on not in touched:
                mark = RETRY
            # Who left on the day does not end it here: the date is the next consultant's to keep.
            if on in missed and on not in reached and on != stay.to:
                mark = STAR + mark.replace(RETRY, "")
                late.append(on.day)
            elif not mark and on in planned:
                mark = STAR
        marks.append(mark)
        on += DAY
    return Cells(marks, late)


def _past_mark(
    facts: RowFacts, stay: Stay, on: date, reached: bool, touched: bool, starts: Sequence[date]
) -> str:
    if on == stay.to and stay.leaves != HANDED:
        return stay.leaves
    if reached or on == stay.since or on in facts.changed:
        place = bisect_right(starts, on) - 1
        return facts.levels[place][1] if place >= 0 else ""
    if on == stay.to:
        return stay.leaves
    return ATTEMPT if touched else ""


def _stay_on(stays: Sequence[Stay], on: date) -> Stay | None:
    """The stay of a day; of two that meet on it the later one, whose level the day ends with."""
    for stay in reversed(stays):
        if stay.since <= on and (stay.to is None or on <= stay.to):
            return stay
    return None


def _planned(facts: RowFacts, days: Days) -> Iterator[date]:
    """The due date in force, then one interval after the other, as far as they lie ahead."""
    if not facts.stays or facts.stays[-1].to is not None:
        return
    standing = [due for due in facts.dues if due.until is None and due.closed_on is None]
    if not standing:
        return
    on = standing[-1].on
    while on <= days.last:
        if not days.is_over(on) and (on > days.as_of or on == standing[-1].on):
            yield on
        following = facts.plan(on)
        if following <= on:
            return
        on = following


def _retries(facts: RowFacts) -> Iterator[date]:
    """R-FUP-01: the open day after the last attempt, unless something settled the follow-up before it."""
    last_of_day: dict[date, bool] = {}
    for touch in facts.touches:
        last_of_day[touch.on] = touch.reached
    days = sorted(last_of_day)
    moved = sorted(due.until for due in facts.dues if due.until is not None)
    for place, on in enumerate(days):
        if last_of_day[on]:
            continue
        retry = facts.retry_after(on)
        following = days[place + 1] if place + 1 < len(days) else None
        if following is not None and following < retry:
            continue
        if any(on < day <= retry for day in moved) or any(on <= day <= retry for day in facts.replanned):
            continue
        yield retry


def counted(stays: Sequence[Stay], on: date) -> bool:
    """Whether what happened on a day belongs to the row: nothing before the customer came, nothing after."""
    return _stay_on(stays, on) is not None
