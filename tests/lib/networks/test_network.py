"""What a network holds and refuses, and whom a person leads to."""

from decimal import Decimal

import pytest
from tests.lib.networks.maps import edges_of, network

from guanxi.lib.networks.edges import Edge, EdgeRefused, both_ways
from guanxi.lib.networks.network import Network
from guanxi.lib.networks.reach import Reach, reach


def test_of_repeated_edges_the_strongest_counts() -> None:
    assert edges_of(network("A B .3", "A B .7", "A B .5", "B A .1")) == [
        Edge("A", "B", Decimal("0.7")), Edge("B", "A", Decimal("0.1"))]  # fmt: skip


@pytest.mark.parametrize("value", ["0", "-0.1", "1.0001", "1E400", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_probability_is_above_0_and_up_to_1(value: str) -> None:
    with pytest.raises(EdgeRefused):
        Network([Edge("A", "B", Decimal(value))])


def test_an_edge_joins_two() -> None:
    with pytest.raises(EdgeRefused, match="itself"):
        Network([Edge("A", "A")])


def test_friends_both_ways() -> None:
    assert both_ways([Edge("A", "B", Decimal("0.3"))]) == [
        Edge("A", "B", Decimal("0.3")), Edge("B", "A", Decimal("0.3"))]  # fmt: skip


def test_r_chn_02_whom_a_person_influences_directly_and_through_others() -> None:
    """A cycle ends where it began; who is influenced directly is not named again."""
    rows = network("Li Wang", "Li Zhao", "Wang Zhao", "Wang Chen", "Chen Li", "Chen Ma", nodes="Sun")
    assert reach(rows, "Li") == Reach(("Wang", "Zhao"), ("Chen", "Ma"))
    assert reach(rows, "Zhao") == reach(rows, "Sun") == Reach((), ())
    with pytest.raises(KeyError):
        reach(rows, "Nobody")
