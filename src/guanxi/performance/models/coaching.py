"""Coaching: how sellers are judged by themselves and their leader, sessions, the team's weekly review (17.1)."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.organization.models import Store, Team, User
from guanxi.organization.rules.roles import Reach
from guanxi.performance.rules.coaching import ASPECTS, PART_MOST, PARTS, QUESTIONS, class_of


class OfPeopleQuerySet(models.QuerySet[Any]):
    """Rows about a ``person``: one's own, and those of the people within the actor's reach."""

    def visible_to(self, actor: User) -> "OfPeopleQuerySet":
        return self.filter(person__in=User.objects.colleagues_of(actor).values("pk"))

    def editable_by(self, actor: User) -> "OfPeopleQuerySet":
        """Rows about the people the actor leads."""
        return self.filter(person__in=led_by(actor).values("pk"))


class CoachingSessionQuerySet(OfPeopleQuerySet):
    def newest(self) -> "CoachingSessionQuerySet":
        """The last session of each person: the one whose next date counts."""
        later = CoachingSession.objects.filter(person=OuterRef("person")).filter(
            Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(later))


class TeamReviewQuerySet(models.QuerySet["TeamReview"]):
    def visible_to(self, actor: User) -> "TeamReviewQuerySet":
        return self.filter(team__in=teams_within(actor, actor.read_reach).values("pk"))


def led_by(actor: User) -> models.QuerySet[User]:
    """Whom ``actor`` coaches: the active people they lead, never themselves (21.4)."""
    if actor.write_reach in (Reach.NONE, Reach.OWN):
        return User.objects.none()
    return User.objects.within(actor, actor.write_reach).active().exclude(pk=actor.pk)


def judged_by(actor: User) -> models.QuerySet[User]:
    """Whose skills ``actor`` judges: their own when they sell or lead, and those of whom they coach."""
    own = User.objects.within(actor, Reach.NONE if actor.write_reach == Reach.NONE else Reach.OWN)
    return led_by(actor) | own


def teams_within(actor: User, reach: Reach) -> models.QuerySet[Team]:
    """The teams a reach takes in; one's own reach takes in none."""
    if not actor.is_active or reach in (Reach.NONE, Reach.OWN):
        return Team.objects.none()
    if reach == Reach.TEAM:
        return Team.objects.filter(pk=actor.team_id or 0)
    return Team.objects.filter(store=actor.store_id) if reach == Reach.STORE else Team.objects.all()


def _degree(label: Any) -> Any:
    return models.PositiveSmallIntegerField(label, choices=[(1, "1"), (2, "2"), (3, "3")])


class SkillAssessment(models.Model):
    """8.7: four aspects of 1, 2 or 3, once a quarter by the seller and once by their leader."""

    class Side(models.TextChoices):
        SELF = "SELF", pgettext_lazy("assessment", "Themselves")
        LEADER = "LEADER", pgettext_lazy("assessment", "Leader")

    person = models.ForeignKey(User, models.PROTECT, related_name="skill_assessments")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    quarter = models.DateField(_("Quarter"))
    side = models.CharField(_("Judged by"), max_length=6, choices=Side)
    focus = _degree(_("Focus on the order"))
    entry = _degree(_("Way in"))
    price = _degree(_("Explaining the price"))
    contact = _degree(_("Level contacted"))
    note = models.CharField(pgettext_lazy("coaching", "Note"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField(_("Day"))
    version = models.PositiveIntegerField(default=1)

    objects = OfPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "quarter", "side"], name="one_assessment_a_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.quarter:%Y-%m} {self.side}"

    @property
    def degrees(self) -> dict[str, int]:
        return {aspect: getattr(self, aspect) for aspect in ASPECTS}

    @property
    def total(self) -> int:
        return sum(self.degrees.values())

    @property
    def grade(self) -> str:
        return class_of(self.degrees)


def _points(label: Any) -> Any:
    return models.PositiveSmallIntegerField(label, default=0, validators=[MaxValueValidator(PART_MOST)])


class CoachingSession(models.Model):
    """One time somebody was coached; ``listening`` are the points ticked after a ride-along (R-TEAM-08, R-TEAM-09)."""

    class Method(models.TextChoices):
        LECTURE = "LECTURE", pgettext_lazy("coaching", "Lecture")
        CASE = "CASE", pgettext_lazy("coaching", "Case")
        ROLE_PLAY = "ROLE_PLAY", pgettext_lazy("coaching", "Role-play")
        DISCUSSION = "DISCUSSION", pgettext_lazy("coaching", "Discussion")

    person = models.ForeignKey(User, models.PROTECT, related_name="coaching_sessions")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    coach = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField(_("Day"))
    method = models.CharField(pgettext_lazy("coaching", "Method"), max_length=10, choices=Method)
    skill = models.CharField(_("What was practised"), max_length=100)
    participation = _points(_("Participation"))
    case_report = _points(_("Case report"))
    role_play = _points(pgettext_lazy("coaching", "Role-play"))
    summary = _points(_("Final summary"))
    rode_along = models.BooleanField(_("I went along to a customer"), default=False)
    listening = models.JSONField(_("Listening"), default=list)
    next_on = models.DateField(_("Next session"), null=True, blank=True)
    notes = models.TextField(_("Notes"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CoachingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["person", "on"], name="coaching_by_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.on}"

    @property
    def score(self) -> int:
        """Of 100."""
        return sum(getattr(self, part) for part in PARTS)


class TeamReview(models.Model):
    """R-TEAM-07: six questions about a team in a week; ``week`` is its Monday. Each is yes, no or not asked (None)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    week = models.DateField()
    answers = models.JSONField(_("Answers"), default=dict)
    notes = models.JSONField(_("Notes"), default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = TeamReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-week", "team_id"]
        constraints = [models.UniqueConstraint(fields=["team", "week"], name="one_review_a_week")]

    def __str__(self) -> str:
        return f"{self.team} {self.week}"

    @property
    def yes(self) -> int:
        return sum(self.answers.get(question) is True for question in QUESTIONS)
