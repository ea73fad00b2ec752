"""What we found out about an account, and what we mean to do there."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.cadence.models import Task
from guanxi.customers.models import Contact, Customer
from guanxi.organization.models import User


class InfoItem(models.Model):
    """One fact that bears on the decision (handbook 9.1): where it comes from, how far it can be relied on."""

    class Dimension(models.TextChoices):
        PERFORMANCE = "PERFORM", _("Performance")
        PRICE = "PRICE", pgettext_lazy("dimension", "Price")
        SERVICE = "SERVICE", _("Service")
        PEOPLE = "PEOPLE", _("What key persons like")
        POLITICS = "POLITICS", _("Politics")
        RIVAL = "RIVAL", _("Rivals")
        OTHER = "OTHER", pgettext_lazy("dimension", "Other")

    class Method(models.TextChoices):
        FOLLOW_VINE = "VINE", _("Follow the vine")
        HYPOTHESIS = "HYPO", _("Suppose and test")
        PEER_ANALOGY = "PEER", _("Compare with their peers")
        OBSERVE = "OBSERVE", _("Keep one's eyes open")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="info_items")
    dimension = models.CharField(_("Dimension"), max_length=8, choices=Dimension)
    fact = models.CharField(_("Fact"), max_length=300)
    source = models.CharField(_("Source"), max_length=80)
    method = models.CharField(_("How it was found"), max_length=8, choices=Method, default=Method.OBSERVE)
    reliability = models.PositiveSmallIntegerField(
        _("Reliability (1–3)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    is_important = models.BooleanField(_("Important"), default=False)
    verified_on = models.DateField(_("Verified on"), null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-is_important", "-id"]

    def __str__(self) -> str:
        return self.fact


class PlannedStep(models.Model):
    """A row of F-KEY-2. Who does it, when it is due and whether it is done stand on its task alone, so Today and the
    plan cannot disagree."""

    class Means(models.TextChoices):
        """Six ways to become known and four kinds of care (handbook 9.6)."""

        EXCHANGE = "EXCHANGE", _("Technical exchange")
        REFERENCE = "REFERENCE", _("Reference displayed")
        INTRODUCTION = "INTRO", _("Product introduction")
        PLANT_VISIT = "PLANT", _("Plant visit")
        RECOMMENDATION = "AUTHORITY", _("Recommended by an authority")
        DEMONSTRATION = "DEMO", _("Solution shown and tested")
        COURTESY = "COURTESY", _("Courtesy gift")
        FAMILY = "FAMILY", _("Care for the family")
        TOP_LEVEL = "TOP", _("Exchange at the top")
        FESTIVAL = "FESTIVAL", pgettext_lazy("means", "Festival care")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="planned_steps")
    person = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="planned_steps", verbose_name=_("With whom")
    )  # fmt: skip
    goal = models.CharField(_("Goal"), max_length=100)
    action = models.CharField(_("Action"), max_length=200)
    means = models.CharField(_("By what"), max_length=9, choices=Means, blank=True)
    answer_to_rival = models.CharField(_("Answer to the rival"), max_length=200, blank=True)
    starts_on = models.DateField(_("Starts on"))
    resources = models.CharField(_("Resources"), max_length=100, blank=True)
    result = models.CharField(_("Result"), max_length=300, blank=True)
    task = models.OneToOneField(Task, models.CASCADE, null=True, related_name="planned_step")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.action

    @property
    def is_open(self) -> bool:
        return self.task is not None and self.task.status == Task.Status.OPEN


class ChartImport(models.Model):
    """An organisation chart read from a sheet: shown first, then written at once, and taken back as a whole.

    ``rows`` are the lines as read; ``made`` tells what writing did: the contacts added, and what stood before in those
    it completed.
    """

    class State(models.TextChoices):
        READ = "READ", _("To be checked")
        DONE = "DONE", _("Entered")
        UNDONE = "UNDONE", _("Taken back")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="chart_imports")
    filename = models.CharField(max_length=120)
    rows = models.JSONField(default=list)
    made = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State, default=State.READ)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename
