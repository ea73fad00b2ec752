"""The night after a day: confirmed levels are copied to the rows, late rows are marked, and the sums are checked
(R-REG-01, -05, -06)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from guanxi.organization.acts import Act
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.visits import settle
from guanxi.prospecting.queries.alerts import rows_without_card
from guanxi.prospecting.queries.tallies import broken_on

REACH = timedelta(days=14)


@transaction.atomic
def look_over_registers(act: Act) -> dict[str, int]:
    """Copy what was confirmed on cards of the last fortnight and judge the clocks that ran out, filled or not; count
    what does not add up on the day before this night and the rows that lack a card."""
    yesterday = act.on - timedelta(days=1)
    unjudged = Q(in_time=None, left_at__isnull=False)
    unconfirmed = Q(customer__isnull=False, level_confirmed="", basic_at__isnull=False)
    rows = list(
        Visit.objects.filter(unjudged | unconfirmed, store=act.store, on__range=(act.on - REACH, act.on))
        .select_for_update(of=("self",))
    )  # fmt: skip
    before = {row.pk: row.level_confirmed for row in rows}
    for row in rows:
        row.store = act.store
    settle(rows, act.at)
    Visit.objects.bulk_update(rows, ["level_confirmed", "completed_at", "in_time"], batch_size=100)
    return {
        "copied": sum(row.level_confirmed != before[row.pk] for row in rows),
        "broken": len(broken_on(act.store, yesterday)),
        "no_card": rows_without_card(act.store, act.at).count(),
    }
