"""The figures a chance is told by: which way the method expects each to work, and what an actor can do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any


@dataclass(frozen=True)
class Figure:
    """``sign`` is 1 where more of it speaks for winning, −1 where it speaks against. ``wanted`` is from where on there
    is enough of what somebody can bring about; None for what nobody can change."""

    code: str
    sign: int
    wanted: float | None = None


# In the order in which readings tell them (`readings`). Thresholds are those of handbook 8.5 and 9 (Choice where it is
# silent: two contacts a month, one meeting, three items of evidence).
DEAL = (
    Figure("stage", 1), Figure("dwell", -1), Figure("age", -1), Figure("burning", 1, 2), Figure("unique", 1, 7),
    Figure("four", 1, 10), Figure("deciders", 1, 2), Figure("support", 1, 1), Figure("contacts", 1, 2),
    Figure("put_off", -1), Figure("rivals", -1), Figure("amount", -1),
)  # fmt: skip
PROSPECT = (
    Figure("level", 1), Figure("age", -1), Figure("evidence", 1, 3), Figure("silence", -1), Figure("contacts", 1, 2),
    Figure("visits", 1, 1), Figure("overdue", -1), Figure("source", 1),
)  # fmt: skip

REASONS = 3


def reasons(
    figures: Sequence[Figure], contributions: Sequence[float], shown: dict[str, Any]
) -> list[dict[str, Any]]:
    """The three figures that move the case furthest from the average case, largest first, either way."""
    found = sorted(zip(figures, contributions, strict=True), key=lambda pair: -abs(pair[1]))
    return [
        {"code": figure.code, "value": shown[figure.code], "effect": round(moved, 4)}
        for figure, moved in found[:REASONS]
        if abs(moved) > 1e-6
    ]


def missing(figures: Sequence[Figure], values: Sequence[float], effects: Sequence[float]) -> list[int]:
    """Places of what somebody can change, is not there in full, and speaks for winning by its effect."""
    return [
        place
        for place, (figure, value, effect) in enumerate(zip(figures, values, effects, strict=True))
        if figure.wanted is not None and value < figure.wanted and effect > 0
    ]


def expected_contributions(
    figures: Sequence[Figure], rows: Iterable[Sequence[float]]
) -> list[tuple[float, ...]]:
    """Of each row how far each figure is from the mean of the rows, in spreads, in the direction the method expects:
    reasons where too few cases closed to measure any effect."""
    given = list(rows)
    if not given:
        return []
    columns = list(zip(*given, strict=True))
    means, spreads = [fmean(column) for column in columns], [pstdev(column) or 1.0 for column in columns]
    return [
        tuple(
            figure.sign * (value - mean) / spread
            for figure, value, mean, spread in zip(figures, row, means, spreads, strict=True)
        )
        for row in given
    ]
