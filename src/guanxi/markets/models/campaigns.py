"""Campaigns and price schemes, with whom they address and whom they hold back (handbook 11.3)."""

from datetime import date
from secrets import randbelow

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.models import Product, Scheme
from guanxi.customers.models import Customer, cards_within
from guanxi.markets.models.segments import Segment
from guanxi.markets.rules.access import PLANNERS, STORE_PLANNERS
from guanxi.markets.rules.campaigns import Phase, phase_of
from guanxi.organization.amounts import AT_LEAST_NOTHING, MoneyField
from guanxi.organization.models import Store, Team, User
from guanxi.organization.rules.roles import Reach

SEEDS = 2**31


def new_seed() -> int:
    return randbelow(SEEDS)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: User) -> "CampaignQuerySet":
        """What is offered, to which segment and when, is known to whoever reads customers of the store; who is in it
        is told of one's own cards only."""
        if not actor.is_active or actor.read_reach == Reach.NONE:
            return self.none()
        return self if actor.read_reach == Reach.ALL else self.filter(store_id=actor.store_id)

    def editable_by(self, actor: User) -> "CampaignQuerySet":
        """Those of the store for its manager and the proprietor, those of the own team for a supervisor."""
        if not actor.is_active or not actor.has_role(*PLANNERS):
            return self.none()
        rows = self.filter(store_id=actor.store_id)
        if actor.has_role(*STORE_PLANNERS):
            return rows
        return rows.filter(team_id=actor.team_id, team__isnull=False)

    def to_evaluate(self, on: date) -> "CampaignQuerySet":
        """Over, and nobody said yet what they brought."""
        is_over = models.Q(ends_on__lt=on) | models.Q(planned_end__isnull=False)
        return self.filter(is_over, drawn_at__isnull=False, evaluated_on__isnull=True)


class Campaign(models.Model):
    """``team`` narrows it to the customers of a team. From the draw on, who is in it and its days stay as they are.

    ``seed`` is there from the beginning, so that the draw gives what its preview said. ``planned_end`` is the last day
    it was to have, of one that was stopped early."""

    class Kind(models.TextChoices):
        NEW_OFFER = "NEW_OFFER", _("Offer to new customers")
        POINTS = "POINTS", _("Points for old customers")
        FESTIVAL = "FESTIVAL", _("Festival")
        MEMBERSHIP = "MEMBERSHIP", _("Membership")
        DISCOUNT = "DISCOUNT", _("Price scheme: discount")
        BUNDLE = "BUNDLE", _("Price scheme: bundle")

    class Next(models.TextChoices):
        REPEAT = "REPEAT", pgettext_lazy("campaign", "Repeat it")
        ADJUST = "ADJUST", pgettext_lazy("campaign", "Adjust it")
        STOP = "STOP", pgettext_lazy("campaign", "Do not repeat it")

    PRICED = ("DISCOUNT", "BUNDLE")

    store = models.ForeignKey(Store, models.PROTECT, related_name="campaigns")
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Team")
    )
    name = models.CharField(_("Campaign"), max_length=60)
    kind = models.CharField(pgettext_lazy("campaign", "Kind"), max_length=10, choices=Kind)
    segment = models.ForeignKey(
        Segment, models.PROTECT, related_name="campaigns", verbose_name=pgettext_lazy("market", "Segment")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Product")
    )
    # The price it offers, where one is kept; a price scheme without it is told in words.
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Price scheme")
    )
    offer = models.CharField(_("What is offered"), max_length=200)
    budget = MoneyField(
        pgettext_lazy("market", "Budget"), null=True, blank=True, validators=[AT_LEAST_NOTHING]
    )
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))
    kpi_buyers = models.PositiveIntegerField(_("Buyers wanted"), null=True, blank=True)
    control_percent = models.PositiveSmallIntegerField(
        _("Held back for comparison (%)"), default=20, validators=[MaxValueValidator(50)]
    )
    seed = models.PositiveIntegerField(default=new_seed)
    planned_end = models.DateField(null=True)
    drawn_at = models.DateTimeField(null=True)
    left_out = models.JSONField(default=dict)
    cost = MoneyField(_("What it cost"), null=True, blank=True)
    result = models.JSONField(default=dict)
    next_step = models.CharField(_("What follows"), max_length=6, choices=Next, blank=True)
    lesson = models.CharField(_("What we learned"), max_length=300, blank=True)
    evaluated_on = models.DateField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="campaign_name_once_per_store"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="campaign_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def origin(self) -> str:
        """What its tasks are derived from."""
        return f"campaign {self.pk}"

    def phase(self, on: date) -> Phase:
        return phase_of(
            on,
            self.starts_on,
            self.ends_on,
            is_drawn=self.drawn_at is not None,
            is_stopped=self.planned_end is not None,
            evaluated_on=self.evaluated_on,
        )


class CampaignMemberQuerySet(models.QuerySet["CampaignMember"]):
    def visible_to(self, actor: User) -> "CampaignMemberQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))


class CampaignMember(models.Model):
    """One customer of the draw. Written once, never changed: who is compared must not depend on what came of it."""

    class Side(models.TextChoices):
        TARGET = "TARGET", _("Addressed")
        CONTROL = "CONTROL", _("Held back")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="campaign_memberships")
    side = models.CharField(max_length=7, choices=Side)
    stratum = models.CharField(max_length=20, blank=True)

    objects = CampaignMemberQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "customer"], name="one_side_per_campaign")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.side}"
