"""The night after a day: confirmed levels are copied to the rows, and the sums are checked (R-REG-05, -06)."""

from datetime import timedelta

from django.db import transaction

from guanxi.organization.acts import Act
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.visits import settle
from guanxi.prospecting.queries.alerts import rows_without_card
from guanxi.prospecting.queries.tallies import broken_on

REACH = timedelta(days=14)


@transaction.atomic
def look_over_registers(act: Act) -> dict[str, int]:
    """Copy what was confirmed on cards of the last fortnight, count what does not add up on the day before this
    night and the rows that lack a card."""
    yesterday = act.on - timedelta(days=1)
    rows = Visit.objects.filter(
        store=act.store, on__gte=act.on - REACH, on__lte=act.on, customer__isnull=False, level_confirmed=""
    )
    copied = 0
    for row in (
        rows.exclude(basic_at=None).select_for_update(of=("self",)).select_related("customer", "store")
    ):
        settle(row, act.at)
        if row.level_confirmed:
            row.save(update_fields=["level_confirmed", "completed_at"])
            copied += 1
    return {
        "copied": copied,
        "broken": len(broken_on(act.store, yesterday)),
        "no_card": rows_without_card(act.store, act.at).count(),
    }
