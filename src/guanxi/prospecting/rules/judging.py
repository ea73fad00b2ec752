"""What a consultant thinks of a party at first sight."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Judged:
    """What the first level, which stands on the row, rests on (R-LVL-01)."""

    evidence: frozenset[str] = frozenset()
    expected_close_on: date | None = None
    reason: str = ""
