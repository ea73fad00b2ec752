"""Whose level holds after two cards became one (handbook 1.5): the higher active one. Pure."""

from dataclasses import dataclass
from datetime import date

from guanxi.cadence.rules.levels import LIVE

ORDER = "NCBAHO"


@dataclass(frozen=True)
class Side:
    """What a card stands at. ``due_on`` is the date of its open follow-up."""

    level: str
    level_since: date | None = None
    due_on: date | None = None

    @property
    def is_live(self) -> bool:
        return self.level in LIVE


def level_of_other(kept: Side, merged: Side) -> bool:
    """Whether the merged card's level holds: a live one against a closed one, the higher of two live ones, the
    newer of two closed ones. The kept card's holds when they are alike."""
    if kept.is_live or merged.is_live:
        return merged.is_live and (not kept.is_live or ORDER.index(merged.level) > ORDER.index(kept.level))
    if not kept.level or not merged.level:
        return bool(merged.level)
    return (merged.level_since or date.min) > (kept.level_since or date.min)


def date_of_other(kept: Side, merged: Side) -> bool:
    """Whether the merged card's follow-up is the one that stays open: that of the level that holds; at the same
    level the earlier one."""
    if kept.is_live and merged.is_live and kept.level == merged.level:
        return merged.due_on is not None and (kept.due_on is None or merged.due_on < kept.due_on)
    return level_of_other(kept, merged)
