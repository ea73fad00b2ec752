"""Moving by evidence, the band of a probability, the time in a stage (R-OPP-01, R-OPP-04, R-KEY-02)."""

from datetime import date
from fractions import Fraction

import pytest

from guanxi.pipeline.rules.stages import (
    Answers,
    direction,
    dwell_limit,
    is_stalled,
    move_problems,
    probability_problem,
    roles_needed,
    stalled_before,
)

ORDER = {"QUALIFIED": 0, "DISCOVERY": 1, "PROPOSAL": 2, "NEGOTIATION": 3}


@pytest.mark.parametrize(
    ("answers", "way", "problems"),
    [
        (Answers("做完调研", evidence=1), 1, {}),
        (Answers("", evidence=1), 1, {"finished": "FINISHED_NEEDED"}),
        (Answers("  ", evidence=1), 1, {"finished": "FINISHED_NEEDED"}),
        (Answers("做完调研"), 1, {"evidence": "EVIDENCE_NEEDED"}),
        (Answers(), 1, {"finished": "FINISHED_NEEDED", "evidence": "EVIDENCE_NEEDED"}),
        # Only what speaks against it: it moves back, not forward.
        (Answers("做完调研", counter=1), 1, {"evidence": "COUNTER_MOVES_BACK"}),
        (Answers("预算被砍", counter=1), -1, {}),
        (Answers("预算被砍", evidence=1), -1, {"counter": "COUNTER_NEEDED"}),
        (Answers(action="约总经理"), 0, {}),
        (Answers(evidence=1), 0, {}),
        (Answers(), 0, {"finished": "SAY_SOMETHING"}),
    ],
)
def test_r_opp_01_a_move_needs_words_and_something_seen(answers, way, problems):
    assert move_problems(answers, way) == problems


def test_a_move_has_a_direction():
    assert direction(ORDER, "QUALIFIED", "PROPOSAL") == 1
    assert direction(ORDER, "PROPOSAL", "DISCOVERY") == -1
    assert direction(ORDER, "PROPOSAL", "PROPOSAL") == 0
    # A stage the playbook no longer has counts as the first.
    assert direction(ORDER, "RETIRED", "DISCOVERY") == 1


@pytest.mark.parametrize(
    ("stated", "reason", "problem"),
    [
        (40, "", ""), (60, "", ""), (39, "", "REASON_NEEDED"), (61, "  ", "REASON_NEEDED"), (61, "客户口头答应", ""),
        (-1, "x", "OUT_OF_RANGE"), (101, "x", "OUT_OF_RANGE"), (100, "x", ""), (0, "x", ""),
    ],
)  # fmt: skip
def test_ten_points_either_way_and_beyond_with_a_reason(stated, reason, problem):
    assert probability_problem(stated, 50, 10, reason) == problem


def test_r_opp_04_one_and_a_half_times_the_median_of_five_won_deals():
    assert dwell_limit([10, 20, 30, 40, 50], 5, 14) == 45
    assert dwell_limit([10, 20, 30, 41], 4, 14) == Fraction(75, 2)
    assert dwell_limit([10, 20, 30, 40], 5, 14) == 14
    assert dwell_limit([], 5, 21) == 21


def test_r_opp_04_on_the_limit_nothing_is_said():
    since = date(2026, 3, 2)
    assert not is_stalled(since, date(2026, 3, 16), Fraction(14))
    assert is_stalled(since, date(2026, 3, 17), Fraction(14))
    assert is_stalled(since, date(2026, 4, 9), Fraction(75, 2))
    assert not is_stalled(since, date(2026, 4, 8), Fraction(75, 2))


@pytest.mark.parametrize("limit", [Fraction(14), Fraction(75, 2), Fraction(1)])
def test_the_list_and_the_row_agree_on_what_is_stalled(limit):
    on = date(2026, 5, 1)
    edge = stalled_before(on, limit)
    for offset in range(-3, 4):
        since = date.fromordinal(edge.toordinal() + offset)
        assert is_stalled(since, on, limit) == (since < edge)


def test_r_key_02_without_approver_and_decision_maker_no_stage_past_the_proposal():
    assert roles_needed([False, True], {"A", "D"}) == {"A", "D"}
    assert roles_needed([True], {"D", "E"}) == {"D"}
    assert roles_needed([False], {"A", "D"}) == frozenset()
    assert roles_needed([True], frozenset()) == frozenset()
