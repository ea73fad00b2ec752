"""The sheets of a month counted anew, out of the diary that a simulated month leaves."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from tests.performance.simulated_months import DAY, OPEN, Diary


@dataclass
class Recount:
    """The sheets of one month by the diary alone, as known at its end."""

    diary: Diary
    first: date
    last: date

    def days(self) -> list[date]:
        return [self.first + DAY * place for place in range((self.last - self.first).days + 1)]

    def terms(self, person: int | None) -> dict[str, int]:
        total: Counter[str] = Counter()
        for on in self.days():
            total += self.diary.terms.get((on, person), Counter())
        return dict(total)

    def rows(self, person: int) -> set[int]:
        return {pk for on in self.days() for pk, owner in self.diary.present[on] if owner == person}

    def marks(self, pk: int, person: int) -> list[str]:
        """The cells, red ones with an exclamation mark."""
        return [self._mark(on, pk, person) for on in self.days()]

    def contacts(self, pk: int, person: int) -> int:
        return sum(
            self.diary.touches[on, pk]
            for on in self.days()
            if (pk, person) in self.diary.present[on] and not self._too_late(on, pk)
        )

    def _too_late(self, on: date, pk: int) -> bool:
        return self.diary.late.get((on, pk), on) > self.last

    def _mark(self, on: date, pk: int, person: int) -> str:
        diary = self.diary
        if (pk, person) not in diary.present[on]:
            return ""
        evening = diary.evenings[on].get(pk)
        late = (on, pk) in diary.late and not self._too_late(on, pk)
        reached, judged = (on, pk) in diary.reached or late, (on, pk) in diary.judged
        stays = evening is not None and evening.level in OPEN and evening.owner == person
        if not stays:
            ended = diary.ended[on, pk, person]
            if ended != "→":
                return ended
            return self._level(on, pk) if reached or judged else "→"
        assert evening is not None
        if reached or judged or (on, pk, person) in diary.began:
            mark = evening.level
        elif (on, pk) in diary.tried:
            mark = "○"
        else:
            eve = diary.evenings.get(on - DAY, {}).get(pk)
            retried = eve is not None and eve.retry_on == on == evening.retry_on
            mark = "·" if retried else ""
        if evening.due_on == on and not reached:
            return f"*{mark.replace('·', '')}!"
        return mark

    def _level(self, on: date, pk: int) -> str:
        return self.diary.evenings[on][pk].level
