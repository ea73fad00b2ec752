"""Groups that are more closely joined inside than chance would join them."""

from collections import defaultdict
from itertools import chain

from guanxi.lib.networks.edges import Node
from guanxi.lib.networks.network import Network

SEED = 1
MOST_TRIALS = 20
EDGES_OF_ALL_TRIALS = 10_000
# One pass misses the karate club's best division with two seeds of three; a third gains little and takes as long.
PASSES = 2


def communities(network: Network[Node]) -> list[tuple[Node, ...]]:
    """Every node in exactly one group; the largest group first, then node order, nodes in node order.

    The Leiden method with modularity over probabilities, directions aside; a small network is tried up to twenty
    times from fixed seeds and the best division stays. The same network always gives the same answer.
    """
    ties = _ties(network)
    group_of = _leiden(ties) if ties else {}
    groups: dict[int, list[int]] = defaultdict(list)
    for position in range(len(network.nodes)):
        # Who knows nobody is a group alone.
        groups[group_of.get(str(position), -1 - position)].append(position)
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group))
    return [network.named(group) for group in ordered]


def _ties(network: Network[Node]) -> list[tuple[int, int, float]]:
    """Each joined pair once, in node order, with the sum of its probabilities both ways."""
    ties = []
    for node, neighbours in enumerate(zip(network.outward, network.inward, strict=True)):
        weights: dict[int, float] = {}
        for other, probability in chain(*neighbours):
            if other > node:
                weights[other] = weights.get(other, 0) + float(probability)
        ties += [(node, other, weights[other]) for other in sorted(weights)]
    return ties


def _leiden(ties: list[tuple[int, int, float]]) -> dict[str, int]:
    # Only a process that looks for groups loads the library.
    from graspologic_native import leiden

    edges = [(str(one), str(other), weight) for one, other, weight in ties]
    trials = max(1, min(MOST_TRIALS, EDGES_OF_ALL_TRIALS // len(edges)))
    _quality, group_of = leiden(
        edges, starting_communities=None, resolution=1.0, randomness=0.001, iterations=PASSES,
        use_modularity=True, seed=SEED, trials=trials,
    )  # fmt: skip
    return group_of
