"""The most probable ways from one node to another, in exact arithmetic."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from heapq import heapify, heappop, heappush
from typing import Generic

from guanxi.lib.networks.edges import CERTAIN, EXACT, Node
from guanxi.lib.networks.network import Network

MOST_TIED = 100
# Certain edges in a circle can tie more ways than anybody counts; the search for more of them ends here.
MOST_TRIED = 20_000

_NEIGHBOURS = list[list[tuple[int, Decimal]]]
_ROOT = -1


@dataclass(frozen=True)
class Path(Generic[Node]):
    """A way without a node twice; ``probability`` is the exact product of its edges, 1 without any."""

    nodes: tuple[Node, ...]
    probability: Decimal

    @property
    def rank(self) -> tuple[Decimal, int, tuple[Node, ...]]:
        """Sorts the better path first: more probable, then fewer hops, then node order."""
        return self.probability.copy_negate(), len(self.nodes), self.nodes


def best_paths(network: Network[Node], source: Node, target: Node, most: int = MOST_TIED) -> list[Path[Node]]:
    """All paths tied for the highest probability, those with fewer hops first, then in node order; at most ``most``.

    Empty when ``source`` does not lead to ``target``; one path of one node from a node to itself. Raises KeyError
    for a node that is not in the network.
    """
    starts = {network.position(source): CERTAIN}
    with localcontext(EXACT):
        probability, ways = best_ways(network, starts, network.position(target), most=most)
    return [Path(network.named(way), probability) for way in ways]


def best_ways(
    network: Network[Node],
    starts: Mapping[int, Decimal],
    goal: int,
    avoid: Collection[int] = (),
    most: int = MOST_TIED,
) -> tuple[Decimal, list[tuple[int, ...]]]:
    """As ``best_paths``, by position, from any of several starts with what each is worth, past ``avoid``.

    Wants the exact context. Two searches meet: from the starts onward and from the goal back.
    """
    onward = _Search(network.outward, starts, avoid)
    back = _Search(network.inward, {goal: CERTAIN}, avoid)
    best = max(starts.get(goal, Decimal(0)), onward.settle(back), back.settle(onward))
    while onward.waiting() and back.waiting() and onward.bound() * back.bound() >= best:
        nearer, other = (onward, back) if len(onward.queue) <= len(back.queue) else (back, onward)
        best = max(best, nearer.settle(other))
    if not best:
        return best, []
    return best, _in_order(_steps(onward, back, starts, best), goal, most)


class _Search:
    """Dijkstra's search by products. ``settled`` holds what is final, ``reached`` the best so far."""

    def __init__(
        self, neighbours: _NEIGHBOURS, starts: Mapping[int, Decimal], avoid: Collection[int]
    ) -> None:
        self.neighbours, self.avoid = neighbours, avoid
        self.reached = dict(starts)
        self.settled: dict[int, Decimal] = {}
        self.queue = [(worth.copy_negate(), node) for node, worth in starts.items()]
        heapify(self.queue)

    def waiting(self) -> bool:
        while self.queue and self.queue[0][1] in self.settled:
            heappop(self.queue)
        return bool(self.queue)

    def bound(self) -> Decimal:
        """No node that is not settled is worth more."""
        return self.queue[0][0].copy_negate()

    def settle(self, other: "_Search") -> Decimal:
        """Settle the best node that waits; the best whole way through its neighbours seen so far, 0 for none."""
        best = Decimal(0)
        if not self.waiting():
            return best
        worth, node = heappop(self.queue)
        worth = self.settled[node] = worth.copy_negate()
        for neighbour, probability in self.neighbours[node]:
            if neighbour in self.settled or neighbour in self.avoid:
                continue
            product = worth * probability
            if product > self.reached.get(neighbour, 0):
                self.reached[neighbour] = product
                heappush(self.queue, (product.copy_negate(), neighbour))
                if neighbour in other.reached:
                    best = max(best, product * other.reached[neighbour])
        return best


def _steps(
    onward: _Search, back: _Search, starts: Mapping[int, Decimal], best: Decimal
) -> dict[int, list[int]]:
    """Every step that lies on a best way, from the root through the starts on.

    Each best way passes from a node settled onward to one settled back; outside that passage its steps are those
    that keep the product.
    """
    steps: dict[int, set[int]] = defaultdict(set)
    steps[_ROOT] = {node for node in starts if starts[node] * back.settled.get(node, 0) == best}
    before, after = set(), set(steps[_ROOT])
    for node, worth in onward.settled.items():
        for target, probability in onward.neighbours[node]:
            if target in back.settled and worth * probability * back.settled[target] == best:
                steps[node].add(target)
                before.add(node)
                after.add(target)
    queue = list(after)
    for node in queue:
        for target, probability in onward.neighbours[node]:
            if target in back.settled and probability * back.settled[target] == back.settled[node]:
                steps[node].add(target)
                if target not in after:
                    after.add(target)
                    queue.append(target)
    queue = list(before)
    for node in queue:
        if starts.get(node) == onward.settled[node]:
            steps[_ROOT].add(node)
        for source, probability in back.neighbours[node]:
            if source in onward.settled and onward.settled[source] * probability == onward.settled[node]:
                steps[source].add(node)
                if source not in before:
                    before.add(source)
                    queue.append(source)
    return {node: sorted(targets) for node, targets in steps.items()}


def _in_order(steps: Mapping[int, list[int]], goal: int, most: int) -> list[tuple[int, ...]]:
    """The ways from the root to the goal: fewer hops first, then node order.

    Of the beginnings that could still become the shortest way, the first in node order is carried on; so whole
    ways come out in order, and nothing longer is looked at before it is its turn.
    """
    hops = _hops_to(goal, steps)
    beginnings: list[tuple[int, tuple[int, ...]]] = [(hops[_ROOT], (_ROOT,))]
    found: list[tuple[int, ...]] = []
    for _tried in range(MOST_TRIED):
        if not beginnings or len(found) == most:
            break
        _hops, way = heappop(beginnings)
        if way[-1] == goal:
            found.append(way[1:])
            continue
        for target in steps[way[-1]]:
            if target not in way:
                heappush(beginnings, (len(way) + hops[target], (*way, target)))
    return found


def _hops_to(goal: int, steps: Mapping[int, list[int]]) -> dict[int, int]:
    sources: dict[int, list[int]] = defaultdict(list)
    for source, targets in steps.items():
        for target in targets:
            sources[target].append(source)
    hops = {goal: 0}
    queue = [goal]
    for node in queue:
        for source in sources[node]:
            if source not in hops:
                hops[source] = hops[node] + 1
                queue.append(source)
    return hops
