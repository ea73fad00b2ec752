"""The shortest lines between two people, of who recommended whom."""

from collections import defaultdict
from collections.abc import Iterable


def shortest_lines(
    links: Iterable[tuple[int, int]], start: int, goal: int, *, most: int
) -> list[tuple[int, ...]]:
    """At most ``most`` of the lines with the fewest steps, in the order of their numbers; links hold both ways.

    One line of one person from a person to itself; empty when nothing connects the two.
    """
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, other in links:
        neighbours[one].add(other)
        neighbours[other].add(one)
    steps = {goal: 0}
    reached = [goal]
    for person in reached:
        if person == start:
            break
        for neighbour in neighbours[person]:
            if neighbour not in steps:
                steps[neighbour] = steps[person] + 1
                reached.append(neighbour)
    if start not in steps:
        return []
    lines: list[tuple[int, ...]] = [(start,)]
    for left in range(steps[start] - 1, -1, -1):
        onward = (
            (*line, neighbour)
            for line in lines
            for neighbour in sorted(neighbours[line[-1]])
            if steps.get(neighbour) == left
        )
        # Every person on a line leads on to the goal, so the first few stay enough.
        lines = [line for _, line in zip(range(most), onward, strict=False)]
    return lines
