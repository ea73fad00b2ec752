"""What the nights reckoned of a store's customers out of the ledger: a run, and a row for everybody who bought."""

from datetime import date

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Customer, cards_within
from guanxi.deals.models import Contract
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User


class ValueRun(models.Model):
    """One reckoning of a store, of the ledger as it stood at the end of ``on``. Written whole or not at all.

    ``facts`` are the figures of the store in JSON shapes; see ``rules.valuation``.
    """

    class Model(models.TextChoices):
        PARETO_NBD = "PNBD", "Pareto/NBD"
        MODIFIED_BG_NBD = "MBGNBD", "MBG/NBD"
        NONE = "NONE", pgettext_lazy("model", "none")

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    on = models.DateField()
    made_at = models.DateTimeField()
    model = models.CharField(max_length=6, choices=Model, default=Model.NONE)
    # Why there is no model of purchases, and why none of what a purchase brings: codes of `lib.statistics.lifetimes`.
    refusal = models.CharField(max_length=30, blank=True)
    spend_refusal = models.CharField(max_length=30, blank=True)
    parameters = models.JSONField(default=dict)
    log_likelihood = models.FloatField(null=True)
    customers = models.PositiveIntegerField(default=0)
    horizon_weeks = models.PositiveSmallIntegerField()
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "on"], name="value_run_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.model}"

    @property
    def has_model(self) -> bool:
        """Whether it tells chances to be there and purchases to come."""
        return self.model != self.Model.NONE


class CustomerValueQuerySet(models.QuerySet["CustomerValue"]):
    def visible_to(self, actor: User) -> "CustomerValueQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "CustomerValueQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))

    def with_contract(self, on: date) -> "CustomerValueQuerySet":
        """Annotated with ``contract_until``, the last day of the term that runs on ``on``, and ``signed_on``, when a
        term was last agreed as the run knew it; None without one."""
        terms = Contract.objects.filter(customer=OuterRef("customer"))
        until = terms.running().filter(ends_on__gte=on).order_by("-ends_on").values("ends_on")[:1]
        signed = (
            terms.filter(agreed_on__lte=OuterRef("run__on")).order_by("-agreed_on").values("agreed_on")[:1]
        )
        return self.annotate(contract_until=Subquery(until), signed_on=Subquery(signed))


class CustomerValue(models.Model):
    """What a run says of one customer. Money is margin; None where the run could not tell."""

    class Class(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        LOSS = "LOSS", pgettext_lazy("value", "Loss")

    class Risk(models.TextChoices):
        LOW = "LOW", pgettext_lazy("churn risk", "low")
        MID = "MID", pgettext_lazy("churn risk", "middle")
        HIGH = "HIGH", pgettext_lazy("churn risk", "high")

    class Group(models.TextChoices):
        BEST = "BEST", pgettext_lazy("rfm", "Large and recent")
        NEW = "NEW", pgettext_lazy("rfm", "New")
        GROWING = "GROWING", pgettext_lazy("rfm", "Small and recent")
        SLIPPING = "SLIPPING", pgettext_lazy("rfm", "Large and silent")
        FADING = "FADING", pgettext_lazy("rfm", "Small and silent")
        LOST = "LOST", pgettext_lazy("rfm", "Long silent")

    class Square(models.TextChoices):
        """Present × future value (R-VAL-04)."""

        KEEP = "KEEP", pgettext_lazy("value", "Keep")
        RAISE = "RAISE", pgettext_lazy("value", "Raise")
        NURTURE = "NURTURE", pgettext_lazy("value", "Nurture")
        MAINTAIN = "MAINTAIN", pgettext_lazy("value", "Maintain")

    run = models.ForeignKey(ValueRun, models.CASCADE, related_name="values")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="values")
    purchases = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    # The last visit to the showroom, where it came after the last purchase: it breaks the silence (R-LOY-06).
    visited_on = models.DateField(null=True)
    # Mean days between purchases: the customer's own from three purchases on, else the usual ones of the store.
    cycle_days = models.PositiveIntegerField()
    margin_year = MoneyField()
    past_class = models.CharField(max_length=4, choices=Class, blank=True)
    next_class = models.CharField(max_length=4, choices=Class, blank=True)
    # The class and the margin of the last month-end run, and what was bought since: whoever moves, and why.
    class_before = models.CharField(max_length=4, choices=Class, blank=True)
    margin_before = MoneyField(null=True)
    bought_since = models.PositiveSmallIntegerField(default=0)
    # 1 rose, -1 fell since then.
    moved = models.SmallIntegerField(default=0)
    rfm = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=8, choices=Group)
    churn_risk = models.CharField(max_length=4, choices=Risk, blank=True)
    expected_purchases = models.FloatField(null=True)
    alive = models.FloatField(null=True)
    half_on = models.DateField(null=True)
    expected_value = MoneyField(null=True)
    at_risk = MoneyField(null=True)
    segment = models.PositiveSmallIntegerField(null=True)
    profit = models.PositiveSmallIntegerField()
    influence = models.PositiveSmallIntegerField(default=0)
    loyalty = models.PositiveSmallIntegerField(null=True)
    potential = models.PositiveSmallIntegerField(default=0)
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    square = models.CharField(max_length=8, choices=Square)

    # Only on rows read ``with_contract``.
    contract_until: date | None
    signed_on: date | None

    objects = CustomerValueQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "customer"], name="value_once_a_run")]
        indexes = [
            models.Index(fields=["run", "-at_risk"], name="value_at_risk"),
            models.Index(fields=["run", "past_class", "next_class"], name="value_class"),
            models.Index(fields=["run", "group"], name="value_group"),
            models.Index(fields=["run", "churn_risk"], name="value_churn"),
            models.Index(fields=["run", "square"], name="value_square"),
            models.Index(fields=["run", "moved"], name="value_moved"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.past_class}"

    @property
    def seen_on(self) -> date:
        """Since when the customer is silent."""
        return self.visited_on or self.last_on

    @property
    def has_rhythm(self) -> bool:
        """Whether the cycle is the customer's own (R-LOY-06)."""
        return self.purchases >= 3
