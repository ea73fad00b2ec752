"""Two cards of one customer became one (handbook 1.5)."""

from django.db import models

from guanxi.customers.models.customers import Customer
from guanxi.organization.models import Store, User


class CardMerge(models.Model):
    """``merged`` went into ``kept``. Its row stays, out of everybody's reach, with its levels and hand-overs: the
    month sheets tell from them what was so before. ``facts`` are what an undo needs: keys of rows that moved and
    values that stood before, by domain."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Customer, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    # The newest audit entry when the cards were merged: a later one on the kept card tells of work since.
    audit_mark = models.BigIntegerField(default=0)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at__isnull=True), name="merged_into_one_card"
            )
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"
