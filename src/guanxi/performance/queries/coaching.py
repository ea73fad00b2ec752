"""Coaching, person by person: what to coach first, the levels they called, how they are judged, the last session."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from guanxi.lib.quarters import quarter_before
from guanxi.organization.models import Store, Team, User
from guanxi.performance.models import CoachingSession, SkillAssessment, TeamReview
from guanxi.performance.models.coaching import teams_within
from guanxi.performance.queries.effectiveness import effectiveness_figures, levels_held
from guanxi.performance.rules.coaching import (
    Judged,
    Plan,
    Step,
    coach_first,
    coached_month,
    plan,
    pooled,
    trend,
    week_of,
)
from guanxi.performance.rules.effectiveness import JUDGED, Held, together
from guanxi.performance.rules.periods import month_of

# The steps of a month's work that can be coached, in the order a deal goes.
RATES = ("reach_rate", "filing", "close_rate", "follow_rate")
REVIEWED_WEEKS = 8


@dataclass(frozen=True)
class Standing:
    """The latest judgement of one side, and where the class went since the quarter before it."""

    row: SkillAssessment
    trend: int


@dataclass
class Line:
    """One seller. ``held`` are the levels H, A and B in that order."""

    person: User
    first: Step | None = None
    held: list[Held] = field(default_factory=list)
    last: CoachingSession | None = None
    own: Standing | None = None
    leader: Standing | None = None
    plan: Plan | None = None


@dataclass(frozen=True)
class Board:
    """``team`` are the levels of the whole store; ``month`` the one the steps are those of."""

    lines: list[Line]
    team: list[Held]
    month: date


def coaching_board(store: Store, people: Sequence[User], readable: set[int], on: date) -> Board:
    """A line for each readable person, measured against all ``people`` of the store; a fixed number of queries."""
    month = coached_month(on)
    rows = effectiveness_figures(store, people, month_of(month, on))["rows"]
    held = levels_held(store, on)
    shown = [person for person in people if person.pk in readable]
    sessions = {row.person_id: row for row in sessions_of(shown)}
    judged = assessments_of(shown)
    lines = []
    for person in shown:
        line = Line(person, last=sessions.get(person.pk))
        line.held = [held.get((person.pk, level), Held(0, 0)) for level in JUDGED]
        line.first = coach_first(_steps(person.pk, rows, held))
        stand(line, judged[person.pk])
        lines.append(line)
    return Board(lines, [together(held, level) for level in JUDGED], month)


def stand(line: Line, rows: Iterable[SkillAssessment]) -> None:
    """Tell a line how its person is judged by each side, and the plan that is open."""
    given = list(rows)
    line.own = _standing(given, SkillAssessment.Side.SELF)
    line.leader = _standing(given, SkillAssessment.Side.LEADER)
    told = [Judged(row.side, row.quarter, row.degrees, row.on) for row in given]
    line.plan = plan(told, line.last.on if line.last else None)


def _standing(rows: Iterable[SkillAssessment], side: str) -> Standing | None:
    by_quarter = {row.quarter: row for row in rows if row.side == side}
    if not by_quarter:
        return None
    row = by_quarter[max(by_quarter)]
    earlier = by_quarter.get(quarter_before(row.quarter))
    return Standing(row, trend(earlier.grade if earlier else None, row.grade))


def sessions_of(people: Iterable[User]) -> QuerySet[CoachingSession]:
    """The last session of each; one query."""
    return CoachingSession.objects.filter(person__in=list(people)).newest().select_related("coach")


def assessments_of(people: Iterable[User]) -> dict[int, list[SkillAssessment]]:
    """Person → every judgement of them, the newest quarter first; one query."""
    found: dict[int, list[SkillAssessment]] = defaultdict(list)
    for row in SkillAssessment.objects.filter(person__in=list(people)).select_related("by"):
        found[row.person_id].append(row)
    return found


def _steps(person: int, rows: Sequence[dict[str, Any]], held: dict[tuple[int, str], Held]) -> list[Step]:
    def share(row: dict[str, Any], rate: str) -> tuple[Decimal | None, int]:
        return (None if row[rate] is None else Decimal(row[rate])), row["cases"][rate]

    own = next(row for row in rows if row["person_id"] == person)
    steps = []
    for rate in RATES:
        mine, cases = share(own, rate)
        steps.append(Step(rate, mine, pooled(share(row, rate) for row in rows), cases))
    for level in JUDGED:
        called = held.get((person, level), Held(0, 0))
        steps.append(Step(level, called.rate, together(held, level).rate, called.calls))
    return steps


def coaching_due(coach: User, on: date) -> list[CoachingSession]:
    """The people whom ``coach`` meant to coach by ``on`` and did not yet; one query."""
    rows = CoachingSession.objects.newest().filter(coach=coach, next_on__lte=on, person__is_active=True)
    return list(rows.select_related("person").order_by("next_on", "pk"))


@dataclass(frozen=True)
class Reviewed:
    """A team and its last review; ``is_due``: this week has none yet."""

    team: Team
    review: TeamReview | None
    is_due: bool


def reviews_of(actor: User, store: Store, on: date) -> list[Reviewed]:
    """The teams the actor reads, each with its last review of the last weeks; two queries."""
    week = week_of(on)
    teams = list(teams_within(actor, actor.read_reach).filter(store=store))
    since = week - timedelta(weeks=REVIEWED_WEEKS)
    latest: dict[int, TeamReview] = {}
    for review in TeamReview.objects.filter(team__in=teams, week__range=(since, week)).select_related("by"):
        latest.setdefault(review.team_id, review)
    return [
        Reviewed(team, row := latest.get(team.pk), is_due=row is None or row.week < week) for team in teams
    ]
