"""The most probable paths: every one that ties, in order, compared with all that exist."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lib.networks.maps import kite, network

from guanxi.lib.networks.alternatives import disjoint_paths, second_best_path
from guanxi.lib.networks.edges import Edge
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.paths import MOST_TIED, Path, best_paths
from guanxi.lib.networks.weak_points import best_improvement, single_points

# Few values, so that products tie often: .25 is .5 twice, 1 makes circles that cost nothing.
EDGES = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda ends: ends[0] != ends[1]),
    st.sampled_from([Decimal(text) for text in (".25", ".5", "1", ".3", ".6")]),
    max_size=18,
)


def told(paths: list[Path[str]]) -> list[str]:
    return ["".join(path.nodes) for path in paths]


def every_path(edges: dict[tuple[int, int], Decimal], source: int, target: int) -> list[Path[int]]:
    """All of them, in order; by trying everything."""
    other = networkx.DiGraph(list(edges))
    other.add_nodes_from((source, target))
    found = []
    for nodes in networkx.all_simple_paths(other, source, target):
        product = Decimal(1)
        for ends in pairwise(nodes):
            product *= edges[ends]
        found.append(Path(tuple(nodes), product))
    return sorted(found, key=lambda path: path.rank)


@given(EDGES)
@settings(max_examples=400, deadline=None)
def test_as_trying_everything(edges: dict[tuple[int, int], Decimal]) -> None:
    ours = Network((Edge(*ends, value) for ends, value in edges.items()), nodes=(0, 1))
    every = every_path(edges, 0, 1)
    tied = [path for path in every if path.probability == every[0].probability]
    assert best_paths(ours, 0, 1) == tied[:MOST_TIED]
    if len(tied) <= MOST_TIED:
        assert second_best_path(ours, 0, 1) == (every[len(tied)] if len(every) > len(tied) else None)
    inner = [set(path.nodes[1:-1]) for path in every]
    assert set(single_points(ours, 0, 1)) == (set.intersection(*inner) if inner else set())


@given(EDGES)
@settings(max_examples=200, deadline=None)
def test_the_best_improvement_as_trying_every_edge(edges: dict[tuple[int, int], Decimal]) -> None:
    ours = Network((Edge(*ends, value) for ends, value in edges.items()), nodes=(0, 1))
    now = max((path.probability for path in every_path(edges, 0, 1)), default=Decimal(0))
    lifted = {
        ends: max(
            (path.probability for path in every_path(edges | {ends: Decimal(1)}, 0, 1)), default=Decimal(0)
        )
        for ends in edges
    }
    found = best_improvement(ours, 0, 1)
    if max(lifted.values(), default=now) == now:
        assert found is None
    else:
        assert found is not None
        assert found.probability == max(lifted.values()) == lifted[found.edge.source, found.edge.target]


@given(EDGES, st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_disjoint_paths_as_trying_everything(edges: dict[tuple[int, int], Decimal], most: int) -> None:
    ours = Network((Edge(*ends, value) for ends, value in edges.items()), nodes=(0, 1))
    found = disjoint_paths(ours, 0, 1, most=most)
    sets = disjoint_sets(every_path(edges, 0, 1), most)
    size = max(map(len, sets))
    assert len(found) == size
    assert found == sorted(found, key=lambda path: path.rank)
    inner = [node for path in found for node in path.nodes[1:-1]]
    assert len(inner) == len(set(inner))
    assert product(found) == max(product(paths) for paths in sets if len(paths) == size)


def disjoint_sets(paths: list[Path[int]], most: int) -> list[list[Path[int]]]:
    sets: list[list[Path[int]]] = [[]]
    for path in paths:
        sets += [
            [*chosen, path]
            for chosen in sets
            if len(chosen) < most and not any(set(path.nodes[1:-1]) & set(one.nodes[1:-1]) for one in chosen)
        ]
    return sets


def product(paths: list[Path[int]]) -> Fraction:
    whole = Fraction(1)
    for path in paths:
        whole *= Fraction(path.probability)
    return whole


def test_the_strongest_way_is_not_the_shortest() -> None:
    (path,) = best_paths(network("A B .9", "B C .9", "A C .8"), "A", "C")
    assert path == Path(("A", "B", "C"), Decimal("0.81"))


def test_fewer_hops_come_first_among_equals() -> None:
    tied = best_paths(network("A Z .25", "A B .5", "B Z .5"), "A", "Z")
    assert told(tied) == ["AZ", "ABZ"]
    assert {path.probability for path in tied} == {Decimal("0.25")}


def test_then_node_order_whatever_the_order_of_the_rows() -> None:
    rows = ["A C", "C Z", "A B", "B Z", "A D", "D Z"]
    assert told(best_paths(network(*rows), "A", "Z")) == ["ABZ", "ACZ", "ADZ"]
    assert told(best_paths(network(*rows[::-1]), "A", "Z")) == ["ABZ", "ACZ", "ADZ"]


@pytest.mark.parametrize(
    ("one", "other", "tied"),
    [
        # In binary fractions .1 × .7 is less than .07.
        ("A B .1|B Z .7", "A Z .07", 2),
        ("A B .1|B C .1|C Z .1", "A Z .001", 2),
        ("A B .3|B Z .3", "A Z .09", 2),
        ("A B .3|B Z .3", "A Z .0900000000000000001", 1),
        ("A B 0.50|B Z .50", "A Z 0.250", 2),
    ],
)
def test_a_tie_is_a_tie(one: str, other: str, tied: int) -> None:
    assert len(best_paths(network(*one.split("|"), other), "A", "Z")) == tied


def test_circles_are_walked_once() -> None:
    circle = network("A B 1", "B C 1", "C A 1", "C B 1", "B Z .5")
    assert told(best_paths(circle, "A", "Z")) == ["ABZ"]
    assert second_best_path(circle, "A", "Z") is None


def test_nothing_leads_there() -> None:
    apart = network("A B", "C Z")
    assert best_paths(apart, "A", "Z") == []
    assert second_best_path(apart, "A", "Z") is None
    assert disjoint_paths(apart, "A", "Z") == []
    assert single_points(apart, "A", "Z") == ()
    assert best_improvement(apart, "A", "Z") is None
    assert best_paths(network("Z A"), "A", "Z") == []


def test_from_a_node_to_itself() -> None:
    alone = network("A B", "B A", nodes="C")
    for name in "AC":
        assert (
            best_paths(alone, name, name) == disjoint_paths(alone, name, name) == [Path((name,), Decimal(1))]
        )
        assert second_best_path(alone, name, name) is None
        assert single_points(alone, name, name) == ()
        assert best_improvement(alone, name, name) is None


def test_a_node_that_is_not_there() -> None:
    for ask in (best_paths, second_best_path, disjoint_paths, single_points, best_improvement):
        with pytest.raises(KeyError):
            ask(kite(), "Nobody", "Jane")
        with pytest.raises(KeyError):
            ask(kite(), "Jane", "Nobody")


def test_more_ties_than_anybody_reads() -> None:
    """Every way through ten certain friends, of whom each knows each."""
    certain = Network(Edge(a, b, Decimal(1)) for a in range(10) for b in range(10) if a != b)
    tied = best_paths(certain, 0, 9)
    assert len(tied) == MOST_TIED
    assert [path.nodes for path in tied[:3]] == [(0, 9), (0, 1, 9), (0, 2, 9)]
    assert second_best_path(certain, 0, 9) is None


def test_twenty_rows_of_two_and_a_long_chain() -> None:
    """A million ways tie; two thousand hops are exact."""
    rows = [Edge((n, side), (n + 1, to)) for n in range(20) for side in (0, 1) for to in (0, 1)]
    assert len(best_paths(Network(rows), (0, 0), (20, 0))) == MOST_TIED
    (path,) = best_paths(Network(Edge(n, n + 1) for n in range(2_000)), 0, 2_000)
    assert Fraction(path.probability) == Fraction(1, 2**2_000)


def test_the_kite_hangs_on_heather_and_ike() -> None:
    assert single_points(kite(), "Andre", "Jane") == ("Heather", "Ike")


def test_two_ways_that_share_nobody_though_the_best_stands_in_between() -> None:
    """Taking the best path away first would leave no second one."""
    trap = network("A B .9", "B C .9", "C Z .9", "A C .1", "B Z .1")
    assert told(best_paths(trap, "A", "Z")) == ["ABCZ"]
    assert told(disjoint_paths(trap, "A", "Z")) == ["ABZ", "ACZ"]
    assert single_points(trap, "A", "Z") == ()


def test_one_step_up_a_scale_instead_of_certainty() -> None:
    """To the top, the weakest edge gains most; by a step, the one whose step is longest."""
    rows = network("A B .2", "B C .5", "C Z .9")
    whole = best_improvement(rows, "A", "Z")
    assert whole is not None
    assert (whole.edge[:2], whole.probability) == (("A", "B"), Decimal("0.45"))
    scale = {Decimal("0.2"): Decimal("0.3"), Decimal("0.5"): Decimal("0.9"), Decimal("0.9"): Decimal("0.9")}
    step = best_improvement(rows, "A", "Z", raised=lambda edge: scale[edge.probability])
    assert step is not None
    assert (step.edge[:2], step.raised_to, step.probability) == (("B", "C"), Decimal("0.9"), Decimal("0.162"))


def test_of_equal_improvements_the_nearest_to_us() -> None:
    found = best_improvement(network("Us B", "B C", "C Z"), "Us", "Z")
    assert found is not None and found.edge[:2] == ("Us", "B")
