"""Who brought whom: the referral trees, their generations and the value they brought. Pure.

Links may form a ring after cards were merged; every customer is counted once, and a ring has no root but its oldest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Value:
    """What a customer bought; ``delivered`` of the ``orders`` stand in the ledger, ``amount`` in yuan."""

    orders: int = 0
    delivered: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Value") -> "Value":
        return Value(self.orders + other.orders, self.delivered + other.delivered, self.amount + other.amount)


NOTHING = Value()


@dataclass
class Brought:
    """What came through one customer, themselves left out: people, generations, direct and all value."""

    customer: int
    direct: int = 0
    people: int = 0
    depth: int = 0
    orders: int = 0
    delivered: int = 0
    amount: Decimal = NOTHING.amount
    root: int = 0
    generation: int = 0

    @property
    def value(self) -> Value:
        return Value(self.orders, self.delivered, self.amount)


@dataclass
class Forest:
    """``children`` by customer in the order given; ``roots`` by how many they brought, the most first."""

    children: dict[int, list[int]]
    roots: list[int]
    brought: dict[int, Brought] = field(default_factory=dict)

    @property
    def generations(self) -> dict[int, int]:
        """Generation → customers in it; the recommenders nobody recommended are generation 0."""
        found: dict[int, int] = defaultdict(int)
        for one in self.brought.values():
            found[one.generation] += 1
        return dict(sorted(found.items()))


def forest_of(links: Iterable[tuple[int, int]], values: Mapping[int, Value]) -> Forest:
    """Links are (recommended, recommender). Linear in the number of links."""
    children: dict[int, list[int]] = defaultdict(list)
    parent: dict[int, int] = {}
    for child, recommender in links:
        if child != recommender and child not in parent:
            parent[child] = recommender
            children[recommender].append(child)
    everybody = dict.fromkeys([*children, *parent])
    seen: set[int] = set()
    roots = [one for one in everybody if one not in parent]
    forest = Forest(dict(children), [])
    for start in (*roots, *everybody):
        if start not in seen:
            root = start if start not in parent else _oldest_of_ring(start, parent)
            forest.roots.append(root)
            _walk(forest, root, seen, values)
    forest.roots.sort(key=lambda root: (-forest.brought[root].people, root))
    return forest


def _oldest_of_ring(start: int, parent: Mapping[int, int]) -> int:
    """From somebody above whom nobody is first: the smallest key of the ring they lead up to."""
    line: dict[int, None] = {}
    while start not in line:
        line[start] = None
        start = parent[start]
    above = list(line)
    return min(above[above.index(start) :])


def _walk(forest: Forest, root: int, seen: set[int], values: Mapping[int, Value]) -> None:
    """Count one tree: down by generation, then up again."""
    order, above = [root], {root: 0}
    seen.add(root)
    forest.brought[root] = Brought(root, root=root)
    for one in order:
        for child in forest.children.get(one, ()):
            if child not in seen:
                seen.add(child)
                above[child] = one
                order.append(child)
                generation = forest.brought[one].generation + 1
                forest.brought[child] = Brought(child, root=root, generation=generation)
    for one in reversed(order[1:]):
        mine, theirs = forest.brought[one], forest.brought[above[one]]
        theirs.direct += 1
        theirs.people += mine.people + 1
        theirs.depth = max(theirs.depth, mine.depth + 1)
        own = values.get(one, NOTHING)
        theirs.orders += mine.orders + own.orders
        theirs.delivered += mine.delivered + own.delivered
        theirs.amount += mine.amount + own.amount


@dataclass(frozen=True)
class Spot:
    """Where a customer stands in the drawing, in whole steps: ``row`` down, ``generation`` to the right. ``left_out``
    counts the recommended whom the drawing has no room for."""

    customer: int
    generation: int
    row: int
    recommender: int | None
    left_out: int = 0


def drawn(forest: Forest, root: int, *, most: int) -> list[Spot]:
    """One tree as an indented drawing: every customer a row below its recommender, at most ``most`` rows, those who
    brought more people first."""
    spots: list[Spot] = []
    waiting: list[tuple[int, int, int | None]] = [(root, 0, None)]
    drawn_ones = {root}
    while waiting and len(spots) < most:
        one, generation, recommender = waiting.pop()
        children = sorted(
            (child for child in forest.children.get(one, ()) if child not in drawn_ones),
            key=lambda child: (forest.brought[child].people, -child),
        )
        drawn_ones.update(children)
        spots.append(Spot(one, generation, len(spots), recommender))
        waiting += [(child, generation + 1, one) for child in children]
    if waiting:
        lacking: dict[int, int] = defaultdict(int)
        for one, _generation, recommender in waiting:
            assert recommender is not None
            lacking[recommender] += 1 + forest.brought[one].people
        spots = [
            Spot(spot.customer, spot.generation, spot.row, spot.recommender, lacking.get(spot.customer, 0))
            for spot in spots
        ]
    return spots


def would_be_ring(recommender: int, customer: int, parents: Mapping[int, int | None]) -> bool:
    """Whether ``recommender`` came, through however many people, from ``customer``, so that the one cannot also have
    brought the other. ``parents`` maps each customer to its recommender."""
    seen: set[int] = set()
    one: int | None = recommender
    while one is not None and one not in seen:
        if one == customer:
            return True
        seen.add(one)
        one = parents.get(one)
    return False
