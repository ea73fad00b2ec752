"""R-REF-01, R-REF-05, R-REF-06, R-PRO-02…04: asking, warmth, the norm; who brought whom."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from guanxi.prospecting.rules.asking import Ask, asked_so_far, is_centre
from guanxi.prospecting.rules.generations import NOTHING, Value, drawn, forest_of, would_be_ring
from guanxi.prospecting.rules.warmth import (
    conversions,
    is_ideal,
    may_be_visited,
    norm_of,
    source_of,
    why_not_warmed,
)

ON = date(2026, 3, 2)
PLANNED = {str(n): Decimal(share) for n, share in enumerate(("0.05", "0.10", "0.20", "0.35", "0.60"), 1)}


def asked(*results: str, after: int = 0):
    """Requests on successive days, seen ``after`` days after the last."""
    asks = [Ask(ON + timedelta(days=day), result) for day, result in enumerate(results)]
    last = asks[-1].on if asks else ON
    return asked_so_far(asks, last + timedelta(days=after), wanted=5, rest_days=90)


def test_r_ref_01_nobody_stops_before_the_fifth_request():
    assert asked().next_no == 1
    two = asked("REFUSED", "REFUSED")
    assert (two.asked, two.wanted, two.may_ask, two.next_no) == (2, 5, True, 3)
    assert asked(*["REFUSED"] * 4).may_ask


def test_r_ref_01_five_refusals_are_left_in_peace_for_ninety_days():
    five = asked(*["REFUSED"] * 5)
    assert not five.may_ask
    assert five.rests_until == ON + timedelta(days=4 + 90)
    assert not asked(*["REFUSED"] * 5, after=90).may_ask
    again = asked(*["REFUSED"] * 5, after=91)
    assert again.may_ask and again.next_no == 1


def test_r_ref_01_names_end_a_round_and_a_put_off_request_counts():
    assert asked("REFUSED", "NAMES").asked == 0
    assert asked("REFUSED", "NAMES", "REFUSED").asked == 1
    assert asked("LATER", "LATER").asked == 2
    assert asked(*["REFUSED"] * 4, "NAMES").may_ask
    # After a rest a new round is counted from one.
    assert asked(*["REFUSED"] * 5, "REFUSED").asked == 1


def test_r_ref_01_only_refusals_decline():
    """Another time is no refusal: it counts as asked, and the fifth refusal of the round declines."""
    put_off = asked(*["LATER"] * 6)
    assert put_off.may_ask and (put_off.shown, put_off.wanted, put_off.next_no) == (5, 5, 7)
    assert asked(*["LATER"] * 4, "REFUSED").may_ask
    assert not asked("LATER", *["REFUSED"] * 5).may_ask
    assert asked(*["REFUSED"] * 4, "LATER").may_ask


@pytest.mark.parametrize(
    ("ticks", "centre"), [("", False), ("ABC", False), ("ABCD", True), ("ABCDE", True), ("AAAA", False)]
)
def test_four_of_five_traits_make_a_centre(ticks: str, centre: bool):
    assert is_centre(list(ticks)) is centre


def warmed(
    before: int, after: int, *, evidence="写了两句", recommended=True, conditions: Iterable[str] = ("NEED",)
):
    return why_not_warmed(
        before, after, evidence=evidence, recommended=recommended, conditions=list(conditions)
    )


def test_r_ref_05_an_upgrade_needs_evidence_and_the_way_down_a_reason():
    assert warmed(1, 3) == ""
    assert warmed(1, 3, evidence="  ") == "NO_EVIDENCE"
    assert warmed(4, 2) == ""
    assert warmed(4, 2, evidence="") == "NO_EVIDENCE"
    assert warmed(2, 2) == "SAME"
    assert warmed(2, 0) == warmed(2, 6) == "UNKNOWN"


def test_r_ref_05_level_five_takes_need_and_recommendation_both():
    assert warmed(4, 5) == ""
    assert warmed(4, 5, conditions=["MEANS", "DECIDES"]) == "NO_NEED"
    assert warmed(4, 5, recommended=False) == "NOT_RECOMMENDED"
    assert warmed(1, 4, recommended=False, conditions=[]) == ""


def test_r_ref_06_expected_conversion_beside_the_actual():
    found = {row.warmth: row for row in conversions({5: (5, 4, 3), 1: (30, 2, 0)}, PLANNED)}
    assert [row.planned for row in found.values()] == [
        Decimal(s) for s in ("0.60", "0.35", "0.20", "0.10", "0.05")
    ]
    assert found[5].expected == Decimal("3.0") and found[5].rate == Decimal("0.6")
    assert found[1].expected == Decimal("1.5") and found[1].rate == 0
    assert found[3].rate is None and found[3].expected == 0


def test_r_pro_02_ten_names_three_prospects_one_deal():
    norm = norm_of(100, 20, 12, {"NAMES": 10, "PROSPECTS": 3, "DEALS": 1})
    assert (norm.due_prospects, norm.due_deals) == (30, 10)
    assert norm_of(5, 0, 0, {"NAMES": 10, "PROSPECTS": 3, "DEALS": 1}).due_deals == Decimal("0.5")


def test_r_pro_03_four_of_four_is_ideal():
    assert is_ideal(["HEALTHY", "MEANS", "DECIDES", "NEED"])
    assert not is_ideal(["HEALTHY", "MEANS", "DECIDES"])


def test_r_pro_04_neither_means_nor_decision_is_not_visited():
    assert not may_be_visited([])
    assert not may_be_visited(["HEALTHY", "NEED"])
    assert may_be_visited(["MEANS"]) and may_be_visited(["DECIDES"])


def test_the_source_of_a_card_that_a_name_becomes():
    assert source_of(recommended=False, by_vip=False, by_owner=False)[0] == "K"
    assert source_of(recommended=True, by_vip=False, by_owner=True) == ("B", "REFER")
    assert source_of(recommended=True, by_vip=True, by_owner=True) == ("R", "VIP")
    assert source_of(recommended=True, by_vip=False, by_owner=False) == ("R", "REFER")


# 1 brought 2 and 3, 2 brought 4, 4 brought 5; 9 brought 8.
LINKS = [(2, 1), (3, 1), (4, 2), (5, 4), (8, 9)]
VALUES = {pk: Value(1, 1, Decimal(100 * pk)) for pk in (2, 3, 5)}


def test_value_is_brought_through_every_generation():
    forest = forest_of(LINKS, VALUES)
    assert forest.roots == [1, 9]
    one = forest.brought[1]
    assert (one.direct, one.people, one.depth) == (2, 4, 3)
    assert one.value == Value(3, 3, Decimal(1000))
    assert forest.brought[2].value == Value(1, 1, Decimal(500))
    assert forest.brought[5].generation == 3 and forest.brought[5].value == NOTHING
    assert forest.generations == {0: 2, 1: 3, 2: 1, 3: 1}


def test_a_ring_is_counted_once():
    forest = forest_of([(1, 2), (2, 3), (3, 1), (4, 1)], {})
    assert len(forest.brought) == 4
    assert forest.brought[forest.roots[0]].people == 3
    assert len(drawn(forest, forest.roots[0], most=10)) == 4
    assert forest_of([(7, 7)], {}).roots == []


def test_a_drawing_says_whom_it_leaves_out():
    forest = forest_of(LINKS, VALUES)
    spots = drawn(forest, 1, most=10)
    assert [(spot.customer, spot.generation, spot.recommender) for spot in spots] == [
        (1, 0, None), (2, 1, 1), (4, 2, 2), (5, 3, 4), (3, 1, 1),
    ]  # fmt: skip
    short = drawn(forest, 1, most=2)
    assert {spot.customer: spot.left_out for spot in short} == {1: 1, 2: 2}


def test_two_people_cannot_have_brought_each_other():
    parents = {5: 4, 4: 2, 2: 1, 1: None}
    assert would_be_ring(5, 1, parents) and would_be_ring(5, 5, parents)
    assert not would_be_ring(1, 5, parents)
    assert not would_be_ring(1, 9, {1: 2, 2: 1})


def test_every_customer_stands_in_exactly_one_tree():
    rng = Random(7)
    links = [(child, rng.randrange(1, 3000)) for child in range(1, 3000)]
    forest = forest_of(links, {})
    linked = {pk for child, parent in links if child != parent for pk in (child, parent)}
    assert forest.brought.keys() == linked
    assert sum(forest.brought[root].people + 1 for root in forest.roots) == len(linked)
    for root in forest.roots:
        assert len(drawn(forest, root, most=10**6)) == forest.brought[root].people + 1
