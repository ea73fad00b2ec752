"""The copies of level and dates on the card, written for cadence, deals and imports."""

from collections.abc import Iterable, Sequence

from guanxi.customers.models import Customer
from guanxi.organization.rows import update_rows

COPIES = ("level", "level_since", "level_confirmed", "last_contact_on", "next_due_on", "intent_status",
          "owner_kind", "base_class", "card_type", "card_no", "base_plan")  # fmt: skip


def save_standing(customers: Iterable[Customer], fields: Sequence[str] = COPIES) -> None:
    """Store the copies of cards the caller has locked. They are no part of any form, so the card's version
    stays: recording a contact does not make a colleague's open edit stale."""
    update_rows(customers, fields)
