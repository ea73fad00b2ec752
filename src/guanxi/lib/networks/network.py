"""A directed network with a probability on each edge."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Generic

from guanxi.lib.networks.edges import CERTAIN, EXACT, Edge, Node, check_edge


class Network(Generic[Node]):
    """Nodes are anything hashable that sorts: names, or numbers of customers. Does not change once made.

    Node order is the sorted order of the nodes, whatever the order of the edges. Of several edges from one node
    to the same other the strongest counts. Raises EdgeRefused for an edge to oneself or without a probability,
    TypeError for nodes that do not sort.
    """

    def __init__(self, edges: Iterable[Edge[Node]], nodes: Iterable[Node] = ()) -> None:
        strongest: dict[tuple[Node, Node], Decimal] = {}
        for edge in edges:
            check_edge(edge)
            ends = edge.source, edge.target
            if edge.probability > strongest.get(ends, 0):
                strongest[ends] = edge.probability
        named = {node for ends in strongest for node in ends}.union(nodes)
        self.nodes: tuple[Node, ...] = tuple(sorted(named))  # type: ignore[type-var]
        self.positions: dict[Node, int] = {node: position for position, node in enumerate(self.nodes)}
        # By position, neighbours in node order: what the searches walk over.
        self.outward: list[list[tuple[int, Decimal]]] = [[] for _ in self.nodes]
        self.inward: list[list[tuple[int, Decimal]]] = [[] for _ in self.nodes]
        for (source, target), probability in strongest.items():
            start, end = self.positions[source], self.positions[target]
            # Trailing zeros would only make the products longer.
            probability = probability.normalize()
            self.outward[start].append((end, probability))
            self.inward[end].append((start, probability))
        for neighbours in (*self.outward, *self.inward):
            neighbours.sort()
        self.edge_count = len(strongest)

    def position(self, node: Node) -> int:
        """Raises KeyError for a node that is not in the network."""
        return self.positions[node]

    def named(self, positions: Iterable[int]) -> tuple[Node, ...]:
        """The nodes at these positions."""
        return tuple(self.nodes[position] for position in positions)

    def worth(self, way: Sequence[int]) -> Decimal:
        """The exact product of the edges along these positions. Raises KeyError where there is no edge."""
        product = CERTAIN
        for source, target in pairwise(way):
            product = EXACT.multiply(product, dict(self.outward[source])[target])
        return product
