"""Who reports to whom: one boss each, no circles (handbook 9.7)."""

from collections.abc import Mapping


class ChartRefused(ValueError):
    """``code`` is SELF or CYCLE; ``path`` the people of the circle in order."""

    def __init__(self, code: str, path: tuple[object, ...] = ()) -> None:
        self.code, self.path = code, path
        super().__init__(code)


def check_boss(bosses: Mapping[int, int | None], person: int, boss: int | None) -> None:
    """Whether ``person`` may report to ``boss``, given who reports to whom now. Raises ChartRefused."""
    if boss is None:
        return
    if boss == person:
        raise ChartRefused("SELF", (person,))
    path, seen, above = [person], {person}, boss
    while above is not None and above not in seen:
        path.append(above)
        seen.add(above)
        above = bosses.get(above)  # type: ignore[assignment]
    if above == person:
        raise ChartRefused("CYCLE", tuple(path))


def circles_in(bosses: Mapping[str, str | None]) -> list[tuple[str, ...]]:
    """Every reporting circle, each once, beginning with the name that comes first."""
    found, done = [], set()
    for start in bosses:
        path: list[str] = []
        here: str | None = start
        while here is not None and here not in done and here not in path:
            path.append(here)
            here = bosses.get(here)
        if here is not None and here in path:
            found.append(tuple(path[path.index(here) :]))
        done.update(path)
    return found


def levels_of(bosses: Mapping[str, str | None]) -> dict[str, int]:
    """On which level everybody stands, the top one being 1. Circles in it do no harm."""
    found: dict[str, int] = {}
    for start in bosses:
        path: list[str] = []
        here: str | None = start
        seen: set[str] = set()
        while here is not None and here not in found and here not in seen:
            seen.add(here)
            path.append(here)
            here = bosses.get(here)
        level = found.get(here or "", 0)
        for person in reversed(path):
            level += 1
            found[person] = level
    return found


def present_bosses(bosses: Mapping[int, int | None], present: frozenset[int]) -> dict[int, int | None]:
    """Boss of each person present; who reported to somebody who left reports to the next one above."""
    found: dict[int, int | None] = {}
    for person in present:
        above, seen = bosses.get(person), {person}
        while above is not None and above not in present and above not in seen:
            seen.add(above)
            above = bosses.get(above)
        found[person] = above if above in present and above != person else None
    return found
