"""Intervals of differences against the published figures and, where it is installed, scipy."""

import pytest

from guanxi.lib.statistics.uplift import mean_difference, share_difference, student_quantile, wilson


def test_wilson_is_as_published():
    # Newcombe (1998), table I: 81 of 263, and 1 of 29.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert wilson(0, 20)[0] == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="somebody"):
        wilson(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    # Newcombe (1998), table II, method 10.
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((5, 56), (0, 29), -0.0381, 0.1926),
     ((10, 10), (0, 20), 0.6791, 1.0)],
)  # fmt: skip
def test_newcombe_is_as_published(one, other, low, high):
    found = share_difference(one, other)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_an_interval_with_zero_inside_tells_nothing():
    assert not share_difference((5, 56), (0, 29)).tells
    assert share_difference((56, 70), (48, 80)).tells
    assert share_difference((3, 10), (0, 0)) is None


@pytest.mark.parametrize(
    ("probability", "freedom", "expected"),
    [(0.975, 1, 12.706204736), (0.975, 10, 2.228138852), (0.95, 30, 1.697260887), (0.975, 1e6, 1.959966)],
)
def test_student_is_as_tabled(probability, freedom, expected):
    assert student_quantile(probability, freedom) == pytest.approx(expected, rel=1e-6)


def test_welch_is_as_scipy():
    stats = pytest.importorskip("scipy.stats")
    one, other = [0.0] * 40 + [12000.0, 9000.5, 15000.0], [0.0] * 20 + [8000.0]
    found, oracle = mean_difference(one, other), stats.ttest_ind(one, other, equal_var=False)
    interval = oracle.confidence_interval()
    assert found is not None
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_no_spread_says_nothing():
    assert mean_difference([5.0, 5.0], [1.0, 1.0]) is None
    assert mean_difference([5.0], [1.0, 2.0]) is None
