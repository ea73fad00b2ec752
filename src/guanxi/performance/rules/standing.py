"""What stood at the end of a past day, told backwards from what stands now and what changed since. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from guanxi.cadence.rules.levels import LIVE

Value = TypeVar("Value")


def at_end_of(on: date, later: Sequence[tuple[date, Value]], now: Value) -> Value:
    """What the first change after ``on`` began from, else what is now. ``later`` are (day, what was before), in
    order."""
    for day, was in later:
        if day > on:
            return was
    return now


@dataclass(frozen=True)
class CardsSince:
    """Cards as (card, its consultant, its level) of today, with the changes of level and consultant since a day:
    they tell of every evening from that day on. ``opened`` are the days of the cards that came after it."""

    cards: Sequence[tuple[int, int | None, str]]
    levels: Mapping[int, Sequence[tuple[date, str]]]
    handed: Mapping[int, Sequence[tuple[date, int | None]]]
    opened: Mapping[int, date]

    def on(self, day: date) -> dict[int, tuple[int, str]]:
        """Card → (its consultant, its level) of every card that was open at the end of ``day``."""
        found = {}
        for pk, owner_now, level_now in self.cards:
            owner = at_end_of(day, self.handed[pk], owner_now) if pk in self.handed else owner_now
            level = at_end_of(day, self.levels[pk], level_now) if pk in self.levels else level_now
            if owner is not None and level in LIVE and self.opened.get(pk, day) <= day:
                found[pk] = (owner, level)
        return found

    def given_by(self, person: int) -> list[int]:
        """The cards a consultant handed over since."""
        return [pk for pk, rest in self.handed.items() if any(giver == person for _day, giver in rest)]

    def stock(self, day: date, person: int) -> Counter[str]:
        """The open customers of one consultant at the end of ``day``, by level."""
        return Counter(level for owner, level in self.on(day).values() if owner == person)


@dataclass(frozen=True)
class OwnersSince:
    """Owners as (card, consultant, kind) of today; ``opened`` as of ``CardsSince``. ``first_cars`` are the days on
    which owners took their first car of ours, where that was after the day."""

    cards: Sequence[tuple[int, int, str]]
    opened: Mapping[int, date]
    first_cars: Mapping[int, date]

    def on(self, day: date) -> dict[int, Counter[str]]:
        """Consultant → owners by kind at the end of ``day``."""
        found: dict[int, Counter[str]] = {}
        for pk, owner, kind in self.cards:
            if self.opened.get(pk, day) > day or (kind == "OWN_SALE" and self.first_cars.get(pk, day) > day):
                continue
            found.setdefault(owner, Counter())[kind] += 1
        return found
