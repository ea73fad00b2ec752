"""Known answers, and the same figures as an independent library on random networks."""

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lib.networks.maps import kite, network

from guanxi.lib.networks.centrality import Centrality, centralities
from guanxi.lib.networks.edges import Edge, both_ways
from guanxi.lib.networks.network import Network

PAIRS = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda ends: ends[0] != ends[1]))


def test_krackhardts_kite() -> None:
    found = centralities(kite())
    assert found["Diane"].degree == pytest.approx(6 / 9)
    assert found["Fernando"].closeness == found["Garth"].closeness == pytest.approx(9 / 14)
    assert found["Heather"].betweenness == pytest.approx(14 / 36)
    for measure, best in (
        ("degree", {"Diane"}),
        ("closeness", {"Fernando", "Garth"}),
        ("betweenness", {"Heather"}),
    ):
        values = {name: getattr(of, measure) for name, of in found.items()}
        assert {name for name, value in values.items() if value == max(values.values())} == best
    assert [round(getattr(found[name], measure), 3) for name, measure in (
        ("Diane", "degree"), ("Garth", "closeness"), ("Heather", "betweenness"))] == [0.667, 0.643, 0.389]  # fmt: skip


def test_karate_club() -> None:
    club = networkx.karate_club_graph()
    found = centralities(Network(both_ways(Edge(*ends) for ends in club.edges())))
    assert round(found[0].betweenness, 4) == 0.4376


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_as_an_independent_library(pairs: set[tuple[int, int]]) -> None:
    other = networkx.DiGraph(pairs)
    found = centralities(Network(Edge(*ends) for ends in pairs))
    assert list(found) == sorted(other)
    # Nearness to those one leads to, which that library counts over reversed edges.
    closeness = networkx.closeness_centrality(other.reverse())
    betweenness = networkx.betweenness_centrality(other)
    for node, of in found.items():
        assert of.degree == pytest.approx(len(set(networkx.all_neighbors(other, node))) / (len(other) - 1))
        assert of.closeness == pytest.approx(closeness[node])
        if len(other) > 2:
            assert of.betweenness == pytest.approx(betweenness[node])


def test_direction_counts() -> None:
    found = centralities(network("A B", "B C"))
    assert [found[name].closeness for name in "ABC"] == [pytest.approx(2 / 3), 0.5, 0]
    assert [found[name].betweenness for name in "ABC"] == [0, 0.5, 0]
    assert [found[name].degree for name in "ABC"] == [0.5, 1, 0.5]


def test_nobody_one_and_two() -> None:
    assert centralities(network()) == {}
    assert centralities(network(nodes="A")) == {"A": Centrality(None, None, None)}
    assert centralities(network("A B")) == {"A": Centrality(1, 1, None), "B": Centrality(1, 0, None)}


def test_who_knows_nobody_counts_as_another() -> None:
    found = centralities(network("A B", "B A", nodes="C D"))
    assert found["A"] == Centrality(pytest.approx(1 / 3), pytest.approx(1 / 3), 0)
    assert found["C"] == Centrality(0, 0, 0)


def test_a_network_too_large_to_measure_says_so() -> None:
    found = centralities(Network(Edge(number, number + 1) for number in range(5_000)))
    assert found[1] == Centrality(pytest.approx(2 / 5_000), None, None)
