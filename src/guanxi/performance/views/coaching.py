"""Coaching: what to coach first person by person, how they are judged, sessions, the week of a team (17.3)."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.lib.quarters import quarter_number, quarter_of
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS, Reach
from guanxi.performance.coaching_words import (
    ASPECTS,
    CLASSES,
    LISTENING,
    PARTS,
    QUESTIONS,
    first_words,
)
from guanxi.performance.forms import AssessmentForm, SessionForm, TeamReviewForm
from guanxi.performance.models import CoachingSession, SkillAssessment, TeamReview
from guanxi.performance.models.coaching import judged_by, led_by, teams_within
from guanxi.performance.operations.coaching import (
    SessionDraft,
    assess_skills,
    change_session,
    record_session,
    review_team,
)
from guanxi.performance.queries.coaching import (
    Line,
    assessments_of,
    coaching_board,
    reviews_of,
    sessions_of,
    stand,
)
from guanxi.performance.rules.coaching import (
    week_of,
)
from guanxi.performance.rules.effectiveness import JUDGED
from guanxi.performance.views.places import READERS, asked_day, tabs
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other

SHOWN = 20


@require_safe
@only_for(*READERS)
def coaching(request: HttpRequest) -> HttpResponse:
    """The sellers within reach, each against the store; a consultant finds themselves."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    people = list(
        User.objects.consultants_of(act.store).select_related("team").order_by("team_id", "pk")
    )  # fmt: skip
    readable = set(User.objects.colleagues_of(user).values_list("pk", flat=True))
    board = coaching_board(act.store, people, readable, act.on)
    led = set(led_by(user).values_list("pk", flat=True))
    context = {
        "tabs": tabs(request, "coaching"),
        "lines": [_shown(line, user, led) for line in board.lines],
        "team": list(zip(JUDGED, board.team, strict=True)),
        "month": board.month,
        "reviews": [_review(row) for row in reviews_of(user, act.store, act.on)],
        "may_review": user.has_role(*LEADERS),
        "own": user.read_reach == Reach.OWN,
        "on": act.on,
    }
    return render(request, "performance/coaching.html", context)


def _shown(line: Line, user: User, led: set[int]) -> dict[str, Any]:
    return {
        "line": line,
        "person": line.person,
        "first": first_words(line.first),
        "held": list(zip(JUDGED, line.held, strict=True)),
        "sides": _sides(line),
        "plan": _plan(line),
        "may_coach": line.person.pk in led,
        "may_assess": line.person.pk in led or line.person == user,
    }


def _sides(line: Line) -> list[dict[str, Any]]:
    """Both judgements side by side; a side that never judged stays empty."""
    sides = ((SkillAssessment.Side.SELF, line.own), (SkillAssessment.Side.LEADER, line.leader))
    return [
        {"side": side.label, "row": standing.row if standing else None,
         "number": quarter_number(standing.row.quarter) if standing else None,
         "grade": CLASSES[standing.row.grade] if standing else "", "trend": standing.trend if standing else 0}
        for side, standing in sides
    ]  # fmt: skip


def _plan(line: Line) -> dict[str, Any] | None:
    if line.plan is None:
        return None
    return {
        "before": CLASSES[line.plan.before], "now": CLASSES[line.plan.now],
        "fell": [ASPECTS[aspect][0] for aspect in line.plan.fell], "since": line.plan.since,
    }  # fmt: skip


def _review(row: Any) -> dict[str, Any]:
    review: TeamReview | None = row.review
    told = [
        {"question": words, "answer": review.answers.get(code), "note": review.notes.get(code, "")}
        for code, words in QUESTIONS.items()
    ] if review else []  # fmt: skip
    return {"team": row.team, "review": review, "is_due": row.is_due, "told": told}


