"""Judging a level: R-LVL-01 and R-LVL-04. Pure: facts and the date come in, a judgement comes out."""

import unicodedata
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from guanxi.playbooks.definitions import GRADED, Playbook

LIVE = frozenset("OHABCN")


@dataclass(frozen=True)
class LevelFacts:
    """What a level is judged by. ``deposit`` is the sum received and not refunded, in yuan."""

    expected_close_on: date | None = None
    ticked: Set[str] = frozenset()
    deposit: Decimal = Decimal(0)
    ordered: bool = False


@dataclass(frozen=True)
class Suggestion:
    """The level the facts support, with the two opinions it is the lower of.

    ``flags`` are DATE_PASSED, EVIDENCE_MISSING and SMALL_DEPOSIT.
    """

    level: str
    by_date: str | None
    by_evidence: str | None
    flags: frozenset[str] = field(default_factory=frozenset)


def fold_code(typed: str) -> str:
    """A code as people type it: full-width, lower-case and padded forms mean the same (handbook 2.6)."""
    return unicodedata.normalize("NFKC", typed).strip().upper()


def rank(level: str) -> int:
    """Position from C (0) to O (4); −1 for N, end codes and no level."""
    return GRADED.index(level) if level in GRADED else -1


def lower(one: str, other: str) -> str:
    return min(one, other, key=rank)


def level_by_date(days: int | None, playbook: Playbook) -> str | None:
    """The level whose window holds ``days`` until closing; None when unknown or past (R-LVL-01 step 2)."""
    if days is None or days < 0:
        return None
    for level in ("H", "A", "B"):
        if days <= playbook.settings.level_windows[level]:  # type: ignore[index]
            return level
    return "C"


def level_by_evidence(ticked: Set[str], playbook: Playbook, *, small_deposit: bool = False) -> str | None:
    """The highest level that ``level.min_evidence`` items support; an item of a higher level supports the
    lower ones too, and a small deposit is one item of H. None when no level has enough."""
    found: list[str] = [
        playbook.evidence_by_code[code].level for code in ticked if code in playbook.evidence_by_code
    ]
    if small_deposit:
        found.append("H")
    needed = playbook.settings.level_min_evidence
    for level in reversed(GRADED):
        if sum(rank(item) >= rank(level) for item in found) >= needed:
            return level
    return None


def suggest_level(facts: LevelFacts, today: date, playbook: Playbook) -> Suggestion:
    """R-LVL-01: the lower of what the closing date and what the evidence say.

    A deposit of ``level.deposit_min`` or an order is O. A smaller deposit counts as H evidence and lifts
    the cap at A that holds while the closing date is unknown. Without evidence the level is one step below
    the date's, never below B while closing is within the B window.
    """
    threshold = playbook.settings.level_deposit_min
    if facts.ordered or (threshold is not None and facts.deposit >= threshold > 0):
        return Suggestion("O", None, "O")
    days = None if facts.expected_close_on is None else (facts.expected_close_on - today).days
    flags = {"DATE_PASSED"} if days is not None and days < 0 else set()
    by_date = level_by_date(days, playbook)
    small_deposit = facts.deposit > 0
    if small_deposit:
        flags.add("SMALL_DEPOSIT")
    by_evidence = level_by_evidence(facts.ticked, playbook, small_deposit=small_deposit)
    if by_evidence is None:
        flags.add("EVIDENCE_MISSING")
        if by_date is None:
            return Suggestion("C", None, None, frozenset(flags))
        floor = "C" if by_date == "C" else "B"
        below = GRADED[max(rank(by_date) - 1, rank(floor))]
        return Suggestion(below, by_date, None, frozenset(flags))
    if by_date is not None:
        return Suggestion(lower(by_date, by_evidence), by_date, by_evidence, frozenset(flags))
    cap = "H" if small_deposit else "A"
    return Suggestion(lower(by_evidence, cap), None, by_evidence, frozenset(flags))


def steps_above(chosen: str, suggested: str) -> int:
    """How many steps ``chosen`` stands above ``suggested``; 0 when not above (R-LVL-01 step 5)."""
    return max(rank(chosen) - rank(suggested), 0)


def downgrade_to(
    level: str,
    since: date,
    last_valid_on: date | None,
    agreed_on: date | None,
    today: date,
    playbook: Playbook,
    kept_on: date | None = None,
) -> str | None:
    """R-LVL-04: the level a card should fall to because its window has passed, or None.

    "F2" for a C card without a valid contact for its number of days: a POSTPONED loss is then applied for.
    A card with an agreed date in the future is never touched. A leader who kept the level on ``kept_on``
    gave it one more window.
    """
    if level not in playbook.settings.level_downgrade_days or (agreed_on is not None and agreed_on > today):
        return None
    days = playbook.settings.level_downgrade_days[level]  # type: ignore[index]
    begun = (last_valid_on or since) if level == "C" else since
    if (today - max(begun, kept_on or begun)).days <= days:
        return None
    return "F2" if level == "C" else GRADED[rank(level) - 1]


def effective_after(proposed_on: date, next_open: date) -> date:
    """When a proposal takes effect: the day after one full working day (R-LVL-04)."""
    return max(proposed_on, next_open) + timedelta(days=1)
