"""The best division known, found the same way every time."""

import random

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lib.networks.maps import kite, network

from guanxi.lib.networks.communities import communities
from guanxi.lib.networks.edges import Edge, both_ways
from guanxi.lib.networks.network import Network

PAIRS = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda ends: ends[0] < ends[1]))


def club() -> list[Edge[int]]:
    return both_ways(Edge(*ends) for ends in networkx.karate_club_graph().edges())


def test_the_karate_clubs_best_modularity() -> None:
    karate = Network(club())
    groups = communities(karate)
    graph = networkx.karate_club_graph()
    assert round(networkx.community.modularity(graph, groups, weight=None), 4) == 0.4198
    assert sorted(map(len, groups)) == [5, 6, 11, 12]


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows, expected = club(), communities(Network(club()))
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert communities(Network(rows)) == expected


def test_two_triangles_and_somebody_alone() -> None:
    triangles = network("A B", "B C", "C A", "D E", "E F", "F D", "C D .1", nodes="Z")
    assert communities(triangles) == [("A", "B", "C"), ("D", "E", "F"), ("Z",)]


def test_strong_ties_hold_together() -> None:
    """The square would fall into either pair of sides; the probabilities say which."""
    assert communities(network("A B .9", "B C .1", "C D .9", "D A .1")) == [("A", "B"), ("C", "D")]


@given(PAIRS)
@settings(max_examples=50, deadline=None)
def test_every_node_is_in_one_group_and_groups_are_in_order(pairs: set[tuple[int, int]]) -> None:
    ours = Network((Edge(*ends) for ends in pairs), nodes=range(12))
    groups = communities(ours)
    assert sorted(node for group in groups for node in group) == list(range(12))
    assert [(-len(group), group) for group in groups] == sorted((-len(group), group) for group in groups)


def test_nobody_and_one() -> None:
    assert communities(network()) == []
    assert communities(network(nodes="A")) == [("A",)]


def test_the_kite_holds_everybody_once() -> None:
    assert sorted(name for group in communities(kite()) for name in group) == list(kite().nodes)
