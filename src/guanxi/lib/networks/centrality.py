"""Where people stand in a network: how many they know, how near they are to all, how much passes through them."""

from dataclasses import dataclass

from guanxi.lib.networks.edges import Node
from guanxi.lib.networks.network import Network

# Nodes times edges and nodes that a search from every node may touch: some seconds.
MOST_STEPS = 25_000_000


@dataclass(frozen=True)
class Centrality:
    """Each from 0 to 1, counted in hops, whatever the probabilities; None where there is nobody to compare with.

    ``degree``: the share of the others joined to it by an edge of either direction.
    ``closeness``: the mean nearness of those it leads to, times their share of the others; 1 leads to all directly.
    ``betweenness``: the share of the shortest ways between two others that pass through it.
    ``closeness`` and ``betweenness`` are also None when the network is too large to measure (``MOST_STEPS``).
    """

    degree: float | None
    closeness: float | None
    betweenness: float | None


def centralities(network: Network[Node]) -> dict[Node, Centrality]:
    """The centrality of every node, in node order."""
    count = len(network.nodes)
    others = count - 1
    pairs = others * (others - 1)
    neighbours = [
        {node for node, _ in [*leading, *led]}
        for leading, led in zip(network.outward, network.inward, strict=True)
    ]
    measured = others > 0 and count * (count + network.edge_count) <= MOST_STEPS
    near, between = _near_and_between(network) if measured else ([], [])
    return {
        node: Centrality(
            degree=len(neighbours[position]) / others if others else None,
            closeness=near[position] if measured else None,
            betweenness=between[position] / pairs if measured and pairs else None,
        )
        for position, node in enumerate(network.nodes)
    }


def _near_and_between(network: Network[Node]) -> tuple[list[float], list[float]]:
    """Closeness, and how many shortest ways pass through each node: one breadth-first search a node (Brandes)."""
    count = len(network.nodes)
    outward = [[target for target, _ in neighbours] for neighbours in network.outward]
    near, between = [0.0] * count, [0.0] * count
    for start in range(count):
        hops, ways = [-1] * count, [0] * count
        before: list[list[int]] = [[] for _ in range(count)]
        hops[start], ways[start] = 0, 1
        reached = [start]
        for node in reached:
            next_hop = hops[node] + 1
            for target in outward[node]:
                if hops[target] < 0:
                    hops[target] = next_hop
                    reached.append(target)
                if hops[target] == next_hop:
                    ways[target] += ways[node]
                    before[target].append(node)
        if len(reached) > 1:
            led_to = len(reached) - 1
            near[start] = led_to / sum(hops[node] for node in reached) * led_to / (count - 1)
        passing = [0.0] * count
        for node in reversed(reached[1:]):
            between[node] += passing[node]
            share = (1 + passing[node]) / ways[node]
            for previous in before[node]:
                passing[previous] += ways[previous] * share
    return near, between
