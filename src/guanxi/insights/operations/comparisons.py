"""Keeping what two offers leave to a customer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.customers.queries.cards import lock_card
from guanxi.insights.models import DeliveredValue
from guanxi.insights.rules.delivered import MixedUnits, OutOfScale
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import put, refuse_stale
from guanxi.organization.refusals import Refused


class ComparisonRefused(Refused):
    """The two offers cannot be compared this way; nothing was kept."""


@transaction.atomic
def save_comparison(
    act: Act, customer_id: int, pk: int | None, *, version: int = 0, values: Mapping[str, Any]
) -> DeliveredValue:
    """Keep a sheet of R-VAL-01; without ``pk`` a new one. ``values`` are fields of DeliveredValue.

    Raises Customer.DoesNotExist unless the actor may change the card, DeliveredValue.DoesNotExist, StaleEdit,
    ComparisonRefused for mixed units and amounts outside their scale (16.3).
    """
    card = lock_card(act, customer_id)
    if pk is None:
        row = DeliveredValue(customer=card, version=0)
    else:
        row = DeliveredValue.objects.get(pk=pk, customer=card)
        refuse_stale(row, version)
    changes = changed_fields(row, dict(values))
    put(row, values, ComparisonRefused, over=("offer", "rival", "unit"))
    for whose in ("our", "their"):
        try:
            row.side(whose)
        except MixedUnits as error:
            words = _("Hours count in yuan only: leave the value of an hour empty in a sheet of points.")
            raise ComparisonRefused(words, "hour_value") from error
        except OutOfScale as error:
            words = _("An amount is 0 or more, and at most 100 in points.")
            raise ComparisonRefused(words, f"{whose}_{error.part}") from error
    if pk is not None and not changes:
        return row
    row.on, row.by, row.version = act.on, act.by, row.version + 1
    row.save()
    leave_trace([act.entry("delivered_value_saved", row, customer=card.pk, changes=changes)])
    return row
