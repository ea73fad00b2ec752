"""2.3 composite classification, 2.2 the hint for a tier: pure."""

from datetime import date

import pytest

from guanxi.markets.rules.composite import Pair, Tag, grade_of, urgency, year_before
from guanxi.markets.rules.tiers import tier_hint

EDGES = {"1": 1, "2": 2, "3": 4, "4": 7}
ON = date(2026, 3, 2)


@pytest.mark.parametrize(("current", "potential", "gap", "tag"), [
    (1, "3", 2, Tag.GROW), (0, "N", None, Tag.EXPLORE), (4, "4", 0, Tag.MAINTAIN),
    (3, "2", -1, Tag.POTENTIAL_BELOW_CURRENT),
])  # fmt: skip
def test_g14_r_cmp_01_gap_and_tag(current, potential, gap, tag):
    pair = Pair(current, potential)
    assert (pair.gap, pair.tag) == (gap, tag)


def test_r_cmp_01_an_unsure_potential_sorts_as_a_gap_of_two():
    pairs = [Pair(0, "1"), Pair(0, "N"), Pair(0, "3"), Pair(4, "N")]
    assert [pair.sorted_gap for pair in pairs] == [1, 2, 3, 2]


@pytest.mark.parametrize(("pair", "is_target"), [
    (Pair(1, "3"), True), (Pair(0, "N"), True), (Pair(4, "4"), False), (Pair(3, "2"), False), (Pair(0, "0"), False),
])  # fmt: skip
def test_r_cmp_02_targets_are_gaps_and_the_unsure(pair, is_target):
    assert pair.is_target == is_target


def test_who_buys_nothing_and_could_not_is_nobody_to_keep():
    assert Pair(0, "0").tag == Tag.NOTHING


def test_r_cmp_02_order_is_tier_then_gap_then_silence():
    rows = {
        "third tier, wide": (Pair(0, "4"), 3, date(2025, 1, 1)),
        "no tier": (Pair(0, "4"), None, None),
        "first tier, gap 1": (Pair(3, "4"), 1, date(2025, 1, 1)),
        "first tier, unsure": (Pair(0, "N"), 1, ON),
        "first tier, gap 2, silent": (Pair(0, "2"), 1, date(2026, 1, 1)),
        "first tier, never contacted": (Pair(1, "3"), 1, None),
    }
    assert sorted(rows, key=lambda name: urgency(*rows[name], ON)) == [
        "first tier, never contacted", "first tier, gap 2, silent", "first tier, unsure", "first tier, gap 1",
        "third tier, wide", "no tier",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("purchases", "grade"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (6, 3), (7, 4), (30, 4)]
)
def test_purchases_as_a_grade(purchases, grade):
    assert grade_of(purchases, EDGES) == grade


def test_a_store_may_move_the_edges():
    assert [grade_of(count, {"1": 1, "2": 10, "3": 20, "4": 40}) for count in (9, 10, 40)] == [1, 2, 4]


def test_the_year_before_a_leap_day():
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_before(ON) == date(2025, 3, 2)


def test_the_hint_for_a_tier_is_the_place_by_margin():
    tiers = [tier_hint(ahead, 10).tier for ahead in range(10)]
    assert tiers == [1, 1, 2, 2, 2, 3, 3, 3, 3, 3]
    assert (tier_hint(3, 10).place, tier_hint(3, 10).among, tier_hint(0, 9)) == (4, 10, None)
