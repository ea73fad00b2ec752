"""Follow or drop: burning issue, unique value, four questions, BANT, and the advice of them all (R-OPP-06)."""

from datetime import date
from fractions import Fraction

import pytest

from guanxi.pipeline.rules.advice import Facts, advise
from guanxi.pipeline.rules.qualification import (
    ITEMS,
    MINUS,
    NEEDS,
    PLUS,
    UNIQUE,
    AssessmentRefused,
    bant_points,
    burning_verdict,
    four_verdict,
    plus_count,
    read_bant,
    read_burning,
    read_four,
    read_unique,
    red_sections,
    unique_points,
)
from guanxi.playbooks.loader import load_pack

SETTINGS = load_pack("auto").settings


def burning(personal, time_limited, dilemma):
    said = {"personal": personal, "time_limited": time_limited, "dilemma": dilemma}
    return read_burning({
        name: {"yes": yes, "who": "李总" if yes else "", "by": date(2026, 6, 30) if yes else None}
        for name, yes in said.items()
    })  # fmt: skip


def marks(plus, first="PROJECT"):
    """So many +, the rest −, but none at the head of a section unless they are all used up."""
    heads = ["PROJECT", "CRITERIA", "INSIDE", "SHORT"]
    order = heads + [item for item in ITEMS if item not in heads]
    return read_four({item: PLUS if place < plus else "-" for place, item in enumerate(order)})


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ((True, True, True), "CONTINUE"), ((True, True, False), "CONTINUE"), ((False, True, True), "CONTINUE"),
        # Two without the time limit: nothing has to happen.
        ((True, False, True), "NURTURE"), ((True, False, False), "NURTURE"), ((False, True, False), "NURTURE"),
        ((False, False, False), "DROP"),
        ((None, None, None), "ASK"), ((True, None, False), "ASK"), ((False, False, None), "ASK"),
        ((True, True, None), "CONTINUE"), ((True, False, None), "NURTURE"),
    ],
)  # fmt: skip
def test_r_opp_06_two_yes_with_the_time_limit_go_on(said, verdict):
    assert burning_verdict(burning(*said), 2) == verdict


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"personal": {"yes": True}}, "personal.who", "WHO_NEEDED"),
        ({"time_limited": {"yes": True, "who": "李总"}}, "time_limited.by", "DAY_NEEDED"),
        ({"personal": {"yes": "maybe"}}, "personal.yes", "YES_OR_NO"),
        ({"personal": {"yes": True, "who": "李总", "by": "tomorrow"}}, "personal.by", "DAY"),
        ({"certain": {"yes": True}}, "certain", "UNKNOWN"),
        ({"personal": {"yes": True, "whom": "x"}}, "personal.whom", "UNKNOWN"),
        ({"personal": {"yes": True, "who": ["李总"]}}, "personal.who", "SHAPE"),
        ({"personal": {"yes": True, "who": "李总", "by": "9999-12-31"}}, "personal.by", "DAY"),
        ({"personal": {"yes": True, "who": "长" * 301}}, "personal.who", "TOO_LONG"),
    ],
)
def test_a_yes_names_who_and_the_limit_its_day(given, field, code):
    with pytest.raises(AssessmentRefused) as refused:
        read_burning(given)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_unique_value_is_ready_from_seven_of_ten():
    ucv = read_unique(
        {
            name: {"score": score, "text": "省 12%"}
            for name, score in zip(UNIQUE, (2, 2, 1, 1, 1), strict=True)
        }
    )
    assert unique_points(ucv) == 7
    assert unique_points(read_unique({"result": {"score": 2, "text": "省 12%"}})) is None


@pytest.mark.parametrize(
    ("part", "field", "code"),
    [
        ({"score": 3, "text": "x"}, "result.score", "SCORE"), ({"score": -1}, "result.score", "SCORE"),
        ({"score": True, "text": "x"}, "result.score", "SCORE"), ({"score": 1}, "result.text", "WORDS_NEEDED"),
    ],
)  # fmt: skip
def test_a_score_stands_on_words(part, field, code):
    with pytest.raises(AssessmentRefused) as refused:
        read_unique({"result": part})
    assert (refused.value.field, refused.value.code) == (field, code)


