"""Daily reports (F-DAY-1): one for each person and day, frozen when it is submitted."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach


class DailyReportQuerySet(models.QuerySet["DailyReport"]):
    def visible_to(self, actor: User) -> "DailyReportQuerySet":
        """One's own reports and those of the people whose customers the actor reads."""
        return self._of(actor, actor.read_reach)

    def reviewable_by(self, actor: User) -> "DailyReportQuerySet":
        """Reports of the people the actor leads; nobody reviews their own (21.4)."""
        return self._of(actor, actor.write_reach).exclude(user=actor)

    def _of(self, actor: User, reach: Reach) -> "DailyReportQuerySet":
        people = User.objects.within(actor, reach).values("pk")
        rows = self.filter(user__in=people)
        return rows if reach == Reach.ALL else rows.filter(store_id=actor.store_id)


class DailyReport(models.Model):
    """A report nobody began has no row: it is generated live. ``figures`` are what was submitted."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Not submitted")
        SUBMITTED = "SUBMITTED", _("Submitted")
        REVIEWED = "REVIEWED", pgettext_lazy("daily report", "Reviewed")

    user = models.ForeignKey(User, models.PROTECT, related_name="daily_reports")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    remark = models.TextField(_("Remark"), max_length=1000, blank=True)
    free_rows = models.TextField(_("Other work, one line each"), max_length=2000, blank=True)
    figures = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True)
    # When contacts made after handing in were added (补充); the first submission keeps its time and stamp.
    supplemented_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    supervisor_note = models.CharField(_("Supervisor's comment"), max_length=500, blank=True)
    supervisor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    manager_note = models.CharField(_("Manager's comment"), max_length=500, blank=True)
    manager = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = DailyReportQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "on"], name="one_daily_report_a_day"),
        ]
        indexes = [models.Index(fields=["store", "on"], name="daily_report_by_store_day")]

    def __str__(self) -> str:
        return f"{self.user} {self.on}"

    @property
    def is_submitted(self) -> bool:
        return self.state != self.State.DRAFT

    @property
    def figures_at(self) -> datetime | None:
        """Until when contacts are in the figures; None while the report is a draft and follows the day."""
        return self.supplemented_at or self.submitted_at
