"""What else leads there: the second-best way, and ways that share nobody."""

from collections import deque
from decimal import localcontext
from fractions import Fraction
from itertools import pairwise

from guanxi.lib.networks.edges import EXACT, Node
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.paths import MOST_TIED, Path, best_paths, best_ways


def second_best_path(network: Network[Node], source: Node, target: Node) -> Path[Node] | None:
    """The most probable path that is less probable than the best; fewer hops, then node order, win a tie.

    None when there is none, and when more than a hundred paths tie for the best. Raises KeyError for a node that
    is not in the network.
    """
    tied = best_paths(network, source, target, most=MOST_TIED + 1)
    if len(tied) > MOST_TIED:
        return None
    # Any other path follows one of the tied paths to some node and there takes a step that none of them takes.
    taken: dict[tuple[int, ...], set[int]] = {}
    for path in tied:
        way = tuple(network.position(node) for node in path.nodes)
        for length in range(1, len(way)):
            taken.setdefault(way[:length], set()).add(way[length])
    goal = network.position(target)
    with localcontext(EXACT):
        others = [_leaving(network, goal, way, followed) for way, followed in taken.items()]
    return min((path for path in others if path), key=lambda path: path.rank, default=None)


def _leaving(
    network: Network[Node], goal: int, way: tuple[int, ...], followed: set[int]
) -> Path[Node] | None:
    """The best path that goes this way and then takes a step not yet followed."""
    along = network.worth(way)
    starts = {
        target: along * probability
        for target, probability in network.outward[way[-1]]
        if target not in followed and target not in way
    }
    if not starts:
        return None
    probability, ways = best_ways(network, starts, goal, avoid=way, most=1)
    return Path(network.named(way + ways[0]), probability) if ways else None


def disjoint_paths(network: Network[Node], source: Node, target: Node, most: int = 3) -> list[Path[Node]]:
    """As many paths as there are, up to ``most``, that share no node but their ends; the better path first.

    Of all such sets of that size, the one with the highest product of probabilities. Meant for a map of hundreds of
    people. Raises KeyError for a node that is not in the network.
    """
    start, goal = network.position(source), network.position(target)
    if start == goal:
        return best_paths(network, source, target)
    residual = _split(network, start, goal)
    found = 0
    while found < most and (way := _augmenting(residual, _leave(start), _enter(goal))):
        found += 1
        for one, other in pairwise(way):
            residual[other][one] = 1 / residual[one].pop(other)
    paths = [_follow(network, residual, goal, last) for last in _last_before(network, residual, goal)]
    return sorted(paths, key=lambda path: path.rank)


# A node that only one path may pass is two: one to enter, one to leave, and a single edge between them.
def _enter(position: int) -> int:
    return 2 * position


def _leave(position: int) -> int:
    return 2 * position + 1


def _split(network: Network[Node], start: int, goal: int) -> list[dict[int, Fraction]]:
    residual: list[dict[int, Fraction]] = [{} for _ in range(2 * len(network.nodes))]
    for position, neighbours in enumerate(network.outward):
        if position not in (start, goal):
            residual[_enter(position)][_leave(position)] = Fraction(1)
        for neighbour, probability in neighbours:
            if position != goal and neighbour != start:
                residual[_leave(position)][_enter(neighbour)] = Fraction(probability)
    return residual


def _augmenting(residual: list[dict[int, Fraction]], start: int, goal: int) -> list[int]:
    """The way of the highest product through what is left; taking a used edge back divides by it (Bellman-Ford)."""
    worth = {start: Fraction(1)}
    before: dict[int, int] = {}
    queue, queued = deque([start]), {start}
    while queue:
        node = queue.popleft()
        queued.remove(node)
        for neighbour, factor in residual[node].items():
            product = worth[node] * factor
            if product > worth.get(neighbour, 0):
                worth[neighbour], before[neighbour] = product, node
                if neighbour not in queued:
                    queue.append(neighbour)
                    queued.add(neighbour)
    if goal not in worth:
        return []
    way = [goal]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


def _last_before(network: Network[Node], residual: list[dict[int, Fraction]], goal: int) -> list[int]:
    """Where the paths found come from: an edge that was used leads back."""
    return [source for source, _ in network.inward[goal] if _leave(source) in residual[_enter(goal)]]


def _follow(network: Network[Node], residual: list[dict[int, Fraction]], goal: int, last: int) -> Path[Node]:
    """One path, from its end back to the start, which nothing enters."""
    way = [goal, last]
    while before := [
        source for source, _ in network.inward[way[-1]] if _leave(source) in residual[_enter(way[-1])]
    ]:
        way.append(before[0])
    way.reverse()
    return Path(network.named(way), network.worth(way))
