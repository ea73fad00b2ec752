"""A card as it stood at the end of a day, from its contacts, level changes, losses, orders and transfers."""

from dataclasses import dataclass
from datetime import date

from guanxi.cadence.models import Interaction, LevelChange, LossReport
from guanxi.cadence.rules.levels import LIVE
from guanxi.customers.models import Customer
from guanxi.deals.models import Order
from guanxi.organization.models import User


@dataclass(frozen=True)
class Outcome:
    """How the card ended: ``code`` is won, ordered or the level of the loss; ``signed_by`` who decided it."""

    code: str
    on: date
    reason: str = ""
    order_no: str = ""
    signed_by: User | None = None


@dataclass(frozen=True)
class PastCard:
    """What can be told for a past day. Identity, intent and owner block have no history: they are today's."""

    customer: Customer
    on: date
    level: str
    owner: User | None
    contacts: list[Interaction]
    outcome: Outcome | None


def card_on(customer: Customer, on: date) -> PastCard:
    """The card at the end of ``on``; five queries. Access is the caller's."""
    contacts = customer.interactions.filter(on__lte=on).order_by("at", "id")
    level, outcome = _level(customer, on), _outcome(customer, on)
    if level in LIVE and outcome is not None and outcome.code != "ORDERED":
        # An owner or a lost customer with a new intent: the card is open again.
        outcome = None
    return PastCard(customer, on, level, _owner(customer, on), list(contacts), outcome)


def _level(customer: Customer, on: date) -> str:
    """The level of the latest change in force; a change that waited is in force from its decision."""
    changes = customer.level_changes.filter(state=LevelChange.State.IN_FORCE, on__lte=on)
    latest = max(
        changes, key=lambda change: (change.on, change.decided_at or change.at, change.pk), default=None
    )
    return latest.to_level if latest else ""


def _owner(customer: Customer, on: date) -> User | None:
    later = [
        transfer
        for transfer in customer.transfers.select_related("from_owner").order_by("at", "id")
        if customer.store.local_date(transfer.at) > on
    ]
    return later[0].from_owner if later else customer.owner


def _outcome(customer: Customer, on: date) -> Outcome | None:
    found = []
    losses = customer.losses.of_cards().filter(state=LossReport.State.APPROVED, decided_on__lte=on)
    for loss in losses.select_related("decided_by"):
        if loss.reactivated_on is None or loss.reactivated_on > on:
            assert loss.decided_on is not None
            found.append(Outcome(loss.bucket, loss.decided_on, loss.reason, signed_by=loss.decided_by))
    for order in customer.orders.filter(ordered_on__lte=on):
        if order.delivered_on is not None and order.delivered_on <= on:
            found.append(Outcome("WON", order.delivered_on, order_no=order.order_no))
        elif order.state == Order.State.OPEN or (order.cancelled_on or order.delivered_on or on) > on:
            found.append(Outcome("ORDERED", order.ordered_on, order_no=order.order_no))
    return max(found, key=lambda outcome: outcome.on, default=None)
