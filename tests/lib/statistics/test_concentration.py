"""Classes A, B, C, LOSS and how concentrated a whole is (R-VAL-07)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lib.statistics.ledgers import CALIBRATED, HELD_OUT, cdnow, profits

from guanxi.lib.statistics.concentration import (
    CLASSES,
    captured,
    concentration,
    requalified,
    top_share_band,
)
from guanxi.lib.statistics.purchases import TooMuchMoney, histories

G23 = [500, 260, 90, 60, 40, 25, 15, 6, 3, 1]


def classes(of: list[int]) -> str:
    return "".join(CLASSES[place][0] for place in concentration(np.array(of, np.int64)).classes)


def test_r_val_07_g23_ten_profits() -> None:
    found = concentration(np.array(G23))
    assert found.sizes() == {"A": 3, "B": 2, "C": 5, "LOSS": 0}
    assert (found.top_20, found.bring_80) == (Fraction(76, 100), 3)
    assert classes(G23) == "AAABBCCCCC"


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        # Reaching 80 % exactly ends A; one fen less does not.
        ([80, 15, 5], "ABC"),
        ([79, 16, 5], "AAC"),
        # Who ties with the last of A is no less; of B likewise.
        ([60, 10, 10, 10, 10], "AAAAA"),
        ([80, 10, 5, 5], "ABBB"),
        # A loss stands apart and takes nothing from the total; nothing earned is C.
        ([80, 15, 5, 0, -1000], "ABCCL"),
        ([0, -5], "LL"),
        ([0, 0], "LL"),
        ([7], "A"),
    ],
)
def test_r_val_07_edges(of: list[int], expected: str) -> None:
    assert classes(of) == expected


def test_r_val_07_without_profit_there_is_no_pareto() -> None:
    found = concentration(np.array([-3, 0, -1]))
    assert (found.top_20, found.gini, found.bring_80, found.curve) == (None, None, None, [])
    assert top_share_band(np.array([-3, 0])) is None
    assert concentration(np.array([], np.int64)).counted == 0


def test_gini_and_hhi_of_known_shapes() -> None:
    even = concentration(np.full(4, 25))
    assert (even.gini, even.hhi) == (pytest.approx(0, abs=1e-12), 0.25)
    one = concentration(np.array([100, 0, 0, 0]))
    assert (one.gini, one.hhi) == (pytest.approx(0.75), 1)


def test_sums_past_whole_numbers_are_refused() -> None:
    with pytest.raises(TooMuchMoney):
        concentration(np.full(10, 10**17))


@given(profits)
def test_r_val_07_classes_fall_with_profit(of: list[int]) -> None:
    found = concentration(np.array(of, np.int64))
    for one, here in zip(of, found.classes, strict=True):
        for other, there in zip(of, found.classes, strict=True):
            assert one <= other or here <= there
    if found.total:
        kept = sum(one for one, kind in zip(of, found.classes, strict=True) if CLASSES[kind] == "A")
        assert Fraction(kept, found.total) >= Fraction(4, 5)
        assert found.top_5 <= found.top_20 <= 1
        assert 0 <= found.gini < 1
        assert 1 / found.counted - 1e-9 <= found.hhi <= 1 + 1e-9


@given(profits, st.randoms())
def test_r_val_07_the_order_changes_nothing(of: list[int], chance) -> None:
    mixed = list(range(len(of)))
    chance.shuffle(mixed)
    found, again = concentration(np.array(of)), concentration(np.array(of)[mixed])
    assert found.classes[mixed].tolist() == again.classes.tolist()
    assert (found.top_20, found.gini, found.hhi) == (again.top_20, again.gini, again.hhi)
    assert top_share_band(np.array(of)) == top_share_band(np.array(of)[mixed])


@given(profits)
def test_the_curve_rises_from_nothing_to_all_below_no_diagonal(of: list[int]) -> None:
    curve = concentration(np.array(of)).curve
    if curve:
        assert (curve[0], curve[-1]) == ((0.0, 0.0), (1.0, 1.0))
        assert all(share >= part - 1e-12 for part, share in curve)
        assert [share for _part, share in curve] == sorted(share for _part, share in curve)


def test_the_curve_of_many_has_a_hundred_and_one_points() -> None:
    assert len(concentration(np.arange(1, 50_001)).curve) == 101


def test_the_band_holds_the_share_and_groups_hardly_move_it() -> None:
    many = np.exp(np.random.default_rng(3).normal(9, 1.2, 4_000)).astype(np.int64)
    low, high = top_share_band(many)
    assert low < concentration(many).top_20 < high
    chance = np.random.default_rng(4)
    plainly = []
    for _draw in range(400):
        drawn = -np.sort(-many[chance.integers(0, len(many), len(many))])
        plainly.append(drawn[:800].sum() / drawn.sum())
    assert (low, high) == pytest.approx(np.quantile(plainly, (0.025, 0.975)), abs=0.004)


def test_ties_at_the_edge_count_in_part() -> None:
    ranking, worth = np.array([5, 1, 1, 1, 1]), np.array([10, 10, 10, 10, 60])
    assert captured(ranking, worth, 40) == pytest.approx(0.1 + 0.9 / 4)
    assert requalified(ranking, worth, 20) == 0
    assert requalified(worth, worth, 20) == 1
    assert captured(ranking, np.zeros(5, np.int64)) is None
    assert requalified(np.array([]), np.array([], np.int64)) is None


def test_half_of_the_best_are_the_best_again() -> None:
    """What is known of heavy buyers holds on CDNOW: about half of the top 20 % qualify again."""
    purchases = cdnow().purchases
    of = histories(purchases, CALIBRATED)
    spend = purchases.between(CALIBRATED, HELD_OUT).totals()[of.customer]
    assert requalified(of.total, spend) == pytest.approx(0.498, abs=0.001)
    assert captured(of.total, spend) == pytest.approx(0.663, abs=0.001)
