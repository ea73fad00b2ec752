"""What a register row may say (handbook 4.5): problems are refused, warnings are kept and shown."""

from dataclasses import dataclass, field
from datetime import datetime

from guanxi.prospecting.rules.visits import LONGEST_STAY, MOST_HEADS


@dataclass
class Findings:
    """``problems`` refuse the row, ``warnings`` go with it; both are codes."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def findings(
    *,
    arrived_at: datetime,
    left_at: datetime | None,
    now: datetime,
    party_size: int,
    test_drive: bool = False,
    licence_checked: bool = False,
    consultant_absent: bool = False,
) -> Findings:
    """Check one row as typed, at ``now``."""
    found = Findings()
    if arrived_at > now:
        found.problems.append("ARRIVES_LATER")
    if left_at is not None and left_at < arrived_at:
        found.problems.append("LEFT_BEFORE_ARRIVED")
    elif left_at is not None and left_at > now:
        found.problems.append("LEFT_LATER")
    elif left_at is not None and left_at - arrived_at > LONGEST_STAY:
        found.warnings.append("LONG_STAY")
    if party_size < 1:
        found.problems.append("NOBODY")
    elif party_size > MOST_HEADS:
        found.warnings.append("MANY_HEADS")
    if test_drive and not licence_checked:
        found.warnings.append("NO_LICENCE")
    if consultant_absent:
        found.warnings.append("ABSENT")
    return found
