"""What a store means to win in a quarter, typed in by its manager: the target R-OPP-03 is measured by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.organization.amounts import MoneyField
from guanxi.organization.models import Store, User


class ForecastTarget(models.Model):
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    # The first day of the quarter.
    quarter = models.DateField()
    amount = MoneyField(_("To be won this quarter (CNY)"))
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "quarter"], name="forecast_target_once_per_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.amount}"
