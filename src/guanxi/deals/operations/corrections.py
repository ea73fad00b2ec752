"""What the ledger says otherwise later: goods that came back, and rows that were wrong. The rows themselves stay."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.deals.models import Deal
from guanxi.deals.operations.ledger import (
    DealRefused,
    Entry,
    Sold,
    claim_number,
    refuse_no_sale,
    reverse_rows,
    write_rows,
)
from guanxi.deals.queries.sales import Left, left_of
from guanxi.deals.rules import EARLIEST
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.refusals import StaleEdit

FEN = Decimal("0.01")
CORRECTED = ("on", "product", "quantity", "amount", "margin", "number")


@dataclass(frozen=True)
class Return:
    """What came back: ``amount`` in yuan, None where the price is unknown; ``on`` the day it came back."""

    quantity: int
    amount: Decimal | None
    on: date
    reason: str


@dataclass(frozen=True)
class Correction:
    """A row as it should have been written."""

    on: date
    sold: Sold
    number: str
    reason: str


@transaction.atomic
def return_deal(act: Act, deal_id: int, *, version: int, draft: Return) -> Deal:
    """Write what came back of a sale, with its share of the margin. Quantity 0 is money given back without goods.

    Raises Deal.DoesNotExist, StaleEdit, and DealRefused for what is no sale, more than stands, nothing at all, a day
    before the sale or ahead, and without a reason.
    """
    deal = _locked(act, deal_id, version)
    left = left_of(deal)
    if not deal.is_sale:
        raise DealRefused(_("Only a sale comes back."))
    if left.is_nothing:
        raise DealRefused(_("This sale came back whole already: nothing is left to return."))
    if not 0 <= draft.quantity <= left.quantity:
        raise DealRefused(_("At most %(left)s can still come back.") % {"left": left.quantity}, "quantity")
    if (draft.amount is None) != (left.amount is None):
        known = (
            _("Say what was given back.") if draft.amount is None else _("The price of this sale is unknown.")
        )
        raise DealRefused(known, "amount")
    amount = draft.amount or Decimal(0)
    if not 0 <= amount <= (left.amount or 0):
        raise DealRefused(_("At most ¥%(left)s can still be given back.") % {"left": left.amount}, "amount")
    if not draft.quantity and not amount:
        raise DealRefused(_("Say how much came back."), "quantity")
    if not deal.on <= draft.on <= act.on:
        raise DealRefused(_("The day lies between the sale and today."), "on")
    if not draft.reason.strip():
        raise DealRefused(_("Say why it came back."), "reason")
    margin = _share(deal, left, draft)
    sold = Sold(
        deal.product, -draft.quantity, None if draft.amount is None else -amount, None if margin is None else -margin
    )  # fmt: skip
    entry = Entry(
        deal.customer_id, draft.on, sold, deal.seller_id, deal.source, deal.number, deal, draft.reason.strip()
    )
    return write_rows(act, [entry])[0]


@transaction.atomic
def correct_deal(act: Act, deal_id: int, *, version: int, draft: Correction) -> Deal:
    """Write a wrong sale back and write it anew, both on the days they are about. The margin is that of ``draft``.

    Raises Deal.DoesNotExist, StaleEdit, and DealRefused for what is no sale or has returns, for values no sale has, a
    number under which another customer bought, when nothing differs, and without a reason.
    """
    deal = _locked(act, deal_id, version)
    if not deal.is_sale:
        raise DealRefused(_("Only a sale is corrected; a return is taken back and recorded anew."))
    if Deal.objects.in_force().filter(returns=deal).exists():
        raise DealRefused(_("Something of it came back: take the return back first."))
    refuse_no_sale(draft.sold)
    if draft.sold.product is not None and draft.sold.product.store_id != deal.store_id:
        raise DealRefused(_("Choose a product of this store."), "product")
    if not EARLIEST <= draft.on <= act.on:
        raise DealRefused(_("A sale lies between 1990 and today."), "on")
    if not draft.reason.strip():
        raise DealRefused(_("Say what was wrong."), "reason")
    number = draft.number.strip()[:30]
    standing = claim_number(act.store, number) if number != deal.number else None
    if standing is not None and standing.customer_id != deal.customer_id:
        raise DealRefused(_("Under this number something was sold to another customer."), "number")
    if (deal.on, deal.number, _facts(deal)) == (draft.on, number, _facts(draft.sold)):
        raise DealRefused(_("Nothing differs from what stands there."))
    reverse_rows(act, [deal], reason=draft.reason.strip())
    entry = Entry(
        deal.customer_id,
        draft.on,
        draft.sold,
        deal.seller_id,
        deal.source,
        number,
        None,
        draft.reason.strip(),
    )
    (anew,) = write_rows(act, [entry])
    said = {name: [_said(deal, name), _said(anew, name)] for name in CORRECTED}
    changes = {name: change for name, change in said.items() if change[0] != change[1]}
    leave_trace([
        act.entry("deal_corrected", anew, customer=anew.customer_id, reason=draft.reason.strip(), changes=changes)
    ])  # fmt: skip
    return anew


def _said(deal: Deal, name: str) -> str | None:
    value = getattr(deal, name)
    return None if value is None else str(value)


@transaction.atomic
def take_back_deal(act: Act, deal_id: int, *, version: int, reason: str) -> list[Deal]:
    """Write a row back that should not be there, with the returns of it, each on its own day: then it never was.

    Raises Deal.DoesNotExist, StaleEdit, DealRefused without a reason.
    """
    deal = _locked(act, deal_id, version)
    if not reason.strip():
        raise DealRefused(_("Say why it is taken back."), "reason")
    returned = Deal.objects.in_force().select_for_update(of=("self",)).filter(returns=deal).order_by("pk")
    return reverse_rows(act, [deal, *returned], reason=reason.strip())


def _locked(act: Act, deal_id: int, version: int) -> Deal:
    """The row as it stands, locked, so that of two who write about it at once the second sees the first."""
    rows = Deal.objects.filter(store=act.store) if act.by is None else Deal.objects.correctable_by(act.by)
    deal = rows.select_for_update(of=("self",)).select_related("product").get(pk=deal_id)
    if deal.version != version:
        raise StaleEdit(_("Somebody wrote about this row first."), deal)
    if deal.reverses_id is not None or Deal.objects.filter(reverses=deal).exists():
        raise DealRefused(_("This row is written back already."))
    return deal


def _share(deal: Deal, left: Left, draft: Return) -> Decimal | None:
    """The margin lost with a return: all that is left with the last of it, else its part of the price or of the
    number, half up to the fen."""
    if deal.margin is None:
        return None
    if (draft.quantity, draft.amount) == (left.quantity, left.amount):
        return left.margin
    if draft.amount is None or not deal.amount:
        part = Decimal(draft.quantity) / deal.quantity
    else:
        part = draft.amount / deal.amount
    return (deal.margin * part).quantize(FEN, ROUND_HALF_UP)


def _facts(row: Deal | Sold) -> tuple[object, ...]:
    return row.product.pk if row.product else None, row.quantity, row.amount, row.margin
