"""A store with a ledger made up as Pareto/NBD has it: known truth, written in bulk."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from tests.cast import MORNING, Cast

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.insights.models import CustomerValue, ValueRun
from guanxi.insights.operations.value_runs import make_run
from guanxi.organization.acts import Act
from guanxi.organization.models import Store, User

UNTIL = date(2026, 3, 1)


def simulated_days(count, *, seed=7, weeks=104, r=1.2, alpha=14.0, s=0.6, beta=20.0):
    """Days of purchase before UNTIL of ``count`` customers, the newest day of each at most UNTIL."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        age = chance.uniform(20, weeks)
        rate, leaves = chance.gamma(r) / alpha, chance.exponential() / max(chance.gamma(s) / beta, 1e-9)
        at, days = 0.0, [0.0]
        while True:
            at += chance.exponential() / rate
            if at > min(age, leaves):
                break
            days.append(at)
        found.append(sorted({UNTIL - timedelta(days=int((age - day) * 7)) for day in days}))
    return found


def make_cards(store: Store, owners: list[User], count: int, prefix: str = "V") -> list[Customer]:
    """Plain cards, owner by owner in turn."""
    return Customer.objects.bulk_create(
        Customer(
            store=store, owner=owners[place % len(owners)], customer_no=f"{prefix}{place:06}", name=f"顾客{place}",
            sorted_as=f"guke{place}", level="D", created_at=MORNING,
        )
        for place in range(count)
    )  # fmt: skip


def write_ledger(
    store: Store, cards: list[Customer], days: list[list[date]], *, seed=3, follows=False
) -> None:
    """A sale on each day, of an own mean margin; with ``follows`` who buys often also spends much."""
    chance = np.random.default_rng(seed)
    rows = []
    for card, bought in zip(cards, days, strict=True):
        mean = 40 * len(bought) ** 2 if follows else 300 / max(chance.gamma(4), 0.3)
        for day in bought:
            margin = Decimal(str(round(mean * chance.gamma(6) / 6 + 1, 2)))
            rows.append(
                Deal(customer=card, store=store, seller=card.owner, on=day, amount=margin * 4, margin=margin,
                     source="test", recorded_at=MORNING)
            )  # fmt: skip
    Deal.objects.bulk_create(rows, batch_size=500)


def valued_store(store: Store, owners: list[User], count: int = 400, **asked) -> list[Customer]:
    """``count`` cards with the purchases of so many simulated customers."""
    cards = make_cards(store, owners, count)
    write_ledger(store, cards, simulated_days(count), **asked)
    return cards


def sell(
    card: Customer, on: date, margin, *, amount=None, product: Product | None = None, quantity: int = 1
) -> Deal:
    """One line of the ledger."""
    return Deal.objects.create(
        customer=card, store=card.store, seller=card.owner, on=on, amount=amount, margin=margin, product=product,
        quantity=quantity, source="test", recorded_at=MORNING,
    )  # fmt: skip


def silent_cards(cast: Cast, night: Act) -> list[Customer]:
    """Three of Lin's and one of Wu's, silent for 65 days at a cycle of 30, and what the ``night`` says of them."""
    found = make_cards(cast.store, [cast.lin, cast.lin, cast.lin, cast.wu], 4)
    for card in found:
        for days in (125, 95, 65):
            sell(card, UNTIL - timedelta(days=days), Decimal(100))
    make_run(night, UNTIL)
    return found


def rows_of(run: ValueRun) -> dict[int, CustomerValue]:
    """Customer → what the run says of it."""
    return {row.customer_id: row for row in CustomerValue.objects.filter(run=run)}
