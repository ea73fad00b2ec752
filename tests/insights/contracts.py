"""Terms of contracts whose true chance of renewal is known: by how often one was in touch before the end."""

import random
from datetime import timedelta
from decimal import Decimal

from tests.cast import MORNING, Cast
from tests.insights.years import contact

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Customer
from guanxi.deals.models import Contract
from guanxi.organization.models import User

TRUE = {0: 0.35, 1: 0.6, 2: 0.8, 3: 0.92}
YEAR, NOTICE, DAY = timedelta(days=365), timedelta(days=60), timedelta(days=1)


def ended_terms(
    cast: Cast, count: int, owner: User | None = None, seed: int = 6, after: int = 0
) -> list[Contract]:
    """``count`` terms that ended one after another over the last 600 days, each kept as its contacts had it; ``after``
    contacts more once notice was due with those that were not renewed."""
    chance = random.Random(seed)
    cards = _cards(cast, owner or cast.lin, count, "T")
    contracts, contacts, following = [], [], []
    for number, card in enumerate(cards):
        ends = (MORNING - timedelta(days=600 - 590 * number / count)).date()
        often = number % 4
        kept = chance.random() < TRUE[often]
        looked = MORNING - timedelta(days=600 - 590 * number / count) - NOTICE
        contacts += [contact(card, looked - timedelta(days=20 * place + 2)) for place in range(often)]
        row = term(card, ends - YEAR, ends)
        if kept:
            row.product = None
            following.append((row, ends))
        else:
            row.ended_on, row.end_reason = ends - timedelta(days=10), "不续"
            contacts += [contact(card, looked + timedelta(days=20 + place)) for place in range(after)]
        contracts.append(row)
    Contract.objects.bulk_create(contracts)
    Contract.objects.bulk_create(
        term(
            row.customer,
            ends + DAY,
            ends + 3 * YEAR,
            renews=row,
            term_no=2,
            agreed_on=ends - timedelta(days=10),
        )
        for row, ends in following
    )
    Interaction.objects.bulk_create(contacts)
    return contracts


def running(cast: Cast, owner: User | None = None) -> list[Contract]:
    """Four terms that end in 40 days, with 0 to 3 contacts of the last weeks."""
    cards = _cards(cast, owner or cast.lin, 4, f"R{Customer.objects.count()}")
    ends = (MORNING + timedelta(days=40)).date()
    rows = Contract.objects.bulk_create(term(card, ends - YEAR, ends) for card in cards)
    Interaction.objects.bulk_create(
        contact(card, MORNING - timedelta(days=20 * place + 2))
        for often, card in enumerate(cards)
        for place in range(often)
    )
    return rows


def term(card: Customer, begins, ends, **more) -> Contract:
    """A term, not saved yet, agreed on the day it begins."""
    told = {"agreed_on": begins, "amount": Decimal(3000), "created_at": MORNING, "subject": "保养套餐"} | more
    return Contract(customer=card, store=card.store, begins_on=begins, ends_on=ends, **told)


def _cards(cast: Cast, owner: User, count: int, mark: str) -> list[Customer]:
    return Customer.objects.bulk_create(
        Customer(
            store=owner.store, owner=owner, customer_no=f"{mark}-{number:05}", name=f"客户{number}",
            sorted_as=str(number), created_at=MORNING - timedelta(days=1500),
        )
        for number in range(count)
    )  # fmt: skip
