"""Reviewing whether somebody is a good customer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import sees_margins
from guanxi.customers.queries.cards import lock_card
from guanxi.insights.models import CustomerReview
from guanxi.insights.queries.reviews import choice_due, known_income
from guanxi.insights.rules.goodness import ITEMS, MOST_NOTE, NotMarked, good_score
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import put, refuse_stale
from guanxi.organization.refusals import Refused, StaleEdit


class ReviewRefused(Refused):
    """The customer cannot be reviewed this way; nothing was kept."""


@transaction.atomic
def save_review(
    act: Act, customer_id: int, year: int, *, version: int, values: Mapping[str, Any]
) -> CustomerReview:
    """Keep the review of a year, this one or the last; ``version`` 0 where there is none yet. ``values`` are fields of
    CustomerReview. The income is the margin of the ledger unless somebody who sees margins says another.

    Raises Customer.DoesNotExist unless the actor may change the card, StaleEdit, ReviewRefused for an item without a
    mark and for a choice where two yearly reviews were not poor (R-VAL-11).
    """
    card = lock_card(act, customer_id)
    if not 0 <= act.on.year - year <= 1:
        raise ReviewRefused(_("Review this year or the last."), "year")
    row = CustomerReview.objects.filter(customer=card, year=year).first()
    if row is not None:
        refuse_stale(row, version)
    elif version:
        raise StaleEdit(_("Somebody saved this first."), None)
    given = dict(values)
    if not sees_margins(act.by):
        given.pop("income", None)
    if row is None:
        row = CustomerReview(customer=card, year=year, version=0)
        given.setdefault("income", known_income(card))
    try:
        given["score"] = good_score(given["marks"])
    except NotMarked as error:
        raise ReviewRefused(_("Each item has 0, 1 or 2 points."), f"mark_{error.item}") from error
    notes = {item: str(given.get("notes", {}).get(item, "")).strip()[:MOST_NOTE] for item in ITEMS}
    given["notes"] = {item: note for item, note in notes.items() if note}
    given["hourly_cost"] = card.store.playbook.settings.hourly_cost
    changes = changed_fields(row, given)
    put(row, given, ReviewRefused)
    for name in ("gifts", "compensation", "delivery"):
        if getattr(row, name) < 0:
            raise ReviewRefused(_("A cost is 0 or more."), name)
    if row.version and not changes:
        return row
    row.by, row.at, row.version = act.by, act.at, row.version + 1
    row.save()
    if row.choice and not choice_due(card, year):
        # After saving, since this very review decides; the refusal takes all of it back.
        words = _("Only after two poor yearly reviews in a row something is chosen: leave it open.")
        raise ReviewRefused(words, "choice")
    leave_trace([act.entry("customer_reviewed", row, customer=card.pk, changes=changes)])
    return row
