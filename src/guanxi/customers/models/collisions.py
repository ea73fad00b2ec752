"""Two consultants, one customer (撞单): recorded when the second one enters the number."""

from django.db import models

from guanxi.customers.models.customers import Customer, cards_within
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role


class CollisionQuerySet(models.QuerySet["Collision"]):
    def decidable_by(self, actor: User) -> "CollisionQuerySet":
        """Open collisions on cards of ``actor``'s store; the manager decides (1.5, R-PRM-10)."""
        if not actor.has_role(Role.MANAGER):
            return self.none()
        return self.filter(cards_within(actor, actor.write_reach, "customer__"), state="OPEN")


class Collision(models.Model):
    class State(models.TextChoices):
        OPEN = "OPEN"
        KEPT = "KEPT"
        MOVED = "MOVED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="collisions")
    claimant = models.ForeignKey(User, models.PROTECT, related_name="+")
    owner_then = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    protected = models.BooleanField()
    state = models.CharField(max_length=5, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = CollisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "claimant"], condition=models.Q(state="OPEN"), name="one_open_collision"
            )
        ]

    def __str__(self) -> str:
        return f"collision {self.pk}"


class Transfer(models.Model):
    """A card handed to another consultant (R-PRM-03); history keeps its author."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="transfers")
    from_owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    to_owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    why = models.CharField(max_length=10, default="HANDOVER")

    class Meta:
        indexes = [models.Index(fields=["-at"], name="transfer_newest")]

    def __str__(self) -> str:
        return f"transfer {self.pk}"
