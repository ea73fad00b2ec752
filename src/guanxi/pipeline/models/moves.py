"""The history of an opportunity: every answer to the four questions, and the evidence it stands on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import LossReport
from guanxi.customers.models import cards_within
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import User
from guanxi.pipeline.models.opportunities import Opportunity


class StageMove(models.Model):
    """One step in the life of an opportunity, with what was said of it and how it stood afterwards. Never edited."""

    class Kind(models.TextChoices):
        OPENED = "OPENED", _("Opened")
        MOVED = "MOVED", _("Moved")
        REVIEWED = "REVIEWED", _("Reviewed")
        REVISED = "REVISED", _("Amount, probability or date changed")
        WON = "WON", _("Won")
        UNWON = "UNWON", _("Taken back as won")
        LOST = "LOST", _("Loss applied for")
        UNLOST = "UNLOST", _("Loss taken back")
        REOPENED = "REOPENED", _("Opened again")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=8, choices=Kind)
    cycle_no = models.PositiveSmallIntegerField(default=1)
    from_stage = models.CharField(max_length=20, blank=True)
    to_stage = models.CharField(max_length=20)
    # Days the stage it left had taken, for R-OPP-04; None where no stage was left.
    days = models.PositiveIntegerField(null=True)
    # The four progress questions of 8.3; the second is answered by evidence.
    finished = models.TextField(max_length=1000, blank=True)
    action = models.TextField(max_length=1000, blank=True)
    plan = models.TextField(max_length=1000, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # How it stood afterwards: what moved since last week is told from these.
    amount = MoneyField()
    probability = models.PositiveSmallIntegerField()
    expected_close_on = models.DateField()
    loss = models.ForeignKey(LossReport, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["opportunity", "-id"], name="move_by_opportunity"),
            models.Index(fields=["on"], name="move_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_stage}→{self.to_stage}"


class EvidenceItemQuerySet(models.QuerySet["EvidenceItem"]):
    def visible_to(self, actor: User) -> "EvidenceItemQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "opportunity__customer__"))


class EvidenceItem(models.Model):
    """What was seen, for or against: a sentence with its day and its writer, and the file that shows it."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="evidence")
    move = models.ForeignKey(StageMove, models.CASCADE, null=True, related_name="evidence")
    text = models.CharField(_("What was seen"), max_length=300)
    is_counter = models.BooleanField(_("Speaks against it"), default=False)
    filename = models.CharField(max_length=120, blank=True)
    stored_as = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()

    objects = EvidenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text
