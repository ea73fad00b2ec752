"""Marks as they stood on a day, from the dated changes (the map can be replayed)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Change:
    """One mark of one person moved on a day; changes of one mark never go back in time."""

    person: int
    mark: str
    before: str
    after: str
    on: date


def marks_on(
    now: dict[int, dict[str, str]], changes: Iterable[Change], on: date
) -> dict[int, dict[str, str]]:
    """Person → mark → value at the end of ``on``: what stands now, with every later change taken back.

    ``changes`` are in the order in which they happened.
    """
    found = {person: dict(marks) for person, marks in now.items()}
    for change in reversed(list(changes)):
        if change.on > on and change.person in found:
            found[change.person][change.mark] = change.before
    return found
