"""Whom a person leads to, directly and through others (R-CHN-02)."""

from dataclasses import dataclass
from typing import Generic

from guanxi.lib.networks.edges import Node
from guanxi.lib.networks.network import Network


@dataclass(frozen=True)
class Reach(Generic[Node]):
    """In node order. Nobody is in both, and the person is in neither, even on a cycle."""

    direct: tuple[Node, ...]
    indirect: tuple[Node, ...]


def reach(network: Network[Node], node: Node) -> Reach[Node]:
    """The closure of the edges from ``node``. Raises KeyError for a node that is not in the network."""
    start = network.position(node)
    direct = [target for target, _ in network.outward[start]]
    seen = {start, *direct}
    queue = list(direct)
    for position in queue:
        for target, _ in network.outward[position]:
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return Reach(network.named(direct), network.named(sorted(queue[len(direct) :])))
