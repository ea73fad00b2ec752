"""Moving an opportunity: the four answers, the evidence, the stated probability, the time in a stage (handbook 8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

STALE_TIMES = Fraction(3, 2)


@dataclass(frozen=True)
class Answers:
    """The four progress questions (8.3), with the items of evidence and of counter-evidence given with them."""

    finished: str = ""
    action: str = ""
    plan: str = ""
    evidence: int = 0
    counter: int = 0


def direction(order: Mapping[str, int], old: str, new: str) -> int:
    """1 forward, -1 back, 0 the same stage. A retired stage counts as the first."""
    before, after = order.get(old, 0), order.get(new, 0)
    return (after > before) - (after < before)


def move_problems(answers: Answers, way: int) -> dict[str, str]:
    """Field → code of what R-OPP-01 misses for a move forward (1) or back (-1); a review in place (0) says anything.

    A move needs words on what was finished and at least one item: evidence forward, counter-evidence back.
    """
    if way == 0:
        said = answers.finished.strip() or answers.action.strip() or answers.plan.strip()
        return {} if said or answers.evidence or answers.counter else {"finished": "SAY_SOMETHING"}
    problems = {}
    if not answers.finished.strip():
        problems["finished"] = "FINISHED_NEEDED"
    if way > 0 and not answers.evidence:
        problems["evidence"] = "COUNTER_MOVES_BACK" if answers.counter else "EVIDENCE_NEEDED"
    if way < 0 and not answers.counter:
        problems["counter"] = "COUNTER_NEEDED"
    return problems


def roles_needed(entered: Sequence[bool], missing_roles: Collection[str]) -> frozenset[str]:
    """R-KEY-02: the roles still to be found before a move. ``entered`` says of each stage passed or reached whether it
    needs a map with an approver (A) and a decision maker (D)."""
    return frozenset(missing_roles) & {"A", "D"} if any(entered) else frozenset()


def probability_problem(stated: int, of_stage: int, band: int, reason: str) -> str:
    """ "" when a stated probability (in %) stands; OUT_OF_RANGE, or REASON_NEEDED beyond ±``band`` points."""
    if not 0 <= stated <= 100:
        return "OUT_OF_RANGE"
    return "REASON_NEEDED" if abs(stated - of_stage) > band and not reason.strip() else ""


def dwell_limit(won_days: Sequence[int], least: int, default: int) -> Fraction:
    """R-OPP-04: days a stage may take. 1.5 times the median of won deals, or the pack's number while fewer than
    ``least`` were won."""
    if len(won_days) < least:
        return Fraction(default)
    # Whole days are sorted and the middle halved exactly: fractions of thousands of stays take their time.
    ordered, count = sorted(won_days), len(won_days)
    return STALE_TIMES * Fraction(ordered[(count - 1) // 2] + ordered[count // 2], 2)


def is_stalled(since: date, on: date, limit: Fraction) -> bool:
    """Whether the stage has taken more than its limit; on the limit it has not."""
    return (on - since).days > limit


def stalled_before(on: date, limit: Fraction) -> date:
    """Opportunities in the stage since before this day are stalled on ``on``."""
    return on - timedelta(days=int(limit))
