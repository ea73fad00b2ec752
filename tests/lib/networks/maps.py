"""Networks that many have measured, and how they are written here."""

from decimal import Decimal

from guanxi.lib.networks.edges import Edge, both_ways
from guanxi.lib.networks.network import Network

KITE = [
    ("Andre", "Beverly"), ("Andre", "Carol"), ("Andre", "Diane"), ("Andre", "Fernando"), ("Beverly", "Diane"),
    ("Beverly", "Ed"), ("Beverly", "Garth"), ("Carol", "Diane"), ("Carol", "Fernando"), ("Diane", "Ed"),
    ("Diane", "Fernando"), ("Diane", "Garth"), ("Ed", "Garth"), ("Fernando", "Garth"), ("Fernando", "Heather"),
    ("Garth", "Heather"), ("Heather", "Ike"), ("Ike", "Jane"),
]  # fmt: skip


def network(*rows: str, friends: bool = False, nodes: str = "") -> Network[str]:
    """Rows like "A B .5", the half when it is not said."""
    edges = []
    for row in rows:
        source, target, *probability = row.split()
        edges.append(Edge(source, target, Decimal(*probability)) if probability else Edge(source, target))
    return Network(both_ways(edges) if friends else edges, nodes.split())


def edges_of(found: Network[str]) -> list[Edge[str]]:
    """The edges of a network, in node order of their sources, then of their targets."""
    return [
        Edge(found.nodes[source], found.nodes[target], probability)
        for source, neighbours in enumerate(found.outward)
        for target, probability in neighbours
    ]


def kite() -> Network[str]:
    return Network(both_ways(Edge(*ends) for ends in KITE))
