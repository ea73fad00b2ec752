"""What the night says of open cases and running contracts: the chance of each, and what it was learnt from."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer, cards_within
from guanxi.deals.models import Contract
from guanxi.lib.money import ratio
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User
from guanxi.pipeline.models import Opportunity


class ChanceRun(models.Model):
    """One reckoning of a store, whole or not at all. The newest is current; a few before it stay for the trend."""

    class About(models.TextChoices):
        PROSPECT = "PROSPECT", _("Prospects")
        OPPORTUNITY = "OPPORTUNITY", _("Opportunities")
        # Won is renewed.
        CONTRACT = "CONTRACT", _("Contracts")

    class Method(models.TextChoices):
        # The store's own rate of each level or stage, held near the figure of the pack.
        SHRUNK = "SHRUNK"
        # Effects learnt from the store's own closed cases.
        MODEL = "MODEL"

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    about = models.CharField(max_length=11, choices=About)
    on = models.DateField()
    made_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)
    method = models.CharField(max_length=6, choices=Method)
    # Why there is no model: a code of ModelRefused.
    refusal = models.CharField(max_length=30, blank=True)
    cases = models.PositiveIntegerField()
    won = models.PositiveIntegerField()
    # Figures over told and happened, the bins of the calibration table, the effect of each figure; {} when SHRUNK.
    judged = models.JSONField(default=dict)
    # Level or stage → {"cases", "won", "general"}: what shrinking counts with.
    rates = models.JSONField(default=dict)
    # [{"day", "won", "lost", "after"}]: the shares that had ended either way after so many days, and what was won of
    # the rest; None where too few are left.
    curve = models.JSONField(default=list)
    # Days within which nearly all wins come; a model tells the chance to win within them. Of contracts the days before
    # the end of a term as of which renewal is told.
    season = models.PositiveIntegerField()
    stale_after = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["store", "about", "on"], name="chance_run_once_a_day"),
            models.UniqueConstraint(
                fields=["store", "about"], condition=models.Q(is_current=True), name="one_current_chance_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.on}"

    @property
    def won_share(self) -> Decimal | None:
        """Of the closed cases."""
        return ratio(self.won, self.cases)


class ChanceQuerySet(models.QuerySet["Chance"]):
    def visible_to(self, actor: User) -> "ChanceQuerySet":
        """The chances of cards ``actor`` may read; what has gone to another card since the night is that card's."""
        reach = actor.read_reach
        rows = self.filter(cards_within(actor, reach, "customer__"))
        for name in ("opportunity", "contract"):
            rows = rows.filter(
                models.Q(**{f"{name}__isnull": True}) | cards_within(actor, reach, f"{name}__customer__")
            )
        return rows


class Chance(models.Model):
    """One open case as the night saw it. Probabilities from 0 to 1; ``lower`` to ``upper`` holds with 80 %."""

    run = models.ForeignKey(ChanceRun, models.CASCADE, related_name="chances")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    # None for the prospect the card itself is.
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, null=True, related_name="+")
    contract = models.ForeignKey(Contract, models.CASCADE, null=True, related_name="+")
    probability = models.DecimalField(max_digits=5, decimal_places=4)
    lower = models.DecimalField(max_digits=5, decimal_places=4)
    upper = models.DecimalField(max_digits=5, decimal_places=4)
    # What the run before said.
    before = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    # Probability times amount, of contracts what is at risk: the amount times what is left of the probability. None for
    # prospects, whose amount nobody has said.
    worth = MoneyField(null=True)
    # [{"code", "value", "effect"}], at most three; [{"code", "gain"}]. Words are found when they are shown.
    reasons = models.JSONField(default=list)
    raises = models.JSONField(default=list)
    closes_on = models.DateField(null=True)
    days = models.PositiveIntegerField()
    is_stale = models.BooleanField(default=False)

    objects = ChanceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["run", "-worth", "-id"], name="chance_by_worth"),
            models.Index(fields=["run", "-probability", "-id"], name="chance_by_probability"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lower__gte=0, upper__lte=1, probability__range=(0, 1)),
                name="chance_between_0_and_1",
            )
        ]

    def __str__(self) -> str:
        return f"{self.probability}"
