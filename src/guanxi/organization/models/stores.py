"""Stores, teams and the store's own settings."""

import zoneinfo
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.organization.rules.calendars import Calendar
from guanxi.playbooks.definitions import Playbook
from guanxi.playbooks.loader import playbook_with


def is_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Unknown time zone."))


class Store(models.Model):
    # Short and lasting, for the command line: 01, 02, …
    code = models.CharField(_("Store number"), max_length=8, unique=True)
    name = models.CharField(_("Store name"), max_length=80, unique=True)
    timezone = models.CharField(max_length=40, default="Asia/Shanghai", validators=[is_timezone])
    pack = models.CharField(max_length=20, default="auto")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name

    def local_date(self, instant: datetime) -> date:
        """The store's business date at ``instant`` (an aware datetime)."""
        return instant.astimezone(zoneinfo.ZoneInfo(self.timezone)).date()

    @cached_property
    def playbook(self) -> Playbook:
        """The pack with this store's overrides; one query for the life of this object."""
        return playbook_with(self.pack, dict(self.overrides.values_list("key", "value")))

    @cached_property
    def calendar(self) -> Calendar:
        """Closed days; one query (two when the playbook is not yet read)."""
        return Calendar.of(self.playbook.settings, dict(self.calendar_days.values_list("on", "is_closed")))


class Team(models.Model):
    store = models.ForeignKey(Store, models.PROTECT, related_name="teams")
    name = models.CharField(_("Team"), max_length=40)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="team_name_once_per_store")]
        ordering = ["store_id", "id"]

    def __str__(self) -> str:
        return self.name


class PlaybookOverride(models.Model):
    """A store's own value of one configuration key (handbook Annex E)."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="overrides")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="override_key_once_per_store")]

    def __str__(self) -> str:
        return self.key


class CalendarDay(models.Model):
    """A day on which the store differs from its weekly rule, either way."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="calendar_days")
    on = models.DateField()
    is_closed = models.BooleanField()
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "on"], name="calendar_day_once_per_store")]
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on}"
