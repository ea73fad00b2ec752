"""Which nightly runs were done: one row per store, kind and business date."""

from django.db import models

from guanxi.organization.models.stores import Store


class NightlyRun(models.Model):
    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    on = models.DateField()
    done_at = models.DateTimeField()
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind", "on"], name="nightly_run_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