@require_safe
@only_for(*READERS)
def coaching_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: both judgements aspect by aspect, the plan, the sessions with ``?before=`` older ones."""
    user: User = request.user  # type: ignore[assignment]
    person = _person(request, pk)
    rows = CoachingSession.objects.visible_to(user).filter(person=person).select_related("coach")
    given = request.GET.get("before", "")
    if given:
        mark = get_object_or_404(rows, pk=int(given)) if given.isdigit() and len(given) < 18 else None
        if mark is None:
            raise Http404
        rows = rows.filter(Q(on__lt=mark.on) | Q(on=mark.on, pk__lt=mark.pk))
    sessions = list(rows[: SHOWN + 1])
    line = Line(person, last=sessions_of([person]).first())
    judged = assessments_of([person])[person.pk]
    stand(line, judged)
    led = led_by(user).filter(pk=person.pk).exists()
    context = {
        "person": person,
        "sides": _sides(line),
        "plan": _plan(line),
        "last": line.last,
        "aspects": [_aspect(aspect, line) for aspect in ASPECTS],
        "quarters": _quarters(judged),
        "sessions": [_session_told(row) for row in sessions[:SHOWN]],
        "older": sessions[SHOWN - 1].pk if len(sessions) > SHOWN else None,
        "may_coach": led,
        "may_assess": judged_by(user).filter(pk=person.pk).exists(),
        "on": act_of(request).on,
    }
    return render(request, "performance/coaching_of.html", context)


def _aspect(aspect: str, line: Line) -> dict[str, Any]:
    words, *descriptions = ASPECTS[aspect]
    degrees = [
        getattr(standing.row, aspect) if standing else None for standing in (line.own, line.leader)
    ]  # fmt: skip
    return {
        "words": words,
        "cells": [(degree, descriptions[degree - 1]) if degree else (None, "") for degree in degrees],
    }


def _quarters(judged: list[SkillAssessment]) -> list[dict[str, Any]]:
    by_quarter: dict[date, dict[str, SkillAssessment]] = {}
    for row in judged:
        by_quarter.setdefault(row.quarter, {})[row.side] = row
    return [
        {"quarter": quarter, "number": quarter_number(quarter),
         "cells": [(CLASSES[sides[side].grade], sides[side]) if side in sides else ("", None)
                   for side in SkillAssessment.Side.values]}
        for quarter, sides in by_quarter.items()
    ]  # fmt: skip


def _session_told(row: CoachingSession) -> dict[str, Any]:
    return {
        "row": row,
        "parts": [(words, getattr(row, part)) for part, words in PARTS.items()],
        "heard": [words for code, words in LISTENING.items() if code in row.listening],
        "missed": [words for code, words in LISTENING.items() if code not in row.listening],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*READERS)
@once_per_key
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge oneself or somebody one leads in this quarter (8.7)."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    person = get_object_or_404(judged_by(user), pk=pk)
    own = person == user
    quarter = quarter_of(act.on)
    side = SkillAssessment.Side.SELF if own else SkillAssessment.Side.LEADER
    found = SkillAssessment.objects.filter(person=person, quarter=quarter, side=side).first()

    def form_of(row: SkillAssessment | None, data: Any = None) -> AssessmentForm:
        return AssessmentForm(
            data, instance=row or SkillAssessment(), initial={"version": row.version if row else 0}
        )

    form = form_of(found, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form, form_of):
            saved = assess_skills(act, pk, form.degrees, note=given["note"], version=given["version"])
            say(request, _("Saved: %(total)s of 12.") % {"total": saved.total})
            return see_other(request, reverse("coaching-of", args=[pk]))
    context = {
        "person": person,
        "heading": _("Where do I stand?") if own else _("Where does %(name)s stand?") % {"name": person},
        "subtitle": _("Quarter %(number)s of %(year)s")
        % {"number": quarter_number(quarter), "year": quarter.year},
    }
    return form_sheet(request, "performance/assessment.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*LEADERS)
@once_per_key
def session_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a session with somebody one leads."""
    act = act_of(request)
    person = get_object_or_404(led_by(request.user), pk=pk)  # type: ignore[arg-type]
    form = SessionForm(
        posted(request), instance=CoachingSession(), initial={"version": 0, "on": act.on, "method": ""}
    )
    if form.is_valid():
        with refusals_on(form):
            record_session(act, pk, _draft(form))
            say(request, _("Session saved."))
            return see_other(request, reverse("coaching-of", args=[pk]))
    return form_sheet(request, "performance/coaching_session.html", form, {"person": person})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*LEADERS)
@once_per_key
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a session."""
    user: User = request.user  # type: ignore[assignment]
    rows = CoachingSession.objects.editable_by(user).select_related("person")
    found: CoachingSession = get_object_or_404(rows, pk=pk)
    person = found.person

    def form_of(row: CoachingSession, data: Any = None) -> SessionForm:
        return SessionForm(data, instance=row, initial={"version": row.version})

    form = form_of(found, posted(request))
    if form.is_valid():
        with refusals_on(form, form_of):
            change_session(act_of(request), pk, _draft(form), version=form.cleaned_data["version"])
            say(request, _("Session saved."))
            return see_other(request, reverse("coaching-of", args=[person.pk]))
    return form_sheet(
        request, "performance/coaching_session.html", form, {"person": person, "session": pk}
    )  # fmt: skip


def _draft(form: SessionForm) -> SessionDraft:
    given = form.cleaned_data
    plain = {name: given[name] for name in ("on", "method", "skill", "rode_along", "next_on", "notes")}
    return SessionDraft(
        **plain, scores={part: given[part] for part in PARTS}, listening=tuple(given["listening"])
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*LEADERS)
@once_per_key
def team_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The six questions about a team in this week, or in the week of ``?on=`` (R-TEAM-07)."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    team = get_object_or_404(teams_within(user, user.write_reach), pk=pk)
    week = week_of(asked_day(request, act.on))
    if week > act.on:
        raise Http404
    found = TeamReview.objects.filter(team=team, week=week).first()

    def form_of(row: TeamReview | None, data: Any = None) -> TeamReviewForm:
        return TeamReviewForm(data, initial=TeamReviewForm.told(row) if row else {"version": 0})

    form = form_of(found, posted(request))
    if form.is_valid():
        with refusals_on(form, form_of):
            review_team(act, pk, week, form.answers, form.notes, version=form.cleaned_data["version"])
            say(request, _("Review saved."))
            return see_other(request, reverse("coaching"))
    return form_sheet(request, "performance/team_review.html", form, {"team": team, "week": week})


def _person(request: HttpRequest, pk: int) -> User:
    people = User.objects.colleagues_of(request.user).select_related("store", "team")  # type: ignore[arg-type]
    return get_object_or_404(people.exclude(store=None), pk=pk)
