"""How far an account is with us, by the marks of its people (handbook 9.2, golden G13). Exact fractions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from guanxi.key_accounts.rules.marks import next_attitude, next_contact

SCORES = {"*": 2, "+": 1, "=": 0, "−": -1, "X": -2, "": 0}
SHARES = {"0": Fraction(0), "1": Fraction(1, 2), "N": Fraction(1), "F": Fraction(1)}
DECIDING = ("A", "D")
MET = frozenset("1NF")
WELL_MET = frozenset("NF")


@dataclass(frozen=True)
class Marked:
    """A person as far as the figures care. Empty role: nobody knows yet what they may decide."""

    key: int
    name: str
    role: str = ""
    attitude: str = ""
    contact: str = "0"
    buy_power: int | None = None
    influence: int | None = None
    last_heard_days: int | None = None

    @property
    def is_key_link(self) -> bool:
        """R-CHN-01: buying power or influence at 1–2, where 1 is the highest."""
        return (self.buy_power or 9) <= 2 or (self.influence or 9) <= 2

    @property
    def is_core_link(self) -> bool:
        """Both at 1–2: what alerts and planning go by."""
        return (self.buy_power or 9) <= 2 and (self.influence or 9) <= 2


@dataclass(frozen=True)
class Support:
    """``index`` from −2 to 2, ``share`` the same from 0 to 1; None until the role and attitude of somebody are known.
    ``is_red``: an enemy approves or decides."""

    index: Fraction | None
    coverage: Fraction | None
    key_coverage: Fraction | None
    is_red: bool

    @property
    def share(self) -> Fraction | None:
        return None if self.index is None else (self.index + 2) / 4


@dataclass(frozen=True)
class Step:
    """One mark of one person moved one place, and by how much the index would rise."""

    person: Marked
    mark: str
    before: str
    after: str
    gain: Fraction


def support_of(people: Sequence[Marked], weights: Mapping[str, int]) -> Support:
    """The figures of a map. A missing approver or decider enters with its weight and score 0."""
    total = _total(people, weights)
    sum_ = sum((_part(person, weights) for person in people), Fraction(0))
    deciding = [person for person in people if person.role in DECIDING]
    return Support(
        index=sum_ / total if total and any(one.role and one.attitude for one in people) else None,
        coverage=_ratio(sum(person.contact in MET for person in people), len(people)),
        key_coverage=_ratio(sum(person.contact in WELL_MET for person in deciding), len(deciding)),
        is_red=any(person.attitude == "X" for person in deciding),
    )


def alignment(core: Sequence[Marked]) -> Fraction | None:
    """Our supporters' share of the inner circles (handbook 9.3); None without any inner circle."""
    return _ratio(sum(SCORES[person.attitude] > 0 for person in core), len(core))


def missing_roles(people: Iterable[Marked]) -> frozenset[str]:
    """Which of approver and decider the map lacks (R-KEY-02)."""
    return frozenset(DECIDING) - {person.role for person in people}


def best_step(people: Sequence[Marked], weights: Mapping[str, int]) -> Step | None:
    """The one relationship whose improvement by one place raises the index most; None when none does.

    Of equal gains the heavier role comes first, then the order of ``people``.
    """
    found = [step for step in steps_of(people, weights) if step.gain > 0]
    return max(found, key=lambda step: (step.gain, weights[step.person.role]), default=None)


def steps_of(people: Sequence[Marked], weights: Mapping[str, int]) -> list[Step]:
    """Every improvement of a relationship by one place; none for people whose role nobody knows."""
    total = _total(people, weights)
    found: list[Step] = []
    for person in people:
        if not person.role or not total:
            continue
        for mark, after in (
            ("attitude", next_attitude(person.attitude)),
            ("contact", next_contact(person.contact)),
        ):
            if not after:
                continue
            moved = replace(person, **{mark: after})  # type: ignore[arg-type]
            gain = (_part(moved, weights) - _part(person, weights)) / total
            found.append(Step(person, mark, getattr(person, mark), after, gain))
    return found


def _total(people: Sequence[Marked], weights: Mapping[str, int]) -> int:
    present = sum(weights[person.role] for person in people if person.role)
    return present + sum(weights[role] for role in missing_roles(people))


def _part(person: Marked, weights: Mapping[str, int]) -> Fraction:
    if not person.role:
        return Fraction(0)
    score = SCORES[person.attitude]
    # A good word counts as far as we have met them, a bad one in full.
    return weights[person.role] * score * (SHARES[person.contact] if score > 0 else Fraction(1))


def _ratio(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
