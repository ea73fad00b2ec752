"""Judging skills, recording sessions, reviewing a team's week (8.7, R-TEAM-07 … R-TEAM-11)."""

from dataclasses import replace

import pytest
from tests.cadence.desk import at, database_digest, march

from guanxi.organization.models import AuditEntry, Team, User
from guanxi.organization.refusals import StaleEdit
from guanxi.performance.models import CoachingSession, SkillAssessment, TeamReview
from guanxi.performance.operations.coaching import (
    CoachingRefused,
    SessionDraft,
    assess_skills,
    change_session,
    record_session,
    review_team,
)
from guanxi.performance.queries.coaching import Line, assessments_of, coaching_due, sessions_of, stand

MIDDLE = {"focus": 2, "entry": 2, "price": 2, "contact": 2}
HELD = SessionDraft(
    march(2), "ROLE_PLAY", "价格异议", {"participation": 20, "case_report": 15, "role_play": 25}
)


def line_of(person):
    line = Line(person, last=sessions_of([person]).first())
    stand(line, assessments_of([person])[person.pk])
    return line


def test_8_7_both_sides_stand_side_by_side(cast, act):
    own = assess_skills(act(cast.lin), cast.lin.pk, MIDDLE, note="想练价格")
    led = assess_skills(act(cast.chen), cast.lin.pk, MIDDLE | {"price": 1})
    assert (own.side, own.grade, led.side, led.total) == ("SELF", "MIDDLE", "LEADER", 7)
    assert own.quarter == led.quarter == march(1).replace(month=1)
    line = line_of(cast.lin)
    assert (line.own.row, line.leader.row, line.plan) == (own, led, None)
    assert AuditEntry.objects.filter(action="skills_assessed").count() == 2
    again = assess_skills(act(cast.ma), cast.lin.pk, MIDDLE, version=led.version)
    assert (again.pk, again.by, again.version) == (led.pk, cast.ma, 2), "one leaders' row a quarter"


def test_8_7_a_stale_judgement_and_a_bad_one_change_nothing(cast, act):
    assess_skills(act(cast.lin), cast.lin.pk, MIDDLE)
    before = database_digest()
    with pytest.raises(StaleEdit):
        assess_skills(act(cast.lin), cast.lin.pk, MIDDLE)
    for bad in (MIDDLE | {"entry": 4}, MIDDLE | {"entry": 0}, {"focus": 1}):
        with pytest.raises(CoachingRefused):
            assess_skills(act(cast.lin), cast.lin.pk, bad, version=1)
    assert database_digest() == before


@pytest.mark.parametrize(
    "who", ["zhao", "wu", "sun", "gao", "cs", "auditor", "proprietor", "finance", "admin"]
)
def test_nobody_else_judges_coaches_or_reviews(cast, act, who):
    actor = act(cast.users[who])
    held = record_session(act(cast.chen), cast.lin.pk, HELD)
    with pytest.raises(User.DoesNotExist):
        assess_skills(actor, cast.lin.pk, MIDDLE)
    with pytest.raises(User.DoesNotExist):
        record_session(actor, cast.lin.pk, HELD)
    with pytest.raises(CoachingSession.DoesNotExist):
        change_session(actor, held.pk, HELD, version=1)
    with pytest.raises(Team.DoesNotExist):
        review_team(actor, cast.team_a.pk, march(2), {"DUTIES": True}, {})


def test_nobody_coaches_themselves_nor_who_left(cast, act):
    with pytest.raises(User.DoesNotExist):
        record_session(act(cast.chen), cast.chen.pk, HELD)
    with pytest.raises(User.DoesNotExist):
        assess_skills(act(cast.auditor), cast.auditor.pk, MIDDLE)
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    with pytest.raises(User.DoesNotExist):
        record_session(act(cast.chen), cast.lin.pk, HELD)


def test_r_team_10_a_drop_opens_a_plan_and_a_session_ends_it(cast, act):
    assess_skills(act(cast.chen, at(20, month=2)), cast.lin.pk, MIDDLE | {"price": 3, "entry": 3})
    fallen = assess_skills(act(cast.chen, at(20, month=4)), cast.lin.pk, MIDDLE)
    line = line_of(cast.lin)
    assert (line.plan.now, line.plan.fell, line.leader.trend) == ("MIDDLE", ("entry", "price"), -1)
    record_session(act(cast.chen, at(21, month=4)), cast.lin.pk, replace(HELD, on=march(21).replace(month=4)))
    assert line_of(cast.lin).plan is None
    # Judging again in the same quarter is the same judgement: it does not open what a session ended.
    assess_skills(act(cast.chen, at(25, month=4)), cast.lin.pk, MIDDLE, note="已谈", version=fallen.version)
    assert line_of(cast.lin).plan is None
    assert line_of(cast.lin).leader.trend == -1
    assert SkillAssessment.objects.count() == 2


