"""How an account is worked: its plan (handbook 9.1, 9.4, 9.6) and the team of ours that carries it."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Contact, Customer
from guanxi.organization.models import User

# What is judged of the relation: none of it changes without evidence.
JUDGED = ("growth_stage", "trust", "benefit", "emotion")
SCREENED = ("potential", "margin", "fit", "access", "rival_hold")
CREATE = (
    "create_credibility", "create_reality", "create_empathy", "create_adaptability", "create_trust",
    "create_empowerment",
)  # fmt: skip


def _rated(label: Any, least: int = 0) -> models.PositiveSmallIntegerField:
    """``least`` to 5; None: nobody has rated it yet."""
    limits = [MinValueValidator(least), MaxValueValidator(5)]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=limits)


class Strategy(models.TextChoices):
    """Against a rival, in an account and in an opportunity (handbook 9.6)."""

    GUERRILLA = "GUERRILLA", _("Attack: guerrilla")
    FLANK = "FLANK", _("Attack: flank")
    FRONTAL = "FRONTAL", _("Attack: frontal")
    BARRIER = "BARRIER", _("Defence: barrier")
    DEPTH = "DEPTH", _("Defence: depth")
    STRATEGIC = "STRATEGIC", _("Defence: partnership")


class StrategicTrait(models.TextChoices):
    """The four traits of a strategic customer (handbook 9.6)."""

    VALUES = "VALUES", _("The same values")
    RESOURCES = "RESOURCES", _("Resources flow together")
    STRENGTHS = "STRENGTHS", _("Strengths complement each other")
    MANAGEMENT = "MANAGEMENT", _("Management is coordinated")


class AccountPlan(models.Model):
    """The plan of one organisation. Its key is that of the card; an account without one has not been screened.

    ``evidence`` and ``evidence_on`` show how the relation stands; hours are those a month.
    """

    class Stage(models.TextChoices):
        SELECT = "SELECT", _("1 Select")
        COLLECT = "COLLECT", _("2 Collect")
        ANALYSE = "ANALYSE", _("3 Analyse")
        PEOPLE = "PEOPLE", _("4 People")
        PLAN = "PLAN", _("5 Plan")

    class Growth(models.TextChoices):
        STRANGER = "STRANGER", _("Strangers")
        AWARE = "AWARE", _("They know us")
        TRUST_PERSON = "TRUST_PERSON", _("They trust a person")
        TRUST_ORG = "TRUST_ORG", _("They trust the house")

    class Depth(models.TextChoices):
        SURFACE = "SURFACE", _("On the surface")
        DEEP = "DEEP", _("Deep")

    class Offer(models.TextChoices):
        PRODUCT = "PRODUCT", _("A product")
        SOLUTION = "SOLUTION", _("A solution")

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="account_plan")
    stage = models.CharField(_("Stage of the work"), max_length=7, choices=Stage, default=Stage.SELECT)
    potential = _rated(_("Potential"))
    margin = _rated(pgettext_lazy("screening", "Margin"))
    fit = _rated(_("Fit"))
    access = _rated(pgettext_lazy("screening", "Access"))
    rival_hold = _rated(_("The rival's hold"))
    planned_hours = models.PositiveSmallIntegerField(
        _("Planned hours a month"), null=True, blank=True, validators=[MaxValueValidator(200)]
    )
    growth_stage = models.CharField(
        _("Stage of the relation"), max_length=12, choices=Growth, default=Growth.STRANGER
    )
    trust = _rated(_("Trust"))
    benefit = _rated(_("Benefit"))
    emotion = _rated(_("Affection"))
    evidence = models.CharField(_("What shows it"), max_length=300, blank=True)
    evidence_on = models.DateField(_("Seen on"), null=True, blank=True)
    strategy = models.CharField(_("Strategy"), max_length=9, choices=Strategy, blank=True)
    need_depth = models.CharField(_("Their need is known"), max_length=7, choices=Depth, blank=True)
    offer = models.CharField(_("What we offer"), max_length=8, choices=Offer, blank=True)
    strategic_traits = models.JSONField(_("Traits of a strategic customer"), default=list, blank=True)
    switch_cost_money = models.DecimalField(
        _("Money to change supplier"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    switch_cost_hours = models.PositiveIntegerField(
        _("Hours to change supplier"), null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    switch_cost_effort = _rated(_("Effort to change supplier (1–5)"), 1)
    maintain_analysis = models.CharField(_("1 Customer: today and trend"), max_length=300, blank=True)
    maintain_strategy = models.CharField(_("2 Relations and our organisation"), max_length=300, blank=True)
    maintain_execution = models.CharField(_("3 Resources and timetable"), max_length=300, blank=True)
    create_credibility = _rated(_("C credibility"), 1)
    create_reality = _rated(_("R reality"), 1)
    create_empathy = _rated(_("E empathy"), 1)
    create_adaptability = _rated(_("A adaptability"), 1)
    create_trust = _rated(_("T trust"), 1)
    create_empowerment = _rated(_("E empowerment"), 1)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"plan {self.pk}"


class AccountMember(models.Model):
    """One of us in the virtual account team, with whom over there they answer for. Belonging to the team opens no
    card: who may see it is decided by its owner's store and team alone."""

    class Function(models.TextChoices):
        SALES = "SALES", _("Sales ↔ buyer")
        SERVICE = "SERVICE", _("Service ↔ user")
        SALES_LEAD = "SALES_LEAD", _("Sales manager ↔ purchasing manager")
        TOP = "TOP", _("Top ↔ top")
        RND = "RND", _("R&D ↔ R&D")
        SUPPORT = "SUPPORT", _("Support, without a pair")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="account_members")
    user = models.ForeignKey(
        User, models.PROTECT, related_name="account_memberships", verbose_name=_("One of us")
    )
    function = models.CharField(_("Function"), max_length=10, choices=Function, default=Function.SALES)
    counterpart = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="our_members",
        verbose_name=_("Counterpart"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.function}"
