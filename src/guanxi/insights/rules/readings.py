"""Cases as they were known at an instant: every figure from what had been recorded by then."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import log, log1p
from typing import Any, Generic, TypeVar

from guanxi.insights.rules.figures import DEAL, PROSPECT
from guanxi.key_accounts.rules.support import DECIDING, Marked, support_of
from guanxi.lib.statistics.chances.snapshots import Known
from guanxi.pipeline.rules.qualification import BURNING, PLUS, UNIQUE

Item = TypeVar("Item")

MONTH = timedelta(days=30)
FACE_TO_FACE = frozenset({"VISIT", "SHOWROOM", "EVENT"})
# Further than this nothing more is told: a forgotten card is forgotten after a season.
LONGEST_SILENCE, LONGEST_OVERDUE, MOST_CONTACTS, MOST_DWELL = 90, 30, 10, 5.0
HIGH = 3


class History(Generic[Item]):
    """What was recorded, in the order in which it was."""

    def __init__(self, rows: Iterable[tuple[datetime, Item]] = ()) -> None:
        self.rows = sorted(rows, key=lambda row: row[0])
        self.times = [at for at, _item in self.rows]

    def until(self, at: datetime) -> list[tuple[datetime, Item]]:
        return self.rows[: bisect_right(self.times, at)]

    def last(self, at: datetime) -> tuple[datetime, Item] | None:
        place = bisect_right(self.times, at)
        return self.rows[place - 1] if place else None


@dataclass(frozen=True)
class Reading:
    """The figures at an instant as the model takes them, and as people read them by code."""

    known: tuple[Known, ...]
    shown: dict[str, Any]
    standing: str

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(one.value for one in self.known)


@dataclass(frozen=True)
class Step:
    stage: str
    amount: Decimal
    closes_on: date


@dataclass(frozen=True)
class Contact:
    at: datetime
    is_meeting: bool
    next_due_on: date | None


@dataclass(frozen=True)
class Pack:
    """What the playbook says: the general chance of a level or stage, usual days in a stage, weights of roles."""

    general: Mapping[str, float]
    dwell: Mapping[str, int]
    weights: Mapping[str, int]


@dataclass
class Case:
    """A prospect or an opportunity from its beginning to its end. ``won`` is None while it is open, and where it ended
    neither way (merged, no longer judged)."""

    customer: int
    opportunity: int | None
    started_at: datetime
    ended_at: datetime | None = None
    won: bool | None = None
    # Level or stage, from when on.
    standings: History[str] = field(default_factory=History)
    contacts: History[Contact] = field(default_factory=History)

    def standing(self, at: datetime) -> str:
        found = self.standings.last(at)
        return found[1] if found else ""

    def days(self, at: datetime) -> int:
        return max((at - self.started_at).days, 0)

    def read(self, at: datetime, on: date, pack: Pack) -> Reading:
        """The case at ``at``, whose business date is ``on``."""
        raise NotImplementedError

    def _contacts(self, at: datetime) -> tuple[Known, list[tuple[datetime, Contact]]]:
        known = self.contacts.until(at)
        recent = sum(contact.at > at - MONTH for _recorded, contact in known)
        return Known("contacts", min(recent, MOST_CONTACTS), known[-1][0] if known else None), known


@dataclass
class Deal(Case):
    """An opportunity; one that is opened again is another case."""

    steps: History[Step] = field(default_factory=History)
    # (part, what was said): bi, ucv, four.
    assessments: History[tuple[str, Mapping[str, Any]]] = field(default_factory=History)
    # (rival, part, value): threat, is_gone.
    rivals: History[tuple[int, str, Any]] = field(default_factory=History)
    # Person, mark and what it was set to.
    marks: History[tuple[int, str, str]] = field(default_factory=History)

    def read(self, at: datetime, on: date, pack: Pack) -> Reading:
        steps = self.steps.until(at)
        standing = self.standings.last(at) or (self.started_at, "")
        (since, stage), (stepped, step) = standing, steps[-1]
        days = max((at - since).days, 0)
        put_off = sum(later.closes_on > earlier.closes_on for (_a, earlier), (_b, later) in pairwise(steps))
        said = dict(item for _at, item in self.assessments.until(at))
        assessed = _newest(self.assessments, at)
        burning = sum(bool((said.get("bi", {}).get(one) or {}).get("yes")) for one in BURNING)
        unique = sum((said.get("ucv", {}).get(one) or {}).get("score") or 0 for one in UNIQUE)
        plus = sum(mark == PLUS for mark in said.get("four", {}).values())
        deciders, support = self._map(at, pack)
        marked = _newest(self.marks, at)
        contacts, _known = self._contacts(at)
        rivals = self._rivals(at)
        known = (
            Known("stage", _odds(pack.general.get(stage, 0.5)), since),
            Known("dwell", min(days / pack.dwell.get(stage, 21), MOST_DWELL), since),
            Known("age", log1p(self.days(at)), self.started_at),
            Known("burning", burning, assessed),
            Known("unique", unique, assessed),
            Known("four", plus, assessed),
            Known("deciders", deciders, marked),
            Known("support", support, marked),
            contacts,
            Known("put_off", put_off, stepped),
            Known("rivals", rivals, _newest(self.rivals, at)),
            Known("amount", log(float(step.amount)), stepped),
        )
        shown = {
            "stage": stage, "dwell": days, "age": self.days(at), "burning": burning, "unique": unique, "four": plus,
            "deciders": deciders, "support": round(support, 2), "contacts": int(contacts.value), "put_off": put_off,
            "rivals": rivals, "amount": str(step.amount),
        }  # fmt: skip
        assert tuple(one.name for one in known) == tuple(one.code for one in DEAL)
        return Reading(known, shown, stage)

    def _map(self, at: datetime, pack: Pack) -> tuple[int, float]:
        """How many of approver and decider are known, and the support of the people as they were marked by then."""
        people: dict[int, dict[str, str]] = {}
        for _at, (person, mark, value) in self.marks.until(at):
            people.setdefault(person, {})[mark] = value
        marked = [
            Marked(key, "", marks.get("role", ""), marks.get("attitude", ""), marks.get("degree") or "0")
            for key, marks in people.items()
        ]
        index = support_of(marked, pack.weights).index
        return len({one.role for one in marked} & set(DECIDING)), float(index or 0)

    def _rivals(self, at: datetime) -> int:
        rivals: dict[int, dict[str, Any]] = {}
        for _at, (rival, part, value) in self.rivals.until(at):
            rivals.setdefault(rival, {})[part] = value
        return sum(one.get("threat") == HIGH and not one.get("is_gone") for one in rivals.values())


@dataclass
class Prospect(Case):
    """A card from the judgement that opens its intent to the order or the loss."""

    # (item, whether it was ticked or withdrawn)
    evidence: History[tuple[str, bool]] = field(default_factory=History)
    is_recommended: bool = False
    source_set_at: datetime | None = None

    def read(self, at: datetime, on: date, pack: Pack) -> Reading:
        since, level = self.standings.last(at) or (self.started_at, "")
        ticks = dict(item for _at, item in self.evidence.until(at))
        items = sum(ticks.values())
        contacts, known_contacts = self._contacts(at)
        newest = known_contacts[-1][0] if known_contacts else None
        last = max((contact.at for _recorded, contact in known_contacts), default=self.started_at)
        silence = min(max((at - last).days, 0), LONGEST_SILENCE)
        visits = sum(one.is_meeting and one.at >= self.started_at for _recorded, one in known_contacts)
        due = known_contacts[-1][1].next_due_on if known_contacts else None
        overdue = min(max((on - due).days, 0), LONGEST_OVERDUE) if due else 0
        # A source set right later tells nothing of earlier days.
        is_told = self.source_set_at is not None and self.source_set_at <= at
        source = int(self.is_recommended and is_told)
        known = (
            Known("level", _odds(pack.general.get(level, 0.5)), since),
            Known("age", log1p(self.days(at)), self.started_at),
            Known("evidence", items, _newest(self.evidence, at)),
            Known("silence", silence, newest),
            contacts,
            Known("visits", min(visits, MOST_CONTACTS), newest),
            Known("overdue", overdue, newest),
            Known("source", source, self.source_set_at if is_told else None),
        )
        shown = {
            "level": level, "age": self.days(at), "evidence": items, "silence": silence,
            "contacts": int(contacts.value), "visits": visits, "overdue": overdue, "source": source,
        }  # fmt: skip
        assert tuple(one.name for one in known) == tuple(one.code for one in PROSPECT)
        return Reading(known, shown, level)


def _newest(history: History[Any], at: datetime) -> datetime | None:
    found = history.last(at)
    return found[0] if found else None


def _odds(chance: float) -> float:
    held = min(max(chance, 0.01), 0.99)
    return log(held / (1 - held))
