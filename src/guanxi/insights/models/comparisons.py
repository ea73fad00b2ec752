"""What an offer of ours and a rival's leave to one customer."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Customer, cards_within
from guanxi.insights.rules.delivered import CNY, PARTS, POINTS, Offer, lead, make_offer
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import User


class DeliveredValueQuerySet(models.QuerySet["DeliveredValue"]):
    def visible_to(self, actor: User) -> "DeliveredValueQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "DeliveredValueQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))


class DeliveredValue(models.Model):
    """A sheet of R-VAL-01. Amounts have two exact decimals, of yuan or of points alike; where an hour has a value the
    two times are hours."""

    class Unit(models.TextChoices):
        MONEY = CNY, pgettext_lazy("delivered value", "Yuan")
        POINTS = POINTS, pgettext_lazy("delivered value", "Points, 0 to 100")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="comparisons")
    offer = models.CharField(_("Our offer"), max_length=60)
    rival = models.CharField(_("The rival's offer"), max_length=60)
    unit = models.CharField(_("Unit"), max_length=6, choices=Unit, default=Unit.MONEY)
    hour_value = MoneyField(_("What an hour is worth to the customer (yuan)"), null=True, blank=True)
    our_product = MoneyField(default=0)
    our_service = MoneyField(default=0)
    our_people = MoneyField(default=0)
    our_image = MoneyField(default=0)
    our_money = MoneyField(default=0)
    our_time = MoneyField(default=0)
    our_psychic = MoneyField(default=0)
    our_energy = MoneyField(default=0)
    their_product = MoneyField(default=0)
    their_service = MoneyField(default=0)
    their_people = MoneyField(default=0)
    their_image = MoneyField(default=0)
    their_money = MoneyField(default=0)
    their_time = MoneyField(default=0)
    their_psychic = MoneyField(default=0)
    their_energy = MoneyField(default=0)
    on = models.DateField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = DeliveredValueQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["customer", "-on"], name="delivered_of_customer")]

    def __str__(self) -> str:
        return f"{self.offer} / {self.rival}"

    @property
    def ours(self) -> Offer:
        return self.side("our")

    @property
    def theirs(self) -> Offer:
        return self.side("their")

    @property
    def lead(self) -> Decimal:
        return lead(self.ours, self.theirs)

    def side(self, whose: str) -> Offer:
        """The offer of a side, "our" or "their". Raises what ``make_offer`` does."""
        return make_offer(
            self.unit, {part: getattr(self, f"{whose}_{part}") for part in PARTS}, self.hour_value
        )
