"""The map as it is drawn: every box, line and region with its place."""

from collections import Counter
from dataclasses import dataclass

from guanxi.key_accounts.models import Circle, Influence
from guanxi.key_accounts.queries.maps import AccountMap, MapPerson
from guanxi.key_accounts.rules.drawing import (
    HEIGHT,
    SHAPE,
    WIDTH,
    Line,
    Point,
    Region,
    curve,
    label_places,
    places_of,
    region,
    size_of,
    tree_line,
)

LONGEST_NOTE = 16
# With more lines words cover words wherever they stand.
MOST_LABELS = 80
# Inks of the drawing where no style sheet of ours is at hand: on paper. Edge, ground and core of a circle's room, and
# its name.
ROOMS = {
    "RED": ("#f3a3b3", "#fdecef", "#f9c9d3", "#e11d48"),
    "GREEN": ("#86cfb4", "#e8f6f0", "#bfe5d5", "#059669"),
    "BLUE": ("#9db8f5", "#ebf0fd", "#c6d5f9", "#2563eb"),
    "AMBER": ("#eebf86", "#fdf3e6", "#f6dcb8", "#d97706"),
    "VIOLET": ("#c3a5f5", "#f3edfd", "#ddcbf9", "#7c3aed"),
}
# Face and ground of a box by attitude.
FACES = {
    "coach": ("#00704f", "#d1f0e3"),
    "supporter": ("#047857", "#ebf8f3"),
    "neutral": ("#64748b", "#ffffff"),
    "opponent": ("#c2410c", "#fdeee5"),
    "enemy": ("#c81e2c", "#fbdedf"),
    "unknown": ("#64748b", "#ffffff"),
}


@dataclass(frozen=True)
class Box:
    person: MapPerson
    at: Point
    is_placed: bool

    @property
    def inks(self) -> tuple[str, str]:
        return FACES[self.person.attitude_class]

    @property
    def label(self) -> str:
        """Department and title, as much as the box has room for."""
        return _fit(
            " · ".join(part for part in (self.person.contact.department, self.person.contact.title) if part)
        )

    @property
    def shown_name(self) -> str:
        return _fit(self.person.name, 14)


@dataclass(frozen=True)
class Informal:
    row: Influence
    line: Line
    note: str
    note_at: Point


@dataclass(frozen=True)
class Room:
    """A circle with the region of its members and, inside, of its core."""

    circle: Circle
    members: Region
    core: Region | None

    @property
    def inks(self) -> tuple[str, str, str, str]:
        return ROOMS[self.circle.colour]


@dataclass(frozen=True)
class Drawing:
    size: Point
    boxes: list[Box]
    formal: list[str]
    informal: list[Informal]
    rooms: list[Room]
    width: int = WIDTH
    height: int = HEIGHT


def drawing_of(found: AccountMap, shape: float = SHAPE) -> Drawing:
    """The drawing of a map, as wide as ``shape`` says where nobody put boxes by hand; no queries."""
    stored = {int(key): (x, y) for key, (x, y) in found.layout.places.items()}
    order = sorted(found.people, key=lambda one: (_circle(one), one.pk))
    places = places_of({one.pk: one.boss for one in order}, stored, SHAPE if stored else shape)
    rooms = []
    for circle in found.circles:
        members = found.members(circle)
        if members:
            core = [places[one.pk] for one in members if one.row.is_core]
            rooms.append(
                Room(circle, region([places[one.pk] for one in members]), region(core) if core else None)
            )
    drawn: Counter[frozenset[int]] = Counter()
    curves = []
    for line in found.lines:
        pair = frozenset((line.source_id, line.target_id))
        curves.append(curve(places[line.source_id], places[line.target_id], drawn[pair]))
        drawn[pair] += 1
    notes = [_fit(line.note, LONGEST_NOTE) for line in found.lines]
    spots = [one.spots[0] for one in curves]
    if len(curves) <= MOST_LABELS:
        spots = label_places(list(zip(curves, map(len, notes), strict=True)), places.values())
    informal = [Informal(*one) for one in zip(found.lines, curves, notes, spots, strict=True)]
    return Drawing(
        size=size_of(places.values()),
        boxes=[Box(one, places[one.pk], one.pk in stored) for one in found.people],
        formal=[tree_line(places[one.boss], places[one.pk]) for one in found.people if one.boss is not None],
        informal=informal,
        rooms=rooms,
    )


def _circle(person: MapPerson) -> int:
    """People of one circle stand side by side where the chart leaves the choice."""
    return person.row.circle_id or 10**12


def _fit(text: str, room: int = 21) -> str:
    """As much of a text as ``room`` half-widths hold: a Chinese character takes two."""
    taken = 0
    for place, sign in enumerate(text):
        taken += 2 if sign > "⺀" else 1
        if taken > room:
            return text[: max(place - 1, 1)] + "…"
    return text
