"""Where things stand on the drawn map: boxes in layers, lines between them, regions around circles. Plain numbers.

The unit is one pixel at full size; x grows to the right, y downwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, hypot, sqrt

WIDTH, HEIGHT = 168, 66
ACROSS, DOWN = 28, 62
# Trees side by side grow endless: they are packed in columns, as a screen is wide and high.
SHAPE, MOST_COLUMNS = 1.7, 24
BLOCK_DOWN = 22
# Members of a circle further apart than this are not joined by a rope across the map.
LONGEST_ROPE = 330
MARGIN = 44
# Where along a curve its words may stand, and the room that they take.
SPOTS = (0.5, 0.38, 0.62, 0.26, 0.74, 0.15, 0.85)
SIGN_WIDTH, SIGN_HEIGHT = 11, 14
STEP_X, STEP_Y = WIDTH + ACROSS, HEIGHT + DOWN


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """An informal line: a curve from box to box, with the places where its words may stand, the best first."""

    path: str
    spots: tuple[Point, ...]


@dataclass(frozen=True)
class Region:
    """The room of a circle: the same shapes, drawn as one. ``ropes`` join neighbours that stand apart."""

    boxes: tuple[Point, ...]
    ropes: tuple[tuple[Point, Point], ...]
    label: Point


def places_of(
    bosses: Mapping[int, int | None],
    stored: Mapping[int, tuple[int, int]] | None = None,
    shape: float = SHAPE,
) -> dict[int, Point]:
    """Top left corner of everybody's box: where it was put by hand, else a layered tree, the lone ones below it.

    ``bosses`` is person → boss, in the order in which equals stand side by side. Circles in it do no harm. ``shape`` is
    how many times as wide as high the whole should be.
    """
    reports: dict[int | None, list[int]] = defaultdict(list)
    for person, boss in bosses.items():
        reports[boss if boss in bosses else None].append(person)
    heads = [person for person in reports[None] if reports.get(person)]
    alone = [person for person in reports[None] if not reports.get(person)]
    found: dict[int, Point] = {}
    x, deepest = MARGIN, 0
    for head in heads:
        width, bottom = _tree(head, x, reports, found, shape)
        x += width + ACROSS
        deepest = max(deepest, bottom)
    # A circle of bosses has no head: whoever is left starts a tree of their own.
    for person in bosses:
        if person not in found and person not in alone:
            width, bottom = _tree(person, x, reports, found, shape)
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
    spots = []
    for share in SPOTS:
        near, half, far = (1 - share) ** 2, 2 * share * (1 - share), share**2
        x, y = (near * start[axis] + half * control[axis] + far * end[axis] for axis in (0, 1))
        spots.append(Point(round(x), round(y)))
    path = f"M{start[0]:.0f} {start[1]:.0f}Q{control[0]:.0f} {control[1]:.0f} {end[0]:.0f} {end[1]:.0f}"
    return Line(path, tuple(spots))


def label_places(labels: Sequence[tuple[Line, int]], boxes: Iterable[Point]) -> list[Point]:
    """Where the words of each line, so many signs wide, stand: at the first of its spots that neither a box nor the
    words of another line covers, else in the middle."""
    taken = [(box.x, box.y, box.x + WIDTH, box.y + HEIGHT) for box in boxes]
    found = []
    for line, signs in labels:
        rooms = [_room(spot, signs) for spot in line.spots]
        free = (place for place, room in enumerate(rooms) if not any(_meet(room, one) for one in taken))
        place = next(free, 0)
        taken.append(rooms[place])
        found.append(line.spots[place])
    return found


def _room(at: Point, signs: int) -> tuple[int, int, int, int]:
    half = signs * SIGN_WIDTH // 2
    return at.x - half, at.y - SIGN_HEIGHT, at.x + half, at.y + 2


def _meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def region(boxes: Sequence[Point]) -> Region:
    """The room around the boxes of a circle; none of the boxes must be missing."""
    ropes = []
    nearest = dict.fromkeys(boxes[1:], boxes[0])
    while nearest:
        far = min(nearest, key=lambda place: _apart(place, nearest[place]))
        near = nearest.pop(far)
        if _apart(far, near) <= LONGEST_ROPE:
            ropes.append((_centre(near), _centre(far)))
        for place, known in nearest.items():
            if _apart(place, far) < _apart(place, known):
                nearest[place] = far
    lowest = max(boxes, key=lambda place: (place.y, -place.x))
    return Region(tuple(boxes), tuple(ropes), Point(lowest.x + 4, lowest.y + HEIGHT + 17))


@dataclass(frozen=True)
class _Packed:
    """The trees of somebody's reports in columns, and the room that takes with the boss above."""

    columns: tuple[tuple[int, ...], ...]
    width: int
    height: int


def _tree(
    head: int, left: int, reports: Mapping[int | None, list[int]], found: dict[int, Point], shape: float
) -> tuple[int, int]:
    """Place a whole tree with its top at the margin; returns the width taken and the lowest y.

    Without recursion: a sheet may hold a thousand people in one line.
    """
    children: dict[int, list[int]] = {}
    order, seen = [head], {head}
    for person in order:
        children[person] = [one for one in reports.get(person, ()) if one not in seen and one not in found]
        seen.update(children[person])
        order += children[person]
    packed: dict[int, _Packed] = {}
    for person in reversed(order):
        packed[person] = _pack(children[person], packed, shape)
    starts = {head: (left, MARGIN, True)}
    for person in order:
        x, y, on_top = starts[person]
        tree = packed[person]
        # Whoever stands below others is at the left edge, beside the channel that leads down to them.
        found[person] = Point(x + (tree.width - WIDTH) // 2 if on_top else x, y)
        for column in tree.columns:
            below = y + STEP_Y
            for place, child in enumerate(column):
                starts[child] = (x, below, place == 0)
                below += packed[child].height + BLOCK_DOWN
            x += max(packed[child].width for child in column) + ACROSS
    return packed[head].width, MARGIN + packed[head].height


def _pack(children: Sequence[int], packed: Mapping[int, _Packed], shape: float) -> _Packed:
    """The columns that give the least room of that shape."""
    best = _Packed((), WIDTH, HEIGHT)
    least = None
    whole = sum(packed[child].height + BLOCK_DOWN for child in children)
    for count in range(1, min(len(children), MOST_COLUMNS) + 1):
        columns = _columns(children, packed, whole / count)
        width = sum(max(packed[child].width for child in column) + ACROSS for column in columns) - ACROSS
        height = max(sum(packed[child].height + BLOCK_DOWN for child in column) for column in columns)
        cost = max(width / shape, height + DOWN + HEIGHT)
        if least is None or cost < least:
            least = cost
            best = _Packed(columns, max(width, WIDTH), STEP_Y + height - BLOCK_DOWN)
    return best


def _columns(
    children: Sequence[int], packed: Mapping[int, _Packed], tall: float
) -> tuple[tuple[int, ...], ...]:
    """The children in their order, a new column whenever one is about ``tall``."""
    columns: list[list[int]] = [[]]
    height = 0.0
    for child in children:
        its = packed[child].height + BLOCK_DOWN
        if columns[-1] and height + its / 2 > tall:
            columns.append([])
            height = 0
        columns[-1].append(child)
        height += its
    return tuple(map(tuple, columns))


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
