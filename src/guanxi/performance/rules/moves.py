"""The moves of intent customers on and off the month sheet, and their sum (handbook 7.3, R-LVL-07). Pure.

On the sheet counts who stands at H, A, B or C; who falls back to N stays counted, who begins at N is counted from
the first level on. Every move is booked on the instant it took effect in the records, never before: a closed
month cannot gain or lose one later.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

JUDGED = frozenset("HABC")
OPEN = JUDGED | {"N"}
LOST = frozenset({"F1", "L"})
IN = ("new", "reactivated", "reopened_orders", "transfer_in")
OUT = ("won", "lost", "frozen", "transfer_out", "merged", "removed")
TERMS = (*IN, *OUT)
MERGES = frozenset({"MERGED", "UNMERGED"})


@dataclass(frozen=True, slots=True)
class LevelMove:
    """A level that took effect. ``kind`` is that of the level change, or WITHDRAWN for an undone import, whose card
    may be gone: ``owner`` then tells whose it was."""

    at: datetime
    from_level: str
    to_level: str
    kind: str = "SET"
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """The card went to another consultant; None is nobody."""

    at: datetime
    from_owner: int | None
    to_owner: int | None


Event = LevelMove | HandOver


@dataclass(frozen=True, slots=True)
class Booking:
    """One move of one card on the sheet of ``owner``; ``number`` is −1 where a merge brings one on."""

    at: datetime
    term: str
    owner: int | None
    number: int = 1


@dataclass(slots=True)
class Standing:
    """Where a card stands: ``counted`` on the sheet or not, and as what it would come on (``enters_as``)."""

    level: str
    owner: int | None
    counted: bool
    enters_as: str

    @classmethod
    def at(cls, level: str, owner: int | None, before: Iterable[LevelMove] = ()) -> "Standing":
        """The standing at an instant; ``before`` are the earlier moves of a card that then stood at N."""
        if level != "N":
            return cls(level, owner, level in JUDGED, entry_from(level))
        found = cls("", owner, False, "new")
        for move in before:
            list(found.after(move))
        return cls("N", owner, found.counted, found.enters_as)

    def after(self, event: Event) -> Iterator[Booking]:
        """Go on to the standing after ``event``; the bookings it makes, in order."""
        if isinstance(event, HandOver):
            if self.counted and event.from_owner != event.to_owner:
                yield Booking(event.at, "transfer_out", self.owner)
                yield Booking(event.at, "transfer_in", event.to_owner)
            self.owner = event.to_owner
            return
        level, was = event.to_level, self.level
        self.level = level
        if event.kind in MERGES:
            yield from self._merged(event.at, was)
            return
        if event.kind == "WITHDRAWN" and level in JUDGED:
            # Back to the level before: still on the sheet.
            return
        if level in OPEN and event.kind != "WITHDRAWN":
            if was not in OPEN:
                self.enters_as = entry_from(was)
            if level in JUDGED and not self.counted:
                yield Booking(event.at, self.enters_as, self.owner)
                self.counted = True
            return
        term = _leaves_as(event)
        if term and not self.counted and term != "removed":
            # Who leaves without ever having been judged passes through the sheet, so that every loss counts.
            yield Booking(event.at, self.enters_as if was in OPEN else entry_from(was), self.owner)
            self.counted = True
        if term and self.counted:
            yield Booking(event.at, term, self.owner)
        self.counted = level in JUDGED
        self.enters_as = entry_from(level)

    def _merged(self, at: datetime, was: str) -> Iterator[Booking]:
        """Two cards became one, or two again: nobody was won, lost or new, but one stands more or less."""
        counted = self.level in JUDGED or (self.level == "N" and self.counted)
        if counted != self.counted:
            yield Booking(at, "merged", self.owner, 1 if self.counted else -1)
        self.counted = counted
        if not counted:
            self.enters_as = entry_from(was if self.level == "N" else self.level)


def entry_from(level: str) -> str:
    """As what a card comes on the sheet from ``level``."""
    if level in LOST or level == "F2":
        return "reactivated"
    return "reopened_orders" if level == "O" else "new"


def _leaves_as(event: LevelMove) -> str:
    """The term a card leaves by; "" when nobody was won or lost: a level a sheet brought, a delivered order."""
    if event.kind == "WITHDRAWN":
        return "removed"
    if event.to_level in LOST:
        return "lost"
    if event.to_level == "F2":
        return "frozen"
    if event.from_level == "O" or event.kind == "IMPORTED":
        return ""
    return "won" if event.from_level in OPEN else ""


@dataclass
class Flow:
    """A month in numbers, of one consultant or of the store. ``orders`` are undelivered orders at the start."""

    carry_in: Counter[str] = field(default_factory=Counter)
    orders: int = 0
    terms: Counter[str] = field(default_factory=Counter)
    carry_out: Counter[str] = field(default_factory=Counter)
    unjudged: int = 0

    @property
    def balance(self) -> int:
        """What carry_out must be by the identity of 7.3."""
        came = sum(self.terms[term] for term in IN)
        return self.carry_in.total() + came - sum(self.terms[term] for term in OUT)

    def add(self, other: "Flow") -> None:
        """Take in the flow of another consultant."""
        self.carry_in.update(other.carry_in)
        self.terms.update(other.terms)
        self.carry_out.update(other.carry_out)
        self.orders += other.orders
        self.unjudged += other.unjudged


@dataclass(frozen=True)
class Path:
    """A card from the start of a month: where it stood, and its events since in order."""

    start: Standing
    events: Sequence[Event]


def flows(paths: Iterable[Path], until: datetime) -> dict[int | None, Flow]:
    """Consultant → the flow of the month, as known before ``until``."""
    found: dict[int | None, Flow] = {}

    def of(owner: int | None) -> Flow:
        return found.setdefault(owner, Flow())

    for path in paths:
        start = path.start
        now = Standing(start.level, start.owner, start.counted, start.enters_as)
        if now.counted:
            of(now.owner).carry_in[now.level] += 1
        elif now.level == "O":
            of(now.owner).orders += 1
        for event in path.events:
            if event.at >= until:
                break
            for booking in now.after(event):
                of(booking.owner).terms[booking.term] += booking.number
        if now.counted:
            of(now.owner).carry_out[now.level] += 1
        elif now.level == "N":
            of(now.owner).unjudged += 1
    return found
