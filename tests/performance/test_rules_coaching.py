"""Coaching: classes of the self-diagnosis (8.7), plans (R-TEAM-10), what to coach first, quarters and weeks."""

from datetime import date
from decimal import Decimal

import pytest

from guanxi.lib.quarters import quarter_before, quarter_of
from guanxi.performance.rules.coaching import (
    ASPECTS,
    METHODS,
    PART_MOST,
    PARTS,
    Judged,
    Step,
    class_of,
    coach_first,
    coached_month,
    plan,
    pooled,
    trend,
    week_of,
)

Q4, Q1, Q2 = date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1)


def degrees(*given):
    return dict(zip(ASPECTS, given, strict=True))


@pytest.mark.parametrize(
    ("given", "grade"),
    [
        ((1, 1, 1, 1), "PASS"), ((2, 2, 1, 1), "PASS"), ((2, 2, 2, 1), "MIDDLE"), ((3, 3, 2, 1), "MIDDLE"),
        ((3, 3, 3, 1), "TOP"), ((3, 3, 3, 3), "TOP"),
    ],
)  # fmt: skip
def test_8_7_the_sum_is_the_class(given, grade):
    assert class_of(degrees(*given)) == grade


@pytest.mark.parametrize("given", [degrees(0, 1, 1, 1), degrees(1, 1, 1, 4), {"focus": 1}, {}])
def test_8_7_four_aspects_of_one_to_three(given):
    with pytest.raises(ValueError):
        class_of(given)


def test_r_team_08_four_parts_of_25_points_and_four_methods():
    assert len(PARTS) * PART_MOST == 100
    assert METHODS == ("LECTURE", "CASE", "ROLE_PLAY", "DISCUSSION")


def test_r_team_10_a_drop_of_one_class_opens_a_plan_until_a_session():
    before = Judged("LEADER", Q4, degrees(3, 3, 2, 2), date(2025, 12, 1))
    now = Judged("LEADER", Q1, degrees(3, 2, 2, 2), date(2026, 2, 10))
    found = plan([before, now], None)
    assert found is not None
    assert (found.before, found.now, found.fell, found.since) == ("TOP", "MIDDLE", ("entry",), now.on)
    assert plan([now, before], date(2026, 2, 9)) == found, "a session from before the judgement"
    assert plan([before, now], date(2026, 2, 10)) is None


def test_r_team_10_only_the_same_side_and_the_quarter_before_compare():
    top, low = degrees(3, 3, 3, 3), degrees(1, 1, 1, 1)
    assert plan([Judged("SELF", Q4, top, Q4), Judged("LEADER", Q1, low, Q1)], None) is None
    assert plan([Judged("SELF", Q4, top, Q4), Judged("SELF", Q2, low, Q2)], None) is None, "a quarter between"
    assert plan([Judged("SELF", Q4, low, Q4), Judged("SELF", Q1, top, Q1)], None) is None
    same_class = [
        Judged("SELF", Q4, degrees(3, 2, 2, 2), Q4), Judged("SELF", Q1, degrees(2, 2, 2, 1), Q1)
    ]  # fmt: skip
    assert plan(same_class, None) is None
    risen_since = [Judged("SELF", Q4, top, Q4), Judged("SELF", Q1, low, Q1), Judged("SELF", Q2, top, Q2)]
    assert plan(risen_since, None) is None
    assert plan([], None) is None


def test_trend_of_classes():
    assert [trend(*pair) for pair in ((None, "TOP"), ("TOP", "TOP"), ("PASS", "TOP"), ("TOP", "MIDDLE"))] == [
        0, 0, 1, -1,
    ]  # fmt: skip


def step(code, own, team, cases=20):
    return Step(code, None if own is None else Decimal(own), None if team is None else Decimal(team), cases)


def test_what_is_furthest_behind_the_store_comes_first():
    reach, close = step("reach_rate", "0.60", "0.80"), step("close_rate", "0.05", "0.10")
    assert coach_first([reach, close, step("H", "0.9", "0.5")]) == close
    assert coach_first([reach, step("close_rate", "0.05", "0.10", cases=4)]) == reach, "too few cases"
    assert coach_first([step("filing", "0.6", "0.8"), reach]).code == "filing", "of equals the first"


@pytest.mark.parametrize(
    ("own", "team"), [(None, "0.5"), ("0.5", None), ("0", "0"), ("0.5", "0.5"), ("0.6", "0.5")]
)
def test_nothing_known_or_nothing_behind_is_not_coached(own, team):
    assert coach_first([step("reach_rate", own, team)]) is None
    assert coach_first([]) is None


def test_the_share_of_all_cases_together():
    assert pooled([(Decimal("0.5"), 2), (Decimal(1), 6), (None, 9)]) == Decimal("0.875")
    assert pooled([(None, 0)]) is None


def test_quarters_weeks_and_the_month_talked_about():
    assert [quarter_of(date(2026, month, 28)) for month in (1, 3, 4, 12)] == [Q1, Q1, Q2, date(2026, 10, 1)]
    assert quarter_before(Q1) == Q4
    assert week_of(date(2026, 1, 1)) == date(2025, 12, 29)
    assert week_of(date(2026, 3, 2)) == date(2026, 3, 2) == week_of(date(2026, 3, 8))
    assert coached_month(date(2026, 3, 10)) == date(2026, 2, 1)
    assert coached_month(date(2026, 3, 11)) == date(2026, 3, 1)
    assert coached_month(date(2026, 1, 5)) == date(2025, 12, 1)
