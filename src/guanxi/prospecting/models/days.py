"""The register of one day as a whole: its weather, who is away, who signed, and its lock (R-REG-02)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.organization.models import Store, User


class RegisterDay(models.Model):
    """A day without a row is open, with nobody away."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="register_days")
    on = models.DateField()
    weather = models.CharField(_("Weather"), max_length=10, blank=True)
    # Ids of consultants away that day: the rotation passes them over.
    absent = models.JSONField(default=list)
    locked_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    supervisor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    supervisor_at = models.DateTimeField(null=True)
    manager = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    manager_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopen_reason = models.CharField(_("Why the day is reopened"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "on"], name="register_day_once")]
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on}"

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None
