"""R-TEAM-05, R-TEAM-06 and the calibration of levels (G27, handbook 17.3 and 17.5)."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template

from guanxi.performance.rules.effectiveness import Call, Held, calibration, ranks, score, together, weighed
from guanxi.workspace.forms.effectiveness import _points

WEIGHTS = {"STOCK": 10, "NEW": 20, "ACTIVITY": 20, "RESULTS": 50}
EXAMPLE = {
    "STOCK": Decimal("0.90"), "NEW": Decimal(1), "ACTIVITY": Decimal("0.80"), "RESULTS": Decimal("1.05"),
}  # fmt: skip
TODAY = date(2026, 3, 31)


def test_r_team_05_g27_the_score():
    """90/100/80/105 %, in time → 9 + 20 + 16 + 52.5 = 97.5."""
    assert score(EXAMPLE, WEIGHTS, Decimal("0.80")) == Decimal("97.5")


def test_r_team_05_late_follow_ups_cost_ten_points():
    assert score(EXAMPLE, WEIGHTS, Decimal("0.7999")) == Decimal("87.5")
    assert score(EXAMPLE, WEIGHTS, None) == Decimal("97.5")
    assert score({"STOCK": Decimal("0.05")}, WEIGHTS, Decimal(0)) == 0


def test_r_team_05_no_more_than_120_per_cent():
    assert score(dict.fromkeys(WEIGHTS, Decimal(9)), WEIGHTS, None) == 120


def test_17_5_a_group_without_a_target_is_left_out():
    assert score(EXAMPLE | {"RESULTS": None}, WEIGHTS, None) == 90
    assert score({}, WEIGHTS, None) is None
    assert weighed([(40, Decimal(1)), (30, None), (20, Decimal("0.5"))]) == Decimal(50) / Decimal(60)
    assert weighed([(0, Decimal(1))]) is None


def test_r_team_06_equal_scores_share_a_place_and_newcomers_have_none():
    given = [
        (Decimal(90), 22),
        (Decimal(95), 20),
        (Decimal(90), 10),
        (Decimal(99), 9),
        (None, 22),
        (Decimal(80), 22),
    ]
    assert ranks(given) == [2, 1, 2, None, None, 4]


@pytest.mark.parametrize(
    ("level", "ordered_on", "told"),
    [
        ("H", date(2026, 3, 8), (1, 1)),  # on the seventh day
        ("H", date(2026, 3, 9), (1, 0)),
        ("A", date(2026, 3, 30), (1, 1)),  # before its 30 days are over
        ("A", None, None),  # still has a day
        ("B", None, None),
        ("C", date(2026, 3, 2), None),
    ],
)
def test_a_call_counts_once_its_window_has_passed_or_it_closed(level, ordered_on, told):
    held = calibration([Call(1, level, date(2026, 3, 1), ordered_on)], {"H": 7, "A": 30, "B": 90}, TODAY)
    assert held == ({} if told is None else {(1, level): Held(*told)})


def test_a_consultant_against_the_team():
    calls = [Call(1, "H", date(2026, 3, 1), date(2026, 3, 5)), Call(1, "H", date(2026, 3, 2), None)]
    calls += [Call(2, "H", date(2026, 3, 1), None), Call(2, "H", date(2026, 3, 1), None)]
    held = calibration(calls, {"H": 7}, TODAY)
    assert (held[1, "H"].rate, together(held, "H").rate) == (Decimal("0.5"), Decimal("0.25"))
    assert together(held, "H", [2]).closed == 0 and together(held, "A").rate is None


def test_r_team_06_scores_are_ranked_before_they_are_rounded():
    scores = [
        score(EXAMPLE | {"RESULTS": Decimal(results)}, WEIGHTS, None) for results in ("1.0492", "1.0508")
    ]
    assert scores == [Decimal("97.46"), Decimal("97.54")]
    assert ranks([(points, 20) for points in scores]) == [2, 1]


def test_r_team_06_equal_scores_of_unequal_quotients_share_a_place():
    third = Decimal(1) / Decimal(3)
    one = score({"STOCK": third, "NEW": third, "ACTIVITY": third, "RESULTS": third}, WEIGHTS, None)
    other = score({"STOCK": third}, WEIGHTS, None)
    assert ranks([(one, 20), (other, 20)]) == [1, 1]


def test_0_2_a_score_is_shown_half_up():
    assert [_points(score) for score in ("97.25", "97.35", "90", None)] == ["97.3", "97.4", "90.0", "—"]
    assert render_to_string_of("{{ score|floatformat:1 }}", score=Decimal("97.25")) == "97.3"


def render_to_string_of(text, **values):
    return Template(text).render(Context(values))
