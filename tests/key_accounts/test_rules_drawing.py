"""The drawn map: every box has its own place, whatever the chart; and the ways through it."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanxi.key_accounts.rules.drawing import (
    HEIGHT,
    WIDTH,
    Point,
    curve,
    label_places,
    places_of,
    region,
    size_of,
    tree_line,
)
from guanxi.key_accounts.rules.links import key_links, reaches
from guanxi.key_accounts.rules.support import Marked
from guanxi.key_accounts.rules.ways import (
    Tie,
    brokers,
    groups_of,
    network_of,
    ways_to,
)
from guanxi.lib.networks.edges import Edge

FORESTS = st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=1, max_size=40)


def forest(wishes):
    """Person → boss: a boss comes before whom they lead."""
    return {place: boss if boss is not None and boss < place else None for place, boss in enumerate(wishes)}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FORESTS)
def test_no_box_covers_another(wishes):
    places = places_of(forest(wishes))
    assert set(places) == set(range(len(wishes)))
    boxes = list(places.values())
    for place, one in enumerate(boxes):
        assert one.x >= 0 and one.y >= 0
        for other in boxes[place + 1 :]:
            assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT


@given(FORESTS)
def test_a_boss_stands_above(wishes):
    bosses = forest(wishes)
    places = places_of(bosses)
    assert all(places[boss].y < places[one].y for one, boss in bosses.items() if boss is not None)
    assert size_of(places.values()).x >= max(place.x for place in places.values()) + WIDTH


def test_a_thousand_in_one_line_and_a_circle_of_bosses_do_no_harm():
    chain = places_of({place: place - 1 if place else None for place in range(1000)})
    assert len({(at.x, at.y) for at in chain.values()}) == 1000
    assert len(places_of({1: 2, 2: 3, 3: 1})) == 3


def test_places_by_hand_win():
    places = places_of({1: None, 2: 1}, {2: (900, 700), 77: (1, 1)})
    assert (places[2].x, places[2].y) == (900, 700)
    assert 77 not in places
    assert tree_line(places[1], places[2]).startswith("M")
    assert curve(places[1], places[2]).path != curve(places[2], places[1]).path
    assert len(region(list(places.values())).boxes) == 2


def people(*marks):
    return [Marked(key, f"人{key}", *mark) for key, mark in enumerate(marks, 1)]


def test_the_best_and_the_second_best_way():
    """1 the approver nobody met, 2 a friend of ours who influences 1, 3 whom we met once and who reports to 1."""
    crowd = people(("A", "=", "0"), ("E", "*", "F"), ("D", "+", "1"))
    network = network_of(crowd, {1: None, 2: None, 3: 1}, [Edge(2, 1, Decimal("0.7"))], [Tie(9, 2, 4)], 8)
    ways = ways_to(network, 1)
    assert ways.best is not None and ways.best.probability == Decimal("0.63")
    assert ways.first_asked == 2
    assert (ways.second is not None and ways.second.probability == Decimal("0.63")) or ways.second
    assert ways.needed == ()
    assert ways.improvement is None or ways.improvement.raised_to <= 1


def test_who_is_against_us_introduces_nobody():
    crowd = people(("A", "=", "0"), ("E", "−", "F"))
    network = network_of(crowd, {1: None, 2: 1}, [Edge(2, 1, Decimal("0.9"))], [], 8)
    assert ways_to(network, 1).best is None
    assert ways_to(network, 2).best is not None


def test_whom_every_way_needs_and_what_helps_most():
    crowd = people(("A", "=", "0"), ("E", "+", "0"), ("U", "+", "0"))
    lines = [Edge(3, 2, Decimal("0.5")), Edge(2, 1, Decimal("0.5"))]
    ways = ways_to(network_of(crowd, {}, lines, [Tie(9, 3, 1)], 8), 1)
    assert ways.needed == (3, 2)
    assert ways.improvement is not None
    assert (ways.improvement.edge.source, ways.improvement.raised_to) == ((1, 9), Decimal("0.5"))


def test_go_betweens_are_nobodys_boss():
    lines = [Edge(1, 2), Edge(2, 3), Edge(3, 4)]
    assert brokers([1, 2, 3, 4], {4: 2}, lines) == [3]
    assert brokers([1, 2], {}, []) == []


def test_groups_are_held_against_the_circles():
    lines = [Edge(1, 2), Edge(2, 3), Edge(3, 1), Edge(4, 5), Edge(5, 6), Edge(6, 4)]
    groups = groups_of(lines, {1: 7, 2: 7, 3: None, 4: None, 5: None, 6: None})
    assert [(group.people, group.circle, group.apart) for group in groups] == [
        ((1, 2, 3), 7, (3,)), ((4, 5, 6), None, ()),
    ]  # fmt: skip


def test_r_chn_02_links_are_ranked_by_whom_they_move_not_by_title():
    crowd = [
        Marked(1, "总经理", buy_power=3, influence=2), Marked(2, "秘书", buy_power=3, influence=2),
        Marked(3, "核心", buy_power=2, influence=2), Marked(4, "赵", buy_power=5, influence=5), Marked(5, "无"),
    ]  # fmt: skip
    moved = reaches([Edge(2, 4), Edge(4, 5), Edge(5, 2)], [], [1, 2, 3, 4, 5])
    assert moved[2].direct == (4,) and moved[2].indirect == (5,)
    assert [one.key for one in key_links(crowd, moved)] == [3, 2, 1]


def test_r_chn_02_a_line_through_others_is_no_direct_influence():
    moved = reaches(
        [Edge(1, 2), Edge(2, 3), Edge(1, 5)], [Edge(1, 4), Edge(3, 1), Edge(1, 5)], [1, 2, 3, 4, 5]
    )
    assert moved[1].direct == (2, 5) and moved[1].indirect == (3, 4)
    assert moved[3].direct == () and moved[3].indirect == (1, 2, 4, 5)


def test_words_of_lines_do_not_cover_each_other_nor_a_box_where_there_is_room():
    boxes = [Point(0, 0), Point(900, 0)]
    one, other = curve(*boxes), curve(*boxes)
    first, second = label_places([(one, 4), (other, 4)], boxes)
    assert first == one.spots[0] and second in other.spots[1:]
    assert abs(first.x - second.x) >= 4 * 11 or abs(first.y - second.y) >= 14
    covered = [*boxes, Point(first.x - 80, first.y - 30)]
    assert label_places([(one, 4)], covered) != [first]
