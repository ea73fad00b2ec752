"""Recording how somebody is judged, a coaching session, a team's week (8.7, R-TEAM-07 … R-TEAM-10).

Nothing here is reckoned into pay (R-TEAM-11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from guanxi.lib.quarters import quarter_of
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import Team, User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import LEADERS
from guanxi.performance.models import CoachingSession, SkillAssessment, TeamReview
from guanxi.performance.models.coaching import judged_by, led_by, teams_within
from guanxi.performance.rules.coaching import (
    ASPECTS,
    DEGREES,
    LISTENING,
    METHODS,
    PART_MOST,
    PARTS,
    QUESTIONS,
    week_of,
)


class CoachingRefused(Refused):
    """The session, the diagnosis or the review cannot be kept as given; nothing was."""


@transaction.atomic
def assess_skills(
    act: Act, person_id: int, degrees: Mapping[str, int], *, note: str = "", version: int = 0
) -> SkillAssessment:
    """Judge a seller in this quarter: oneself, or somebody the actor leads. The two judgements stand side by side,
    and each is one row a quarter.

    Raises User.DoesNotExist for anybody else, CoachingRefused unless all four aspects are 1, 2 or 3, StaleEdit.
    """
    assert act.by is not None
    person = judged_by(act.by).get(pk=person_id)
    side = SkillAssessment.Side.SELF if person == act.by else SkillAssessment.Side.LEADER
    for aspect in ASPECTS:
        if degrees.get(aspect) not in DEGREES:
            raise CoachingRefused(_("Choose one of the three for each aspect."), aspect)
    quarter = quarter_of(act.on)
    # The person's row is what two first judgements of one quarter meet at.
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    found = SkillAssessment.objects.filter(person=person, quarter=quarter, side=side).first()
    found = found or SkillAssessment(
        person=person, store=person.store or act.store, quarter=quarter, side=side, version=0
    )
    _check_version(found, version)
    values: dict[str, Any] = {aspect: degrees[aspect] for aspect in ASPECTS} | {"note": note.strip()[:500]}
    found.by = act.by
    if found.version == 0:
        found.on = act.on
    _keep(act, "skills_assessed", found, values)
    return found


@dataclass(frozen=True)
class SessionDraft:
    """What is written about one session; ``scores`` are the four parts, each 0 to 25."""

    on: date
    method: str
    skill: str
    scores: Mapping[str, int] = field(default_factory=dict)
    rode_along: bool = False
    listening: tuple[str, ...] = ()
    next_on: date | None = None
    notes: str = ""


@transaction.atomic
def record_session(act: Act, person_id: int, draft: SessionDraft) -> CoachingSession:
    """Write down that the actor coached somebody they lead (R-TEAM-08, R-TEAM-09).

    Raises User.DoesNotExist for anybody else, CoachingRefused for a day to come, a next date that is not after it,
    and points outside 0 to 25."""
    assert act.by is not None
    person = _led(act, person_id)
    found = CoachingSession(person=person, store=person.store or act.store, coach=act.by, version=0)
    _keep(act, "coaching_recorded", found, _session_values(act, draft))
    return found


@transaction.atomic
def change_session(act: Act, session_id: int, draft: SessionDraft, *, version: int) -> CoachingSession:
    """Correct what was written about a session; the coach stays who it was.

    Raises CoachingSession.DoesNotExist unless the actor leads the person, CoachingRefused as ``record_session``,
    StaleEdit."""
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise CoachingSession.DoesNotExist
    rows = CoachingSession.objects.editable_by(act.by).select_for_update(of=("self",))
    found: CoachingSession = rows.get(pk=session_id)
    _check_version(found, version)
    _keep(act, "coaching_changed", found, _session_values(act, draft))
    return found


@transaction.atomic
def review_team(
    act: Act,
    team_id: int,
    week: date,
    answers: Mapping[str, bool | None],
    notes: Mapping[str, str],
    *,
    version: int = 0,
) -> TeamReview:
    """Answer the six questions about a team in a week (R-TEAM-07); None is a question not asked.

    Raises Team.DoesNotExist unless the actor leads the team, CoachingRefused for a week to come and a review
    without an answer, StaleEdit."""
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise Team.DoesNotExist
    team = teams_within(act.by, act.by.write_reach).select_for_update().get(pk=team_id)
    week = week_of(week)
    if week > act.on:
        raise CoachingRefused(_("This week has not begun yet."), "week")
    given = {question: answers.get(question) for question in QUESTIONS}
    if all(answer is None for answer in given.values()):
        raise CoachingRefused(_("Answer at least one question."))
    found = TeamReview.objects.filter(team=team, week=week).first()
    found = found or TeamReview(team=team, week=week, version=0)
    _check_version(found, version)
    found.by, found.at = act.by, act.at
    told = {question: notes.get(question, "").strip()[:300] for question in QUESTIONS}
    _keep(act, "team_reviewed", found, {"answers": given, "notes": told})
    return found


def _led(act: Act, person_id: int) -> User:
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise User.DoesNotExist
    return led_by(act.by).get(pk=person_id)


def _check_version(row: Any, version: int) -> None:
    if row.version != version:
        raise StaleEdit(_("Somebody saved this first."), row)


def _session_values(act: Act, draft: SessionDraft) -> dict[str, Any]:
    if draft.on > act.on:
        raise CoachingRefused(_("A session is written down once it was held."), "on")
    if draft.next_on is not None and draft.next_on <= draft.on:
        raise CoachingRefused(_("The next session comes after this one."), "next_on")
    if draft.method not in METHODS:
        raise CoachingRefused(_("Choose how it was coached."), "method")
    if not draft.skill.strip():
        raise CoachingRefused(_("Write what was practised."), "skill")
    for part in PARTS:
        if not 0 <= draft.scores.get(part, 0) <= PART_MOST:
            raise CoachingRefused(_("Each part has 0 to 25 points."), part)
    if set(draft.listening) - set(LISTENING):
        raise CoachingRefused(_("There is no such point of listening."), "listening")
    # The points of listening are those of a ride-along.
    heard = [point for point in LISTENING if point in draft.listening] if draft.rode_along else []
    return {
        "on": draft.on, "method": draft.method, "skill": draft.skill.strip()[:100],
        **{part: draft.scores.get(part, 0) for part in PARTS},
        "rode_along": draft.rode_along, "listening": heard, "next_on": draft.next_on,
        "notes": draft.notes.strip()[:2000],
    }  # fmt: skip


def _keep(act: Act, action: str, row: models.Model, values: Mapping[str, Any]) -> None:
    changes = changed_fields(row, dict(values))
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1  # type: ignore[attr-defined]
    row.save()
    leave_trace([act.entry(action, row, changes=changes)])
