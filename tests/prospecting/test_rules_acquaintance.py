import random

import networkx
import pytest

from guanxi.prospecting.rules.acquaintance import shortest_lines


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_the_shortest_in_the_order_of_their_numbers(seed):
    chance = random.Random(seed)
    links = [tuple(chance.sample(range(25), 2)) for _ in range(30)]
    graph = networkx.Graph(links)
    for start, goal in [tuple(chance.sample(range(25), 2)) for _ in range(20)]:
        if start in graph and goal in graph and networkx.has_path(graph, start, goal):
            expected = sorted(tuple(way) for way in networkx.all_shortest_paths(graph, start, goal))
        else:
            expected = []
        assert shortest_lines(links, start, goal, most=100) == expected
        assert shortest_lines(links, start, goal, most=2) == expected[:2]


def test_nobody_knows_a_stranger_and_everybody_is_next_to_himself():
    assert shortest_lines([(1, 2)], 1, 3, most=3) == []
    assert shortest_lines([(1, 2)], 4, 4, most=3) == [(4,)]