def test_r_team_08_a_session_and_its_points(cast, act):
    held = record_session(act(cast.chen), cast.lin.pk, replace(HELD, next_on=march(9), notes=" 带录音 "))
    assert (held.score, held.coach, held.notes, held.version) == (60, cast.chen, "带录音", 1)
    changed = change_session(act(cast.ma), held.pk, replace(HELD, skill="邀约"), version=1)
    assert (changed.skill, changed.coach, changed.next_on, changed.version) == ("邀约", cast.chen, None, 2)
    with pytest.raises(StaleEdit):
        change_session(act(cast.chen), held.pk, HELD, version=1)
    entry = AuditEntry.objects.get(action="coaching_changed")
    assert entry.changes["skill"] == ["价格异议", "邀约"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"on": march(3)}, "on"), ({"next_on": march(2)}, "next_on"), ({"next_on": march(1)}, "next_on"),
        ({"method": "LUNCH"}, "method"), ({"skill": "  "}, "skill"),
        ({"scores": {"role_play": 26}}, "role_play"), ({"scores": {"summary": -1}}, "summary"),
        ({"rode_along": True, "listening": ("SHOUT",)}, "listening"),
    ],
)  # fmt: skip
def test_r_team_08_bad_sessions_are_refused_beside_their_field(cast, act, facts, field):
    before = database_digest()
    with pytest.raises(CoachingRefused) as refused:
        record_session(act(cast.chen), cast.lin.pk, replace(HELD, **facts))
    assert refused.value.field == field
    assert database_digest() == before


def test_r_team_09_listening_is_ticked_after_a_ride_along_only(cast, act):
    ticked = replace(HELD, listening=("NOTES", "ENCOURAGE"))
    assert record_session(act(cast.chen), cast.lin.pk, ticked).listening == []
    along = record_session(act(cast.chen), cast.lin.pk, replace(ticked, rode_along=True))
    assert along.listening == ["ENCOURAGE", "NOTES"]


def test_the_next_date_stands_with_its_coach_until_the_next_session(cast, act):
    record_session(act(cast.chen), cast.lin.pk, replace(HELD, next_on=march(9)))
    assert coaching_due(cast.chen, march(8)) == []
    assert [row.person for row in coaching_due(cast.chen, march(9))] == [cast.lin]
    assert coaching_due(cast.ma, march(9)) == []
    record_session(act(cast.ma, at(9)), cast.lin.pk, replace(HELD, on=march(9)))
    assert coaching_due(cast.chen, march(20)) == []


def test_r_team_07_six_questions_a_week(cast, act):
    review = review_team(
        act(cast.chen, at(4)), cast.team_a.pk, march(4), {"DUTIES": True, "COSTS": False}, {"COSTS": " 没算 "}
    )
    assert (review.week, review.yes, review.answers["WORDS"], review.notes["COSTS"]) == (
        march(2), 1, None, "没算",
    )  # fmt: skip
    changed = review_team(act(cast.ma, at(5)), cast.team_a.pk, march(5), {"COSTS": True}, {}, version=1)
    assert (changed.pk, changed.version, changed.yes) == (review.pk, 2, 1)
    with pytest.raises(StaleEdit):
        review_team(act(cast.chen, at(5)), cast.team_a.pk, march(5), {"COSTS": True}, {}, version=1)
    with pytest.raises(CoachingRefused):
        review_team(act(cast.chen, at(8)), cast.team_a.pk, march(9), {"COSTS": True}, {})
    with pytest.raises(CoachingRefused):
        review_team(act(cast.chen, at(9)), cast.team_a.pk, march(9), {"NOBODY": True}, {})
    assert TeamReview.objects.count() == 1


def test_r_team_11_no_figure_of_coaching_is_money():
    """Nothing here is reckoned into pay: no amount stands in what coaching keeps."""
    kinds = {
        field.get_internal_type()
        for model in (SkillAssessment, CoachingSession, TeamReview)
        for field in model._meta.concrete_fields
    }
    assert "DecimalField" not in kinds
