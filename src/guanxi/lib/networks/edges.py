"""Edges and their probabilities, exact: a product of probabilities is never rounded, so a tie is a tie."""

from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact
from typing import Generic, NamedTuple, TypeVar

Node = TypeVar("Node")

# Fifty thousand hops of twenty decimals each; what would not fit is refused by the arithmetic, not rounded.
EXACT = Context(prec=1_000_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])

CERTAIN = Decimal(1)
UNSTATED = Decimal("0.5")


class EdgeRefused(ValueError):
    """An edge that no network holds: to oneself, or with a probability outside (0, 1]."""


class Edge(NamedTuple, Generic[Node]):
    """``source`` leads to ``target`` with a probability above 0 and up to 1."""

    source: Node
    target: Node
    probability: Decimal = UNSTATED


def check_edge(edge: Edge[Node]) -> None:
    """Raises EdgeRefused."""
    if edge.source == edge.target:
        raise EdgeRefused(f"{edge.source} leads to itself; an edge joins two.")
    # A NaN is neither above 0 nor finite, and comparing it would raise.
    if not edge.probability.is_finite() or not 0 < edge.probability <= 1:
        raise EdgeRefused(f"{edge.probability} is no probability above 0 and up to 1.")


def both_ways(edges: Iterable[Edge[Node]]) -> list[Edge[Node]]:
    """Each edge and its opposite: friendship has no direction."""
    return [way for edge in edges for way in (edge, Edge(edge.target, edge.source, edge.probability))]
