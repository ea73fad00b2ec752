"""What hangs on an opportunity: rivals, time and money put in, the tasks of being shortlisted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import cards_within
from guanxi.key_accounts.models import Strategy
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Role
from guanxi.pipeline.models.opportunities import Opportunity


class Competitor(models.Model):
    """A rival, how much we fear it, and how we meet it (handbook 9.6)."""

    class Threat(models.IntegerChoices):
        LOW = 1, _("Low")
        MIDDLE = 2, _("Middle")
        HIGH = 3, _("High")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="competitors")
    name = models.CharField(_("Rival"), max_length=80)
    strategy = models.CharField(_("Our strategy"), max_length=9, choices=Strategy, blank=True)
    threat = models.PositiveSmallIntegerField(_("Threat"), choices=Threat, default=Threat.MIDDLE)
    note = models.CharField(_("What we know of them"), max_length=500, blank=True)
    is_gone = models.BooleanField(_("Out of the race"), default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["is_gone", "-threat", "id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "name"], name="rival_once_per_opportunity")
        ]

    def __str__(self) -> str:
        return self.name


class TimeSpent(models.Model):
    """Time and money somebody put into an opportunity on a day (R-OPP-05)."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="time_spent")
    on = models.DateField(_("Date"))
    minutes = models.PositiveIntegerField(_("Minutes"), default=0)
    cash = MoneyField(_("Money spent (CNY)"), default=0)
    note = models.CharField(_("For what"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.minutes}"


class BidTaskQuerySet(models.QuerySet["BidTask"]):
    def visible_to(self, actor: User) -> "BidTaskQuerySet":
        """Tasks of visible opportunities; tender-sensitive ones only for manager and legal role (R-PRM-11)."""
        within = cards_within(actor, actor.read_reach, "opportunity__customer__")
        if not actor.has_role(Role.MANAGER):
            within &= ~models.Q(code__in=BidTask.SENSITIVE)
        return self.filter(within | _tender_items(actor))

    def decidable_by(self, actor: User) -> "BidTaskQuerySet":
        """Tender-sensitive tasks that wait for the legal role of their store."""
        return self.filter(_tender_items(actor), state=BidTask.State.APPLIED).exclude(asked_by=actor)


class BidTask(models.Model):
    """One of the five tasks of large-account stage 3 (handbook 8.6): done with evidence. The last two touch the tender
    law and take effect when the legal role approves."""

    class Code(models.TextChoices):
        SHOW_VALUE = "SHOW_VALUE", _("Show value: product introduction, reference, plant visit")
        GUIDE_NEEDS = "GUIDE_NEEDS", _("Lead from their key needs to our advantages")
        SHORTLIST = "SHORTLIST", _("First relations with the deciders, shortlisted")
        TERMS = "TERMS", _("Favourable technical and commercial terms in the tender document")
        RIVALS = "RIVALS", _("Who else is invited")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        APPLIED = "APPLIED", _("Waiting for legal approval")
        DONE = "DONE", _("Done")
        REFUSED = "REFUSED", _("Refused by legal")

    SENSITIVE = ("TERMS", "RIVALS")

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="bid_tasks")
    code = models.CharField(max_length=11, choices=Code)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    evidence = models.CharField(_("Evidence"), max_length=500, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("What the legal role says"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = BidTaskQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "code"], name="bid_task_once_per_opportunity")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_sensitive(self) -> bool:
        return self.code in self.SENSITIVE


def _tender_items(actor: User) -> models.Q:
    """What the legal role sees: tender items of its store that were put to it, nothing else of the card (21.1)."""
    if not actor.is_active or actor.store_id is None or not actor.has_role(Role.LEGAL):
        return models.Q(pk__in=[])
    put = ~models.Q(state=BidTask.State.OPEN)
    return put & models.Q(code__in=BidTask.SENSITIVE, opportunity__store_id=actor.store_id)
