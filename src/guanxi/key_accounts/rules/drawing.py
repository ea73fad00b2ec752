"""Where things stand on the drawn map: boxes in layers, lines between them, regions around circles. Plain numbers.

The unit is one pixel at full size; x grows to the right, y downwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, hypot, sqrt

WIDTH, HEIGHT = 168, 66
ACROSS, DOWN = 28, 62
# People without reports hang below their boss in a block instead of in one endless row.
IN_ONE_ROW = 3
BLOCK_DOWN = 22
MARGIN = 44
STEP_X, STEP_Y = WIDTH + ACROSS, HEIGHT + DOWN


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """An informal line: a curve from box to box, with the place of its words."""

    path: str
    middle: Point


@dataclass(frozen=True)
class Region:
    """The room of a circle: the same shapes, drawn as one. ``ropes`` join the boxes that stand apart."""

    boxes: tuple[Point, ...]
    ropes: tuple[tuple[Point, Point], ...]
    label: Point


def places_of(
    bosses: Mapping[int, int | None], stored: Mapping[int, tuple[int, int]] | None = None
) -> dict[int, Point]:
    """Top left corner of everybody's box: where it was put by hand, else a layered tree, the lone ones below it.

    ``bosses`` is person → boss, in the order in which equals stand side by side. Circles in it do no harm.
    """
    reports: dict[int | None, list[int]] = defaultdict(list)
    for person, boss in bosses.items():
        reports[boss if boss in bosses else None].append(person)
    heads = [person for person in reports[None] if reports.get(person)]
    alone = [person for person in reports[None] if not reports.get(person)]
    found: dict[int, Point] = {}
    x, deepest = MARGIN, 0
    for head in heads:
        width, bottom = _tree(head, x, reports, found)
        x += width + ACROSS
        deepest = max(deepest, bottom)
    # A circle of bosses has no head: whoever is left starts a tree of their own.
    for person in bosses:
        if person not in found and person not in alone:
            width, bottom = _tree(person, x, reports, found)
            x += width + ACROSS
            deepest = max(deepest, bottom)
    across = max(ceil(sqrt(len(alone) * 1.6)), (x - MARGIN) // STEP_X, 1)
    top = deepest + DOWN if found else MARGIN
    for place, person in enumerate(alone):
        found[person] = Point(MARGIN + place % across * STEP_X, top + place // across * (HEIGHT + BLOCK_DOWN))
    for person, (left, upper) in (stored or {}).items():
        if person in found:
            found[person] = Point(left, upper)
    return found


def size_of(places: Iterable[Point]) -> Point:
    """The least paper that holds all boxes with a margin."""
    corners = list(places)
    return Point(
        max((place.x for place in corners), default=0) + WIDTH + MARGIN,
        max((place.y for place in corners), default=0) + HEIGHT + MARGIN,
    )


def tree_line(boss: Point, person: Point) -> str:
    """The formal line as an SVG path: down from the boss, across, down to the report; to the side where that is
    shorter."""
    start, end = boss.x + WIDTH // 2, person.x + WIDTH // 2
    bottom = boss.y + HEIGHT
    if person.y <= bottom:
        return f"M{start} {boss.y + HEIGHT // 2}L{end} {person.y + HEIGHT // 2}"
    if person.y - bottom > DOWN + 6:
        # Somebody further down a block: along the channel left of their column, never through the boxes above.
        channel = person.x - ACROSS // 2
        middle = bottom + DOWN // 2
        return f"M{start} {bottom}V{middle}H{channel}V{person.y + HEIGHT // 2}H{person.x}"
    middle = (bottom + person.y) // 2
    return f"M{start} {bottom}V{middle}H{end}V{person.y}"


def curve(source: Point, target: Point, bend: int = 0) -> Line:
    """An informal line from the edge of one box to that of another, bent a little so that the two directions of a
    pair, and the formal line, stay apart. ``bend`` counts further lines of the same pair."""
    a, b = _centre(source), _centre(target)
    length = hypot(b.x - a.x, b.y - a.y) or 1
    away = min(28 + length * 0.12, 90) + 26 * bend
    control = (
        (a.x + b.x) / 2 - (b.y - a.y) / length * away,
        (a.y + b.y) / 2 + (b.x - a.x) / length * away,
    )
    start, end = _edge(a, control), _edge(b, control)
    middle = (start[0] / 4 + control[0] / 2 + end[0] / 4, start[1] / 4 + control[1] / 2 + end[1] / 4)
    path = f"M{start[0]:.0f} {start[1]:.0f}Q{control[0]:.0f} {control[1]:.0f} {end[0]:.0f} {end[1]:.0f}"
    return Line(path, Point(round(middle[0]), round(middle[1])))


def region(boxes: Sequence[Point]) -> Region:
    """The room around the boxes of a circle; none of the boxes must be missing."""
    ropes = []
    nearest = dict.fromkeys(boxes[1:], boxes[0])
    while nearest:
        far = min(nearest, key=lambda place: _apart(place, nearest[place]))
        ropes.append((_centre(nearest.pop(far)), _centre(far)))
        for place, near in nearest.items():
            if _apart(place, far) < _apart(place, near):
                nearest[place] = far
    lowest = max(boxes, key=lambda place: (place.y, -place.x))
    return Region(tuple(boxes), tuple(ropes), Point(lowest.x + 4, lowest.y + HEIGHT + 17))


@dataclass(frozen=True)
class _Block:
    """How the reports of somebody without reports of their own are packed."""

    leaves: tuple[int, ...]

    @property
    def columns(self) -> int:
        count = len(self.leaves)
        return count if count <= IN_ONE_ROW else ceil(sqrt(count))

    @property
    def width(self) -> int:
        return self.columns * STEP_X - ACROSS if self.leaves else 0


def _tree(
    head: int, left: int, reports: Mapping[int | None, list[int]], found: dict[int, Point]
) -> tuple[int, int]:
    """Place a whole tree with its top at the margin; returns the width taken and the lowest y.

    Without recursion: a sheet may hold a thousand people in one line.
    """
    grown: dict[int, list[int]] = {}
    blocks: dict[int, _Block] = {}
    order, seen = [head], {head}
    for person in order:
        children = [one for one in reports.get(person, ()) if one not in seen and one not in found]
        seen.update(children)
        grown[person] = [one for one in children if reports.get(one)]
        blocks[person] = _Block(tuple(one for one in children if not reports.get(one)))
        order += grown[person]
    widths: dict[int, int] = {}
    for person in reversed(order):
        parts = [widths[child] for child in grown[person]]
        if blocks[person].leaves:
            parts.append(blocks[person].width)
        widths[person] = max(sum(parts) + ACROSS * (len(parts) - 1), WIDTH)
    starts, deepest = {head: (left, MARGIN)}, MARGIN + HEIGHT
    for person in order:
        x, y = starts[person]
        found[person] = Point(x + (widths[person] - WIDTH) // 2, y)
        parts = [widths[child] for child in grown[person]]
        if blocks[person].leaves:
            parts.append(blocks[person].width)
        # Narrower reports stand in the middle below a wide box.
        x += (widths[person] - sum(parts) - ACROSS * (len(parts) - 1)) // 2 if parts else 0
        for child in grown[person]:
            starts[child] = (x, y + STEP_Y)
            x += widths[child] + ACROSS
        block = blocks[person]
        for place, leaf in enumerate(block.leaves):
            row, column = divmod(place, block.columns)
            found[leaf] = Point(x + column * STEP_X, y + STEP_Y + row * (HEIGHT + BLOCK_DOWN))
            deepest = max(deepest, found[leaf].y + HEIGHT)
        deepest = max(deepest, y + HEIGHT)
    return widths[head], deepest


def _apart(one: Point, other: Point) -> float:
    return hypot(one.x - other.x, one.y - other.y)


def _centre(place: Point) -> Point:
    return Point(place.x + WIDTH // 2, place.y + HEIGHT // 2)


def _edge(centre: Point, towards: tuple[float, float]) -> tuple[float, float]:
    """Where a line from the centre leaves the box."""
    across, down = towards[0] - centre.x, towards[1] - centre.y
    if not across and not down:
        return centre.x, centre.y
    reach = min(
        (WIDTH / 2 + 3) / abs(across) if across else 9e9, (HEIGHT / 2 + 3) / abs(down) if down else 9e9
    )
    return centre.x + across * min(reach, 1), centre.y + down * min(reach, 1)
