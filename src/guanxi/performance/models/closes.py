"""The month close: when a month's figures were locked, and the figures themselves (R-MON-04, R-PRM-12)."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.organization.models import Store, User

# A cut-off at midnight closes the day before it.
CUT = timedelta(microseconds=1)


class MonthCloseQuerySet(models.QuerySet["MonthClose"]):
    def locked(self) -> "MonthCloseQuerySet":
        """Closes that stand: finished, and not re-opened since."""
        return self.filter(closed_at__isnull=False, reopened_at__isnull=True)


class MonthClose(models.Model):
    """One closing of a month of a store; re-opening it and closing again makes the next version.

    ``cutoff`` is the instant up to which things recorded count; ``closed_at`` is empty while the figures are
    still being written, and as long as it is, the month counts as open.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    month = models.DateField()
    version = models.PositiveIntegerField(default=1)
    cutoff = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("Reason"), max_length=300, blank=True)

    objects = MonthCloseQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["store", "month", "version"], name="month_close_version_once"),
            models.UniqueConstraint(
                fields=["store", "month"],
                condition=models.Q(reopened_at__isnull=True),
                name="one_standing_close_per_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} v{self.version}"

    @property
    def is_locked(self) -> bool:
        return self.closed_at is not None and self.reopened_at is None

    @property
    def known_by(self) -> date:
        """The last business day whose records the figures know."""
        return self.store.local_date(self.cutoff - CUT)


class FrozenFigures(models.Model):
    """What a form showed when the month was locked. ``on`` is the day, or the month's first day; ``person`` is
    empty for the whole store."""

    close = models.ForeignKey(MonthClose, models.CASCADE, related_name="figures")
    code = models.CharField(max_length=10)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["close", "person", "code", "on"], name="frozen_once_per_person"),
            models.UniqueConstraint(
                fields=["close", "code", "on"],
                condition=models.Q(person__isnull=True),
                name="frozen_once_per_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.on}"
