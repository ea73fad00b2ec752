"""The target a quarter's pipeline is measured by."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.lib.quarters import quarter_of
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.models import ForecastTarget
from guanxi.pipeline.operations.opportunities import OpportunityRefused


@transaction.atomic
def set_forecast_target(act: Act, quarter: date, amount: Decimal, *, version: int) -> ForecastTarget:
    """Set what the store means to win in the quarter of ``quarter``; ``version`` is 0 where none was set. The caller
    has made sure that the actor manages the store. Raises StaleEdit, OpportunityRefused."""
    if amount <= 0:
        raise OpportunityRefused(_("Enter an amount above zero."), "amount")
    first = quarter_of(quarter)
    rows = ForecastTarget.objects.select_for_update().filter(store=act.store, quarter=first)
    target = rows.first() or ForecastTarget(store=act.store, quarter=first, version=0)
    if target.version != version:
        raise StaleEdit(_("Somebody set this target first."), target)
    before = str(target.amount) if version else None
    target.amount, target.set_by, target.set_at = amount, act.by, act.at
    target.version += 1
    target.save()
    leave_trace([act.entry("forecast_target_set", target, reason=f"{first:%Y-%m}", changes={
        "amount": [before, str(amount)]})])  # fmt: skip
    return target
