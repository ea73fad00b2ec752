"""Owners from before come back to the workshop, each in their own rhythm, until some stay away."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.demo.world import World

# Its own chance, so that the play before it stays what it was.
SEED = 20260304
OWNERS, MOST_VISITS = 320, 12
COST = Decimal("0.58")
MORNING = 9 * 60 + 40


def bring_owners_back(world: World, service: str) -> None:
    """Services of up to OWNERS owners who bought before the store opened its books here."""
    rng = Random(SEED)
    product = Product.objects.get(store=world.store, name=service)
    first = world.store.local_date(world.store.created_at)
    owners = Customer.objects.filter(store=world.store, owned_items__isnull=False, orders__isnull=True)
    for card in owners.select_related("owner", "store").distinct().order_by("pk")[:OWNERS]:
        assert card.owner is not None
        for number, on in enumerate(_visits(rng, first, world.last), 1):
            amount = Decimal(round(rng.gammavariate(5, 1) * _purse(card.pk)))
            sold = Sold(product, 1, amount, (amount * (1 - COST)).quantize(Decimal("0.01")))
            order_no = f"{card.customer_no}-W{number}"
            write_deals(
                world.act(card.owner, on, MORNING), card, on, [sold], seller_id=card.owner_id,
                source=f"service {order_no}", number=order_no,
            )  # fmt: skip


def _visits(rng: Random, first: date, last: date) -> list[date]:
    """Days of one owner: some come every six weeks, some twice a year; some stay away soon, some never."""
    cycle = 45 + rng.gammavariate(1.2, 70)
    leaves = 60 + rng.expovariate(max(rng.gammavariate(0.6, 1 / 200), 1e-6))
    at = rng.uniform(0, min(cycle, 200))
    days: list[date] = []
    while at < min(leaves, (last - first).days) and len(days) < MOST_VISITS:
        days.append(first + timedelta(days=int(at)))
        at += max(rng.gammavariate(1.5, cycle / 1.5), 7)
    return days


def _purse(key: int) -> int:
    """What a visit costs them, in fifths of yuan: small cars and large ones."""
    return (110, 130, 170, 240)[key % 4]
