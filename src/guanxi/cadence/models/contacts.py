"""Interactions: every touch or attempt, recorded once."""

from datetime import date, datetime

from django.db import models

from guanxi.customers.models import Customer, cards_within
from guanxi.organization.models import Store, User


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def visible_to(self, actor: User) -> "InteractionQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def valid(self) -> "InteractionQuerySet":
        return self.filter(is_valid=True)

    def by_hand(self) -> "InteractionQuerySet":
        """Without what a sheet brought along, which is nobody's work of its day."""
        return self.exclude(method="IMPORTED")

    def known_by(self, instant: datetime | None) -> "InteractionQuerySet":
        """Those recorded before ``instant``; None: all."""
        return self if instant is None else self.filter(recorded_at__lt=instant)

    def between(self, first: date, last: date) -> "InteractionQuerySet":
        return self.filter(on__range=(first, last))


class Interaction(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="interactions")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="interactions")
    at = models.DateTimeField()
    on = models.DateField()
    method = models.CharField(max_length=10)
    purpose = models.CharField(max_length=10)
    is_valid = models.BooleanField()
    content = models.TextField(blank=True, max_length=4000)
    level_before = models.CharField(max_length=2, blank=True)
    level_after = models.CharField(max_length=2, blank=True)
    next_due_on = models.DateField(null=True)
    next_reason = models.CharField(max_length=20, blank=True)
    supervisor_note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["customer", "-at"], name="interaction_by_customer"),
            models.Index(fields=["by", "on"], name="interaction_by_person_day"),
            models.Index(fields=["store", "on"], name="interaction_by_store_day"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.on}"
