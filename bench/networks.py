"""Times of the figures of networks, on random ones of the sizes that the goals name.

    python -m bench.networks [--rounds 7]

In milliseconds, warm; opens no database. The floor is networkx, asked for the same in the same run, once where it
takes long. It rounds, and finds one path where all that tie are found here.
"""

import argparse
import math
import random
from collections.abc import Callable
from decimal import Decimal
from itertools import cycle

import networkx

from bench.measure import HEADING, times_of
from guanxi.lib.networks.alternatives import disjoint_paths, second_best_path
from guanxi.lib.networks.centrality import centralities
from guanxi.lib.networks.communities import communities
from guanxi.lib.networks.edges import Edge
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.paths import best_paths
from guanxi.lib.networks.weak_points import best_improvement, single_points

SIZES = {"map of people": (200, 1_000), "referral graph": (20_000, 100_000)}
CHOICE = random.Random(1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print(f"{rounds} rounds, milliseconds\n{'':44} {HEADING}")
    for name, size in SIZES.items():
        edges = random_edges(*size)
        print(f"{name}: {size[0]} nodes, {size[1]} edges")
        show("made of its edges", lambda edges=edges: Network(edges), rounds)
        small = size[0] <= 1_000
        measure(Network(edges), rounds, whole=small)
        compare(edges, rounds if small else 1, whole=small)


def random_edges(nodes: int, count: int) -> list[Edge[int]]:
    """As many edges between any two, each with one of nine probabilities."""
    found: dict[tuple[int, int], Decimal] = {}
    while len(found) < count:
        source, target = CHOICE.randrange(nodes), CHOICE.randrange(nodes)
        if source != target:
            found[source, target] = Decimal(CHOICE.randint(1, 9)) / 10
    return [Edge(*ends, probability) for ends, probability in found.items()]


def measure(network: Network[int], rounds: int, whole: bool) -> None:
    pairs = [tuple(CHOICE.sample(network.nodes, 2)) for _ in range(50)]
    if whole:
        show("degree, closeness, betweenness", lambda: centralities(network), rounds)
    show("communities", lambda: communities(network), rounds)
    paths = {
        "all best paths": best_paths,
        "second-best path": second_best_path,
        "single points": single_points,
    }
    if whole:
        paths |= {"paths that share nobody": disjoint_paths, "best improvement": best_improvement}
    for what, ask in paths.items():
        ends = cycle(pairs)
        show(f"{what}, of fifty pairs", lambda ask=ask, ends=ends: ask(network, *next(ends)), 50)
    if whole:
        ends = cycle(pairs)
        show("all of these together", lambda: everything(network, *next(ends)), 50)


def everything(network: Network[int], source: int, target: int) -> None:
    centralities(network)
    communities(network)
    for ask in (best_paths, second_best_path, single_points, disjoint_paths, best_improvement):
        ask(network, source, target)


def compare(edges: list[Edge[int]], rounds: int, whole: bool) -> None:
    other = networkx.DiGraph()
    for source, target, probability in edges:
        other.add_edge(source, target, cost=-math.log(probability), weight=float(probability))
    if whole:
        show("networkx: closeness, betweenness", lambda: (
            networkx.closeness_centrality(other), networkx.betweenness_centrality(other)), rounds)  # fmt: skip
    plain = other.to_undirected()
    show(
        "networkx: Louvain communities, once",
        lambda: networkx.community.louvain_communities(plain, seed=1),
        1,
    )
    ends = cycle([tuple(CHOICE.sample(list(other), 2)) for _ in range(50)])
    show("networkx: one best path, of fifty pairs", lambda: one_path(other, *next(ends)), 50)


def one_path(graph: networkx.DiGraph, source: int, target: int) -> None:
    if networkx.has_path(graph, source, target):
        networkx.bidirectional_dijkstra(graph, source, target, weight="cost")


def show(what: str, call: Callable[[], object], rounds: int) -> None:
    print(f"  {what:42} {times_of(call, rounds, warm_up=rounds > 1)}", flush=True)


if __name__ == "__main__":
    main()
