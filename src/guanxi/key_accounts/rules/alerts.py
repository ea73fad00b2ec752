"""What a map warns of (R-KEY-01 … R-KEY-05, R-CHN-01) and in which order to work (R-KEY-03)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from guanxi.key_accounts.rules.marks import ATTITUDES, CONTACTS, next_attitude
from guanxi.key_accounts.rules.support import DECIDING, MET, Marked

Code = Literal[
    "ENEMY_DECIDES", "NO_APPROVER", "NO_DECIDER", "APPROVER_UNMET", "OPPONENT_UNMET", "ONE_COACH", "NO_COACH",
    "COACH_WEAK", "COACH_SILENT", "LINK_SILENT",
]  # fmt: skip
RULES: dict[Code, str] = {
    "ENEMY_DECIDES": "R-KEY-01",
    "NO_APPROVER": "R-KEY-01",
    "NO_DECIDER": "R-KEY-01",
    "APPROVER_UNMET": "R-KEY-01",
    "OPPONENT_UNMET": "R-KEY-01",
    "ONE_COACH": "R-KEY-01",
    "NO_COACH": "R-KEY-01",
    "COACH_WEAK": "R-KEY-04",
    "COACH_SILENT": "R-KEY-05",
    "LINK_SILENT": "R-CHN-01",
}
# Who is named by one of these is not named as a core link again.
WITHOUT_CONTACT = ("APPROVER_UNMET", "OPPONENT_UNMET", "COACH_SILENT")
SILENT_DAYS = 30
WEAK = 4


@dataclass(frozen=True)
class Alert:
    """``people`` are those it is about, in the order of the map. Red ones come first."""

    code: Code
    people: tuple[Marked, ...] = ()

    @property
    def rule(self) -> str:
        return RULES[self.code]

    @property
    def is_red(self) -> bool:
        return self.code in ("ENEMY_DECIDES", "NO_APPROVER", "NO_DECIDER", "APPROVER_UNMET", "OPPONENT_UNMET")


@dataclass(frozen=True)
class Move:
    """A person and the attitude to bring them to next."""

    person: Marked
    after: str


def alerts_of(people: Sequence[Marked]) -> list[Alert]:
    """Everything the map warns of. A map without people only lacks its approver and decider."""
    found: list[Alert] = []

    def warn(code: Code, about: Iterable[Marked] | None = None) -> None:
        named = tuple(about) if about is not None else ()
        if about is None or named:
            found.append(Alert(code, named))

    roles = {person.role for person in people}
    coaches = [person for person in people if person.attitude == "*"]
    warn("ENEMY_DECIDES", (one for one in people if one.role in DECIDING and one.attitude == "X"))
    if "A" not in roles:
        warn("NO_APPROVER")
    if "D" not in roles:
        warn("NO_DECIDER")
    warn("APPROVER_UNMET", (one for one in people if one.role == "A" and one.contact == "0"))
    warn("OPPONENT_UNMET", (one for one in people if one.attitude in ("−", "X") and one.contact == "0"))
    if people and not coaches:
        warn("NO_COACH")
    if len(coaches) == 1:
        warn("ONE_COACH", coaches)
    # R-KEY-04: liking us is not enough; who carries little weight in the house is no coach.
    warn("COACH_WEAK", (one for one in coaches if (one.influence or 0) >= WEAK))
    warn("COACH_SILENT", (one for one in coaches if is_silent(one)))
    named = {one.key for alert in found if alert.code in WITHOUT_CONTACT for one in alert.people}
    warn(
        "LINK_SILENT",
        (one for one in people if one.is_core_link and one.key not in named and lacks_contact(one)),
    )
    return found


def is_silent(person: Marked) -> bool:
    """Nothing was heard of them in 30 days, though something once was."""
    return person.last_heard_days is not None and person.last_heard_days > SILENT_DAYS


def lacks_contact(person: Marked) -> bool:
    """Nobody ever met them, or nothing was heard of them in 30 days."""
    return person.contact not in MET or person.last_heard_days is None or is_silent(person)


def work_order(people: Sequence[Marked], weights: Mapping[str, int]) -> list[Move]:
    """Whom to move next and where to (R-KEY-03): enemies and opponents to neutral first, then the neutral to
    supporters, then supporters to coaches. Inside each the heavier role, then whom we already meet."""
    movable = [one for one in people if one.attitude and one.attitude != "*"]
    movable.sort(
        key=lambda one: (
            ATTITUDES.index(one.attitude),
            -weights.get(one.role, 0),
            -CONTACTS.index(one.contact or "0"),
        )
    )
    return [Move(one, next_attitude(one.attitude)) for one in movable]
