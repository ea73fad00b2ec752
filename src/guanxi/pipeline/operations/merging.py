"""Opportunities of two cards that become one go to the card that is kept."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.customers.models import Customer
from guanxi.organization.acts import Act
from guanxi.organization.snapshots import repoint
from guanxi.pipeline.models import CreditReview, Opportunity
from guanxi.pipeline.operations.opportunities import OpportunityRefused, refuse_held_bid


def lock_opportunities(customer_ids: Sequence[int]) -> None:
    """Lock the opportunities of cards; before the cards, as losing one does."""
    rows = Opportunity.objects.select_for_update().filter(customer__in=customer_ids)
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def fold_opportunities(kept: Customer, merged: Customer) -> list[int]:
    """Returns what ``unfold_opportunities`` needs."""
    return repoint(Opportunity.objects.filter(customer=merged), customer=kept)


@transaction.atomic
def unfold_opportunities(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_opportunities``."""
    Opportunity.objects.filter(pk__in=keys, customer=kept).update(customer=merged)


@transaction.atomic
def fold_credit(kept: Customer, merged: Customer) -> list[int]:
    """Reviews of quarters the kept card has none of go along; of two of one quarter the worse is the kept card's, so
    that no merge lets a bid pass. Returns what ``unfold_credit`` needs."""
    own = {row.quarter: row for row in CreditReview.objects.filter(customer=kept)}
    theirs = list(CreditReview.objects.filter(customer=merged).order_by("pk"))
    taken = [row for row in theirs if row.quarter not in own or row.score < own[row.quarter].score]
    for row in taken:
        _give(row, kept, merged)
    return [row.pk for row in taken]


@transaction.atomic
def unfold_credit(kept: Customer, merged: Customer, keys: list[int]) -> None:
    """Undo ``fold_credit``."""
    for row in CreditReview.objects.filter(pk__in=keys, customer=kept):
        _give(row, merged, kept)


def _give(row: CreditReview, to: Customer, of: Customer) -> None:
    """Give a review to a card; one it has of that quarter comes in return."""
    back = list(CreditReview.objects.filter(customer=to, quarter=row.quarter).values_list("pk", flat=True))
    # Out of the way first: a card has one of a quarter at any time.
    CreditReview.objects.filter(pk__in=back).update(quarter=date.min)
    CreditReview.objects.filter(pk=row.pk).update(customer=to)
    CreditReview.objects.filter(pk__in=back).update(customer=of, quarter=row.quarter)


def refuse_held_bids(act: Act, keys: Sequence[int]) -> None:
    """R-VAL-13 asked again of opportunities that came to another card. Raises OpportunityRefused."""
    for row in Opportunity.objects.filter(pk__in=keys).open().select_related("customer").order_by("pk"):
        try:
            refuse_held_bid(act, row, row.stage)
        except OpportunityRefused as refused:
            words = _(
                "“%(title)s” went to a bid since the merge, and its own card is credit class C: move it back first."
            )
            raise OpportunityRefused(words % {"title": row.title}) from refused
