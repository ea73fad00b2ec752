"""Whose turn it is to receive the next party (issue 3): nobody is chosen by favour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

OVERDUE, OPEN_GUEST, ABSENT = "OVERDUE", "OPEN_GUEST", "ABSENT"


@dataclass(frozen=True)
class Candidate:
    """A consultant as the rotation sees them. ``overdue`` counts late follow-ups, ``place`` breaks ties."""

    person: int
    guests_today: int = 0
    last_given_at: datetime | None = None
    overdue: int = 0
    has_guest: bool = False
    absent: bool = False
    place: int = 0


@dataclass(frozen=True)
class Turn:
    """One consultant's place in the order, with every reason for passing them over."""

    candidate: Candidate
    reasons: tuple[str, ...]

    @property
    def is_free(self) -> bool:
        return not self.reasons


def rotation(candidates: Iterable[Candidate]) -> list[Turn]:
    """The order of the day: the free ones first, fewest guests today, then longest without one; after them those
    to be passed over, who are late before who has a guest before who is away."""

    def key(turn: Turn) -> tuple[int, int, float, int]:
        one = turn.candidate
        weight = 4 * (ABSENT in turn.reasons) + 2 * (OPEN_GUEST in turn.reasons) + (OVERDUE in turn.reasons)
        given = one.last_given_at.timestamp() if one.last_given_at else float("-inf")
        return weight, one.guests_today, given, one.place

    return sorted((Turn(one, _reasons(one)) for one in candidates), key=key)


def proposed(turns: list[Turn]) -> Turn | None:
    """Whom to propose: the first who is free, else the first who is only late; nobody while all have guests."""
    return next((turn for turn in turns if not {OPEN_GUEST, ABSENT} & set(turn.reasons)), None)


def _reasons(one: Candidate) -> tuple[str, ...]:
    found = ((ABSENT, one.absent), (OPEN_GUEST, one.has_guest), (OVERDUE, one.overdue > 0))
    return tuple(reason for reason, applies in found if applies)
