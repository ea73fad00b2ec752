"""What is reckoned from the plan of an account: handbook 9.1, 9.4, 9.6 and F-KEY-0."""

from dataclasses import replace
from fractions import Fraction

import pytest

from guanxi.key_accounts.rules.alerts import Alert
from guanxi.key_accounts.rules.growth import (
    Member,
    Reached,
    create_of,
    departments_covered,
    pairs_covered,
    rolls_done,
    strength,
)
from guanxi.key_accounts.rules.reviews import (
    Standing,
    missing_dimensions,
    plan_risks,
    questions,
    three_risks,
)
from guanxi.key_accounts.rules.screening import proposed_hours, screening_score

SOUND = Standing(
    growth_stage="TRUST_ORG", strength=Fraction(4), pairs=4, rival_hold=1, has_strategy=True,
    is_cheap_to_leave=False, open_steps=2, late_steps=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ((4, 3, 3), Fraction(34, 10)), ((5, 0, 0), 2), ((0, 5, 0), Fraction(3, 2)), ((5, 5, 5), 5), ((0, 0, 0), 0),
        ((4, None, 3), None), ((None, None, None), None),
    ],
)  # fmt: skip
def test_9_6_strength_is_four_three_three(ratings, expected):
    assert strength(*ratings) == expected


def test_9_6_a_pair_stands_when_the_counterpart_was_met():
    members = [
        Member("SALES", "N"), Member("SALES", "0"), Member("SERVICE", "1"), Member("TOP", "0"), Member("RND"),
        Member("SUPPORT", "F"),
    ]  # fmt: skip
    assert pairs_covered(members) == {"SALES", "SERVICE"}
    assert pairs_covered([]) == frozenset()


@pytest.mark.parametrize(
    ("covered", "done"),
    [
        ((), 0), (("SALES",), 1), (("SALES", "SERVICE"), 1), (("SALES", "SERVICE", "SALES_LEAD"), 2),
        (("SERVICE", "SALES_LEAD", "TOP", "RND"), 0), (("SALES", "SERVICE", "SALES_LEAD", "TOP", "RND"), 3),
    ],
)  # fmt: skip
def test_9_6_the_snowball_grows_in_three_rolls(covered, done):
    assert rolls_done(frozenset(covered)) == done


def test_9_6_departments_are_covered_by_whom_we_met():
    people = [
        Reached("1", area="FINANCE"), Reached("0", area="TECH"), Reached("N", role="U"), Reached("F", chain=("BUYER",)),
    ]  # fmt: skip
    assert departments_covered(people) == {"FINANCE", "USER", "PURCHASING"}
    assert departments_covered([Reached("1", "财务部"), Reached("0", "采购部"), Reached("N", "R&D Engineering")]) == {
        "FINANCE", "TECHNICAL",
    }  # fmt: skip
    assert departments_covered([Reached("1", area="TECH", chain=("USER",))]) == {"TECHNICAL", "USER"}


@pytest.mark.parametrize(
    ("scores", "total", "coaching"),
    [
        ([3] * 6, 18, False), ([3] * 5 + [2], 17, True), ([5] * 6, 30, False), ([1] * 6, 6, True),
        ([5] * 5 + [None], None, False), ([], None, False),
    ],
)  # fmt: skip
def test_9_4_create_below_eighteen_asks_for_coaching(scores, total, coaching):
    made = create_of(scores)
    assert (made.total, made.asks_for_coaching) == (total, coaching)


@pytest.mark.parametrize(
    ("ratings", "score", "hours"),
    [
        ((5, 5, 5, 5, 0), 25, 16), ((0, 0, 0, 0, 5), 0, 1), ((4, 3, 3, 2, 1), 16, 8), ((5, 5, 5, 4, 4), 20, 16),
        ((2, 2, 2, 2, 3), 10, 4), ((4, 3, 3, 2, None), None, None), ((None, 3, 3, 2, 1), None, None),
    ],
)  # fmt: skip
def test_f_key_0_points_and_the_hours_they_are_worth(ratings, score, hours):
    assert screening_score(*ratings) == score
    assert proposed_hours(score) == hours


def test_9_1_what_nobody_verified_is_still_to_be_found_out():
    assert missing_dimensions({"PRICE", "OTHER"}) == ["PEOPLE", "POLITICS", "RIVAL", "PERFORM", "SERVICE"]
    everything = {"PEOPLE", "POLITICS", "RIVAL", "PRICE", "PERFORM", "SERVICE"}
    assert questions((), everything) == []
    assert questions({"D"}, everything) == ["WHO_DECIDES"]
    assert questions({"A", "D"}, ()) == ["WHO_APPROVES", "WHO_DECIDES", "PEOPLE", "POLITICS", "RIVAL"]


def test_9_6_what_a_plan_itself_warns_of():
    assert plan_risks(SOUND) == []
    assert plan_risks(replace(SOUND, growth_stage="TRUST_PERSON", pairs=1)) == ["ONE_PERSON"]
    assert plan_risks(replace(SOUND, growth_stage="TRUST_PERSON", pairs=2)) == []
    assert plan_risks(replace(SOUND, rival_hold=4, is_cheap_to_leave=True)) == [
        "RIVAL_HOLDS",
        "EASY_TO_LEAVE",
    ]
    assert plan_risks(replace(SOUND, open_steps=0, strength=Fraction(2))) == ["NO_STEP", "WEAK_RELATION"]
    assert plan_risks(replace(SOUND, late_steps=1, has_strategy=False)) == ["STEP_LATE", "NO_STRATEGY"]
    assert plan_risks(replace(SOUND, strength=None, rival_hold=None)) == []


def test_the_review_names_three_risks_the_gravest_first():
    grave, other = Alert("NO_DECIDER"), Alert("ONE_COACH")
    assert three_risks([other, grave], ["NO_STEP"]) == [grave, "NO_STEP", other]
    assert three_risks([grave] * 4, ["NO_STEP"]) == [grave] * 3
    assert three_risks([], []) == []
