"""Where a way hangs on one person, and which single relationship to work on."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from heapq import heappop, heappush
from typing import Generic

from guanxi.lib.networks.edges import CERTAIN, EXACT, Edge, Node
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.paths import best_ways


def single_points(network: Network[Node], source: Node, target: Node) -> tuple[Node, ...]:
    """The nodes that every path from ``source`` to ``target`` passes, in the order in which it does, ends aside.

    Empty when two paths share nobody, and when there is no path. Raises KeyError for a node that is not in the
    network.
    """
    starts, goal = {network.position(source): CERTAIN}, network.position(target)
    with localcontext(EXACT):
        _probability, ways = best_ways(network, starts, goal, most=1)
        # Whom every path passes stands on the best one too.
        inner = ways[0][1:-1] if ways else ()
        return network.named(
            position for position in inner if not best_ways(network, starts, goal, {position}, most=1)[1]
        )


@dataclass(frozen=True)
class Improvement(Generic[Node]):
    """``edge`` as it is, what its probability would become, and the best probability from end to end then."""

    edge: Edge[Node]
    raised_to: Decimal
    probability: Decimal


def certain(_edge: Edge[Node]) -> Decimal:
    """Raises an edge as far as it goes."""
    return CERTAIN


def best_improvement(
    network: Network[Node],
    source: Node,
    target: Node,
    raised: Callable[[Edge[Node]], Decimal] = certain,
) -> Improvement[Node] | None:
    """The one edge that, ``raised``, lifts the best probability from ``source`` to ``target`` most.

    Of equals the edge nearest to ``source``, then node order. ``raised`` says what an edge would become, by one
    step of a scale for example; one that becomes no better is left out. None when no edge lifts anything. Raises
    KeyError for a node that is not in the network.
    """
    start, goal = network.position(source), network.position(target)
    with localcontext(EXACT):
        onward, back = _worths(network.outward, start), _worths(network.inward, goal)
        # Both halves of a way may share a node: it then beats the best path no more than its shortcut does.
        now = onward.get(goal, Decimal(0))
        best: tuple[Decimal, Decimal] = now, Decimal(0)
        found: Improvement[Node] | None = None
        for place, reached in sorted(onward.items()):
            for neighbour, probability in network.outward[place]:
                onto = back.get(neighbour, Decimal(0))
                if reached * onto <= now:
                    continue
                edge = Edge(network.nodes[place], network.nodes[neighbour], probability)
                better = min(raised(edge), CERTAIN)
                lifted = reached * better * onto
                if better > probability and lifted > now and (lifted, reached) > best:
                    best = lifted, reached
                    found = Improvement(edge, better, lifted)
    return found


def _worths(neighbours: list[list[tuple[int, Decimal]]], start: int) -> dict[int, Decimal]:
    """The best product from ``start`` to every node that it leads to."""
    reached, settled = {start: CERTAIN}, set()
    queue = [(CERTAIN.copy_negate(), start)]
    while queue:
        _worth, node = heappop(queue)
        if node in settled:
            continue
        settled.add(node)
        for neighbour, probability in neighbours[node]:
            product = reached[node] * probability
            if product > reached.get(neighbour, 0):
                reached[neighbour] = product
                heappush(queue, (product.copy_negate(), neighbour))
    return reached
