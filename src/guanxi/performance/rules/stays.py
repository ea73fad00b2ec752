"""When a card stood on a consultant's sheet, and how it came and went (handbook 7.3, 7.6). Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from guanxi.performance.rules.month_cells import HANDED, Stay
from guanxi.performance.rules.moves import MERGES, OPEN, HandOver, Path, entry_from

CARRIED, TRANSFERRED, TAKEN_BACK, MERGED = "carry_in", "transfer_in", "×", "⊕"


@dataclass(frozen=True)
class Visit:
    """One stay on the sheet with its instants; ``came`` is how, ``result`` the level at its end or what ended it:
    O, the code of a loss, TRANSFER_OUT, MERGED or REMOVED."""

    stay: Stay
    came: str
    level: str
    result: str
    other: int | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None


def visits(
    path: Path, owner: int, until: datetime, local: Callable[[datetime], date], before: date
) -> list[Visit]:
    """The visits of a card to the sheet of ``owner`` before ``until``; one that was there at the start began on
    ``before``, a day outside the month."""
    found: list[Visit] = []
    level, holder = path.start.level, path.start.owner
    began: tuple[date, str, str, int | None, datetime | None] | None = None
    if level in OPEN and holder == owner:
        began = (before, CARRIED, level, None, None)
    for event in path.events:
        if event.at >= until:
            break
        on = local(event.at)
        if isinstance(event, HandOver):
            was, holder = holder, event.to_owner
            came, other, leaves, result = TRANSFERRED, was, HANDED, "TRANSFER_OUT"
        else:
            came, other = entry_from(level), None
            level = event.to_level
            leaves, result = level, level
            if event.kind == "WITHDRAWN":
                leaves, result = TAKEN_BACK, "REMOVED"
            elif event.kind in MERGES:
                came, leaves, result = "merged", MERGED, "MERGED"
        there = level in OPEN and holder == owner
        if began is None and there:
            began = (on, came, level, other, event.at)
        elif began is not None and not there:
            other = holder if result == "TRANSFER_OUT" else began[3]
            stay = Stay(began[0], on, leaves)
            found.append(Visit(stay, began[1], began[2], result, other, began[4], event.at))
            began = None
    if began is not None:
        found.append(Visit(Stay(began[0]), began[1], began[2], level, began[3], began[4]))
    return found
