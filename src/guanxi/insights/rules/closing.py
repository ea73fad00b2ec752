"""When cases end, won or lost: what is left to hope for at an age, and from when on it is too little."""

from collections.abc import Sequence
from dataclasses import dataclass

# Below one in ten, work is better spent elsewhere.
TOO_LITTLE = 0.10
# Ages at which fewer are still watched are not judged.
FEWEST_WATCHED = 20
POINTS = 60
# Of all that is ever won, so much has come when a case counts as not won.
NEARLY_ALL = 0.95


@dataclass(frozen=True)
class Closing:
    """By day, from 0: the share won, the share lost, and how many were still watched."""

    won: Sequence[float]
    lost: Sequence[float]
    watched: Sequence[int]

    def still_to_win(self, age: int) -> float | None:
        """P(won in the end | open at ``age`` days); None where too few got that old."""
        if age >= len(self.won) or self.watched[age] < FEWEST_WATCHED:
            return None
        left = 1 - self.won[age] - self.lost[age]
        return (self.won[-1] - self.won[age]) / left if left > 1e-9 else 0.0

    @property
    def stale_after(self) -> int | None:
        """The first age from which on the chance stays below one in ten, as far as it can be judged; None without."""
        found = None
        for age in range(len(self.won)):
            chance = self.still_to_win(age)
            if chance is None:
                break
            if chance >= TOO_LITTLE:
                found = None
            elif found is None:
                found = age
        return found

    @property
    def season(self) -> int:
        """The days within which nearly all wins come; the whole curve where nothing was won."""
        enough = NEARLY_ALL * self.won[-1] if self.won else 0
        return next((day for day, won in enumerate(self.won) if won >= enough > 0), len(self.won))

    def days_to_win(self, age: int) -> int | None:
        """The days within which half of those are won that are open at ``age`` and won at all."""
        if age >= len(self.won) or self.watched[age] < FEWEST_WATCHED:
            return None
        half = (self.won[-1] + self.won[age]) / 2
        if self.won[-1] - self.won[age] < 1e-9:
            return None
        return next(day for day in range(age, len(self.won)) if self.won[day] >= half) - age

    def points(self) -> list[dict[str, float | None]]:
        """The curve as it is drawn, the last day included; ``after`` is `still_to_win`."""
        last = len(self.won) - 1
        days = sorted({*range(0, last + 1, max(-(-last // POINTS), 1)), last}) if last >= 0 else []
        return [
            {
                "day": day, "won": round(self.won[day], 4), "lost": round(self.lost[day], 4),
                "after": self.still_to_win(day),
            }
            for day in days
        ]  # fmt: skip
