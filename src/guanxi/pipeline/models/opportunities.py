"""Opportunities: what an organisation may buy, how far it is, and what it is made of (handbook 8.2)."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import LossReport
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, cards_within
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    """An opportunity has no access of its own: it is its card's, and so is its seller."""

    def visible_to(self, actor: User) -> "OpportunityQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "OpportunityQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))

    def open(self) -> "OpportunityQuerySet":
        """Neither won nor lost; a loss counts when it is approved (R-LVL-05)."""
        return self.filter(won_on__isnull=True).exclude(loss__state=LossReport.State.APPROVED)

    def counted(self) -> "OpportunityQuerySet":
        """Open and not given up: what a loss is applied for is expected of nobody."""
        return self.open().exclude(loss__state=LossReport.State.APPLIED)

    def won(self) -> "OpportunityQuerySet":
        return self.filter(won_on__isnull=False)

    def lost(self) -> "OpportunityQuerySet":
        return self.filter(won_on__isnull=True, loss__state=LossReport.State.APPROVED)

    def closed_after(self, day: date) -> "OpportunityQuerySet":
        lost = models.Q(won_on__isnull=True, loss__state=LossReport.State.APPROVED, loss__decided_on__gt=day)
        return self.filter(models.Q(won_on__gt=day) | lost)


class Opportunity(models.Model):
    class Process(models.IntegerChoices):
        """The five stages of large-account work (handbook 8.6)."""

        NONE = 0, _("Not used")
        ENTER = 1, _("Choose the target and enter")
        TRUST = 2, _("Build trust and dig for needs")
        SHORTLIST = 3, _("Be shortlisted")
        BID = 4, _("Bid")
        DELIVER = 5, _("Sign, deliver and maintain")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="opportunities")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    number = models.CharField(_("Number"), max_length=30)
    title = models.CharField(_("What it is about"), max_length=120)
    amount = MoneyField(_("Amount (CNY)"))
    stage = models.CharField(_("Stage"), max_length=20)
    stage_since = models.DateField(_("In this stage since"))
    probability = models.PositiveSmallIntegerField(_("Win probability (%)"))
    probability_reason = models.CharField(_("Why it differs from the stage's"), max_length=200, blank=True)
    expected_close_on = models.DateField(_("Expected closing"))
    current_action = models.TextField(_("What we do now"), max_length=1000, blank=True)
    next_plan = models.TextField(_("What we prepare or plan"), max_length=1000, blank=True)
    criteria = models.TextField(_("By which criteria they decide"), max_length=1000, blank=True)
    opportunity_cost = MoneyField(_("What we give up for it (CNY)"), null=True, blank=True)
    process = models.PositiveSmallIntegerField(
        _("Large-account stage"), choices=Process, default=Process.NONE
    )
    # The assessments of 8.5, as rules.qualification reads and judges them.
    bi = models.JSONField(_("Burning issue"), default=dict)
    ucv = models.JSONField(_("Unique value for them"), default=dict)
    four = models.JSONField(_("Four questions"), default=dict)
    bant = models.JSONField(null=True)
    reviewed_on = models.DateField(null=True)
    # A lost opportunity that is opened again begins its next cycle.
    cycle_no = models.PositiveSmallIntegerField(_("Cycle"), default=1)
    opened_on = models.DateField()
    won_on = models.DateField(null=True)
    order_no = models.CharField(_("Order number"), max_length=30, blank=True)
    # The report of this cycle's loss: lost once it is approved, open again when it is refused or taken back.
    loss = models.ForeignKey(LossReport, models.PROTECT, null=True, related_name="opportunities")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="opportunity_number_once_per_store"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="opportunity_amount_above_zero"),
            models.CheckConstraint(condition=models.Q(probability__lte=100), name="probability_at_most_100"),
        ]
        indexes = [
            # The board: open ones by stage, the nearest closing first.
            models.Index(
                fields=["store", "stage", "expected_close_on", "id"],
                condition=models.Q(won_on__isnull=True),
                name="opportunity_board",
            ),
            models.Index(fields=["customer", "-id"], name="opportunity_by_customer"),
            models.Index(fields=["store", "won_on"], name="opportunity_won"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def account(self) -> str:
        """Whose it is: the organisation, or the person where there is none."""
        return self.customer.org_name or self.customer.name

    @property
    def is_lost(self) -> bool:
        return self.won_on is None and self.loss is not None and self.loss.state == LossReport.State.APPROVED

    @property
    def is_open(self) -> bool:
        return self.won_on is None and not self.is_lost

    @property
    def waits_for_loss(self) -> bool:
        """A loss was applied for and nobody decided yet."""
        return self.is_open and self.loss is not None and self.loss.state == LossReport.State.APPLIED

    @property
    def standing(self) -> str:
        """The code of its stage, or WON, or LOST once a loss is applied for."""
        if self.won_on is not None:
            return "WON"
        return "LOST" if self.is_lost or self.waits_for_loss else self.stage

    @property
    def closed_on(self) -> date | None:
        if self.won_on is not None:
            return self.won_on
        return self.loss.decided_on if self.loss is not None and self.is_lost else None

    @property
    def expected_amount(self) -> Decimal:
        """Its part of the forecast (R-OPP-02), in yuan."""
        return self.amount * self.probability / 100

    def days_in_stage(self, on: date) -> int:
        return max((on - self.stage_since).days, 0)

    def days_past_closing(self, on: date) -> int:
        return max((on - self.expected_close_on).days, 0)


class OpportunityLine(models.Model):
    """One product of an opportunity; ``amount`` is for the whole quantity."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("Product"))
    quantity = models.PositiveIntegerField(_("Quantity"), default=1)
    amount = MoneyField(_("Amount (CNY)"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "product"], name="product_once_per_opportunity")
        ]

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity}"
