"""Contracts with a term: what a customer keeps, until when, and how each term ended."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, cards_within
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, actor: User) -> "ContractQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "ContractQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))

    def running(self) -> "ContractQuerySet":
        """Terms that nobody has renewed or ended, also those that have run out."""
        return self.filter(ended_on__isnull=True, renewed_by__isnull=True)

    def in_notice(self, on: date, notice_days: int) -> "ContractQuerySet":
        """Running terms that end within so many days, or have run out without a word."""
        return self.running().filter(ends_on__lte=on + timedelta(days=notice_days))


class Contract(models.Model):
    """One term. A renewal is the next row, which ``renews`` this one: so every term has its own amount and its own end,
    and what became of it is read, not stored."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", pgettext_lazy("contract", "Running")
        RENEWED = "RENEWED", _("Renewed")
        ENDED = "ENDED", pgettext_lazy("contract", "Ended")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Product")
    )
    subject = models.CharField(pgettext_lazy("contract", "What it is about"), max_length=60, blank=True)
    agreed_on = models.DateField(_("Agreed on"))
    begins_on = models.DateField(_("Begins on"))
    ends_on = models.DateField(_("Ends on"))
    amount = MoneyField(_("Amount of the term"))
    term_no = models.PositiveSmallIntegerField(default=1)
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    # The day on which it was known that there will be no next term.
    ended_on = models.DateField(_("Notice given or ended on"), null=True)
    end_reason = models.CharField(_("Why it ends"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "-id"]
        indexes = [
            models.Index(fields=["store", "ends_on"], name="contract_by_end"),
            models.Index(fields=["customer", "-ends_on"], name="contract_by_customer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("begins_on")), name="contract_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="contract_amount_not_below_zero"),
        ]

    def __str__(self) -> str:
        return self.subject or (self.product.name if self.product else "")

    @property
    def state(self) -> str:
        if self.ended_on is not None:
            return self.State.ENDED
        return self.State.RENEWED if hasattr(self, "renewed_by") else self.State.RUNNING

    @property
    def state_words(self) -> str:
        return str(self.State(self.state).label)

    @property
    def origin(self) -> str:
        """What tasks about it are derived from."""
        return f"contract {self.pk}"

    def days_left(self, on: date) -> int:
        """Below zero once it has run out."""
        return (self.ends_on - on).days
