"""Levels and the evidence they stand on."""

from django.db import models

from guanxi.customers.models import Customer
from guanxi.organization.models import Store, User


class LevelChange(models.Model):
    """One judgement of a customer's level. A proposal or a request for approval is a change not yet in force."""

    class Kind(models.TextChoices):
        FIRST = "FIRST"
        SET = "SET"
        CONFIRM = "CONFIRM"
        IMPORTED = "IMPORTED"
        DOWNGRADE = "DOWNGRADE"
        ORDER = "ORDER"
        CANCELLED_ORDER = "CANCELLED"
        DELIVERY = "DELIVERY"
        LOSS = "LOSS"
        REACTIVATED = "REACTIVATE"
        # Two cards became one, and two again: the level the kept card takes over, and the other's as it goes to ""
        # and comes back. Nobody was won or lost.
        MERGED = "MERGED"
        UNMERGED = "UNMERGED"

    class State(models.TextChoices):
        IN_FORCE = "IN_FORCE"
        REQUESTED = "REQUESTED"
        PROPOSED = "PROPOSED"
        REFUSED = "REFUSED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="level_changes")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.IN_FORCE)
    from_level = models.CharField(max_length=2, blank=True)
    to_level = models.CharField(max_length=2)
    suggested_level = models.CharField(max_length=2, blank=True)
    evidence = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    effective_on = models.DateField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "-id"], name="level_change_by_customer"),
            models.Index(
                fields=["state", "id"],
                condition=models.Q(state__in=["REQUESTED", "PROPOSED"]),
                name="level_change_pending",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "state"],
                condition=models.Q(state__in=["REQUESTED", "PROPOSED"]),
                name="one_pending_level_change_of_a_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_level}→{self.to_level}"


class WithdrawnLevel(models.Model):
    """A level a sheet brought and the undo of its import took away, with the card or from it.

    The change itself is gone; month sheets count that it came and went (handbook 7.3, ``removed``), so this
    remains, without a name.
    """

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    customer_key = models.BigIntegerField()
    from_level = models.CharField(max_length=2, blank=True)
    to_level = models.CharField(max_length=2)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["store", "withdrawn_at"], name="withdrawn_level_by_store")]

    def __str__(self) -> str:
        return f"{self.from_level}→{self.to_level}"


class EvidenceTick(models.Model):
    """An item of evidence seen on a card; withdrawn rather than removed."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="evidence_ticks")
    code = models.CharField(max_length=30)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "code"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="evidence_once_per_card",
            )
        ]

    def __str__(self) -> str:
        return self.code
