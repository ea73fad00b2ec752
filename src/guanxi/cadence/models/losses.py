"""Losses: applied for, called back, decided (R-LVL-05)."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, cards_within
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User


class LossReportQuerySet(models.QuerySet["LossReport"]):
    def visible_to(self, actor: User) -> "LossReportQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def of_person(self, person: User | None) -> "LossReportQuerySet":
        """A consultant's own losses: those they applied for, and those the night opened on their cards; for None
        everybody's."""
        if person is None:
            return self
        nights = models.Q(applied_by__isnull=True, customer__owner=person)
        return self.filter(models.Q(applied_by=person) | nights)

    def applied_in(self, first: datetime, after: datetime) -> "LossReportQuerySet":
        """The applications from ``first`` until before ``after``, which every rate of losses is over (4.4), as they
        stood then: what was withdrawn by then is left out."""
        withdrawn = models.Q(state=LossReport.State.CANCELLED, decided_at__lt=after)
        return self.filter(applied_at__gte=first, applied_at__lt=after).exclude(withdrawn)

    def pending(self) -> "LossReportQuerySet":
        return self.filter(state=LossReport.State.APPLIED)

    def of_cards(self) -> "LossReportQuerySet":
        """Losses of customers, without those of one opportunity of a customer who stays."""
        return self.filter(ends_card=True)


class LossReport(models.Model):
    class State(models.TextChoices):
        APPLIED = "APPLIED", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        CANCELLED = "CANCELLED", _("Withdrawn")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="losses")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.APPLIED)
    # An organisation may lose us one opportunity while others live: what was lost then, and that the card goes on.
    subject = models.CharField(_("What was lost"), max_length=120, blank=True)
    ends_card = models.BooleanField(_("The customer is lost with it"), default=True)
    outcome = models.CharField(_("Outcome"), max_length=24)
    bucket = models.CharField(max_length=2)
    reason = models.CharField(_("Main reason"), max_length=20)
    second_reason = models.CharField(_("Second reason"), max_length=20, blank=True)
    reason_text = models.CharField(_("In words"), max_length=300, blank=True)
    competitor = models.CharField(_("Brand and model bought"), max_length=80, blank=True)
    bought_from = models.CharField(_("Bought from"), max_length=80, blank=True)
    price = MoneyField(_("Price paid"), null=True, blank=True)
    analysis = models.TextField(_("Consultant's analysis"), blank=True, max_length=1000)
    countermeasure = models.TextField(_("Countermeasure"), blank=True, max_length=1000)
    level_then = models.CharField(max_length=2, blank=True)
    highest_level = models.CharField(max_length=2, blank=True)
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField()
    called_back = models.BooleanField(_("The customer was called back"), default=False)
    decision_note = models.CharField(_("What the call-back found"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    reactivated_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = LossReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(state="APPLIED", ends_card=True),
                name="one_pending_loss_per_card",
            )
        ]
        indexes = [models.Index(fields=["store", "state", "-id"], name="loss_by_state")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.state}"
