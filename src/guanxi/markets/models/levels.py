"""The levels of a segment's market on a day: potential, available, served, penetrated (handbook 11.1)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.markets.models.segments import Segment
from guanxi.markets.rules.sizes import MarketSizes, plan_value
from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import User


class MarketLevel(models.Model):
    """What was held true on a day; a later day is a row of its own, so the trend stays. ``gain`` is whole per cent."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="levels")
    on = models.DateField(_("Date"))
    potential = models.PositiveIntegerField(_("Potential market"))
    available = models.PositiveIntegerField(_("Available market"))
    served = models.PositiveIntegerField(_("Served market"))
    penetrated = models.PositiveIntegerField(_("Penetrated market"))
    gain = models.PositiveSmallIntegerField(
        _("Expected gain of the headroom (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    margin = MoneyField(_("Average margin"), null=True, blank=True)
    source = models.CharField(_("Where the numbers come from"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["segment", "on"], name="one_market_level_a_day"),
            models.CheckConstraint(
                condition=models.Q(potential__gte=models.F("available"))
                & models.Q(available__gte=models.F("served"))
                & models.Q(served__gte=models.F("penetrated")),
                name="market_levels_nest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}"

    @property
    def sizes(self) -> MarketSizes:
        return MarketSizes(self.potential, self.available, self.served, self.penetrated)

    @property
    def plan_value(self) -> Decimal | None:
        """R-MKT-02, yuan."""
        return plan_value(self.sizes, None if self.gain is None else Decimal(self.gain) / 100, self.margin)
