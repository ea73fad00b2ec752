"""Rivals of an opportunity, and the time and money put into it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from guanxi.key_accounts.models import Strategy
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.models import Competitor, TimeSpent
from guanxi.pipeline.operations.opportunities import OpportunityRefused, lock_opportunity

FIELDS = ("name", "strategy", "threat", "note", "is_gone")
MOST_RIVALS, MOST_MINUTES = 20, 24 * 60


@transaction.atomic
def save_competitor(
    act: Act, opportunity_id: int, competitor_id: int | None, *, version: int = 0, values: dict[str, Any]
) -> Competitor:
    """Add a rival, or change one that was read at ``version``.

    Raises Opportunity.DoesNotExist, Competitor.DoesNotExist, StaleEdit, OpportunityRefused.
    """
    row = lock_opportunity(act, opportunity_id, None)
    values = {name: value for name, value in values.items() if name in FIELDS}
    if competitor_id is None:
        if row.competitors.count() >= MOST_RIVALS:
            raise OpportunityRefused(_("At most %(count)s rivals.") % {"count": MOST_RIVALS}, "name")
        rival = Competitor(opportunity=row, version=0)
    else:
        rival = row.competitors.select_for_update().get(pk=competitor_id)
        if rival.version != version:
            raise StaleEdit(_("Somebody changed this rival first."), rival)
    changes = changed_fields(rival, values)
    for name, value in values.items():
        setattr(rival, name, value)
    rival.name = " ".join(rival.name.split())
    if not rival.name:
        raise OpportunityRefused(_("Name the rival."), "name")
    if rival.strategy not in ("", *Strategy.values):
        raise OpportunityRefused(_("Choose a strategy."), "strategy")
    if rival.threat not in Competitor.Threat.values:
        raise OpportunityRefused(_("Choose how much we fear them."), "threat")
    rival.version += 1
    try:
        with transaction.atomic():
            rival.save()
    except IntegrityError as error:
        raise OpportunityRefused(_("This rival stands here already."), "name") from error
    leave_trace([act.entry("rival_saved", rival, customer=row.customer_id, changes=changes)])
    return rival


@transaction.atomic
def spend_time(
    act: Act, opportunity_id: int, *, on: date, minutes: int, cash: Decimal | None = None, note: str = ""
) -> TimeSpent:
    """Note what went into an opportunity (R-OPP-05). Raises Opportunity.DoesNotExist, OpportunityRefused."""
    row = lock_opportunity(act, opportunity_id, None)
    if on > act.on:
        raise OpportunityRefused(_("The day lies in the future."), "on")
    if not 0 <= minutes <= MOST_MINUTES:
        raise OpportunityRefused(_("A day has at most 1,440 minutes."), "minutes")
    if cash is not None and cash < 0:
        raise OpportunityRefused(_("Enter an amount above zero, or leave it empty."), "cash")
    if not minutes and not cash:
        raise OpportunityRefused(_("Enter minutes, or money spent."), "minutes")
    spent = TimeSpent.objects.create(
        opportunity=row, on=on, minutes=minutes, cash=cash or 0, note=note.strip()[:200], by=act.by, at=act.at
    )
    leave_trace([act.entry("time_spent", spent, customer=row.customer_id, changes={
        "minutes": [None, minutes], "cash": [None, str(cash or 0)]})])  # fmt: skip
    return spent
