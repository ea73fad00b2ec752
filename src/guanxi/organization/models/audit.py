"""The audit trail (R-PRM-04) and the memory of requests already carried out (promise P6)."""

from django.db import models

from guanxi.organization.models.stores import Store
from guanxi.organization.models.users import User


class AuditEntry(models.Model):
    """Who changed what, when, from where, why. Database triggers refuse every edit and removal."""

    at = models.DateTimeField()
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=10)
    request_id = models.CharField(max_length=36, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=40)
    entity = models.CharField(max_length=40)
    entity_id = models.BigIntegerField(null=True)
    customer_key = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer_key", "-id"], name="audit_by_customer"),
            models.Index(fields=["store", "-id"], name="audit_by_store"),
            models.Index(fields=["actor", "action", "at"], name="audit_by_actor_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.entity} {self.entity_id}"


class AuditSeal(models.Model):
    """The hash chain up to ``last_id``; made each minute by the worker, checked by ``guanxi audit``."""

    last_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["last_id"]

    def __str__(self) -> str:
        return f"{self.last_id}"


class DoneRequest(models.Model):
    """A one-time key already used by a user on a route, with what was answered."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=80)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "route", "key"], name="request_key_once")]

    def __str__(self) -> str:
        return self.key