def test_sixteen_items_ten_plus_and_no_red_section():
    assert four_verdict(marks(10), 10) == "GO"
    assert four_verdict(marks(9), 10) == "SHORT"
    assert four_verdict(read_four({}), 10) == "ASK"
    assert plus_count(marks(10)) == 10
    red = marks(16) | {"INSIDE": MINUS}
    assert (four_verdict(red, 10), red_sections(red)) == ("RED", ["WIN"])
    # A minus that is not the first of its section leaves it as it is.
    assert four_verdict(marks(16) | {"AUTHORITY": MINUS}, 10) == "GO"


def test_every_minus_is_one_and_an_unknown_mark_is_refused():
    assert {read_four({"PROJECT": mark})["PROJECT"] for mark in ("-", "－", "−")} == {MINUS}
    assert read_four({"PROJECT": "？"})["PROJECT"] == "?"
    for mark in ("·", "x", "++"):
        with pytest.raises(AssessmentRefused):
            read_four({"PROJECT": mark})


def test_bant_is_rated_whole_or_not_at_all():
    assert read_bant({}) is None
    assert bant_points(read_bant(dict.fromkeys(NEEDS, 4))) == 16
    assert bant_points(None) is None
    for wrong in ({"budget": 4}, dict.fromkeys(NEEDS, 5), dict.fromkeys(NEEDS, 0)):
        with pytest.raises(AssessmentRefused):
            read_bant(wrong)


GOOD = {
    "place": 2,
    "bi": burning(True, True, True),
    "ucv": read_unique({name: {"score": 2, "text": "x"} for name in UNIQUE}),
    "four": marks(16),
}


@pytest.mark.parametrize(
    ("changed", "verdict", "carries"),
    [
        ({}, "FOLLOW", "BI_CONTINUE"),
        ({"bi": burning(False, False, False)}, "DROP", "BI_DROP"),
        ({"bi": burning(True, False, False)}, "NURTURE", "BI_NURTURE"),
        ({"bi": {}}, "ASK", "BI_ASK"),
        ({"four": marks(16) | {"PROJECT": MINUS}}, "DROP", "FOUR_RED"),
        ({"four": marks(9)}, "NURTURE", "FOUR_SHORT"),
        ({"ucv": read_unique({name: {"score": 1, "text": "x"} for name in UNIQUE})}, "NURTURE", "UCV_SHORT"),
        ({"ucv": {}}, "ASK", "UCV_ASK"),
        ({"ucv": {}, "place": 0}, "FOLLOW", "BI_CONTINUE"),
        ({"bant": dict.fromkeys(NEEDS, 2)}, "NURTURE", "BANT_SHORT"),
        ({"bant": dict.fromkeys(NEEDS, 3)}, "FOLLOW", "BI_CONTINUE"),
        ({"days_past_closing": 3}, "ASK", "CLOSING_PASSED"),
        ({"is_stalled": True, "days_in_stage": 40}, "ASK", "STALLED"),
        ({"won_at_age": Fraction(9, 100), "age": 200}, "DROP", "TOO_OLD"),
        ({"won_at_age": Fraction(1, 10), "age": 200}, "FOLLOW", "BI_CONTINUE"),
        ({"cost": Fraction(1, 10), "usual_cost": Fraction(1, 20)}, "FOLLOW", "BI_CONTINUE"),
    ],
)
def test_the_most_careful_finding_carries_the_verdict(changed, verdict, carries):
    advice = advise(Facts(**GOOD | changed), SETTINGS)
    assert (advice.verdict, advice.reasons[0].code) == (verdict, carries)


def test_r_opp_05_a_cost_above_the_median_is_said():
    told = advise(Facts(**GOOD, cost=Fraction(1, 10), usual_cost=Fraction(1, 20)), SETTINGS)
    assert "COSTLY" in [reason.code for reason in told.reasons]
