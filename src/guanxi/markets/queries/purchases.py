"""What the ledger says of purchases, net of what was written back."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.markets.rules.baskets import Suggestions, counted_together, next_products
from guanxi.markets.rules.composite import year_before

Key = tuple[int, int]


def purchases(customers: QuerySet[Any, Any] | Collection[int], on: date) -> Counter[Key]:
    """(customer, product) → purchases in the 12 months up to ``on``; several lines of one order on one day are one.
    Access to the cards is the caller's. One query."""
    rows = Deal.objects.bought(on).filter(
        customer__in=customers, product__isnull=False, on__gt=year_before(on)
    )
    told = rows.order_by().values_list("customer_id", "product_id", "source", "number", "on").distinct()
    counted: Counter[Key] = Counter()
    for customer, product, *_order in told:
        assert product is not None
        counted[customer, product] += 1
    return counted


def suggestions_for(cards: Sequence[Customer], names: dict[int, str], on: date) -> dict[int, Suggestions]:
    """Card → what other customers of the store who bought the same also bought in the last 24 months; ``names`` are the
    products to choose from.

    Counts over the whole store, which names nobody: access to the cards, which are of one store, is the caller's. Two
    queries.
    """
    if not cards:
        return {}
    sold = Deal.objects.bought(on).filter(store=cards[0].store_id, product__isnull=False).order_by()
    owned = _baskets(sold.filter(customer__in=[card.pk for card in cards]))
    # What is read does not grow with the age of the store.
    baskets = _baskets(sold.filter(on__gt=year_before(year_before(on))))
    together, buyers = counted_together(baskets.values()), Counter(chain(*baskets.values()))
    found = {}
    for card in cards:
        # Others only: whoever is asked about says nothing of their own next product.
        own = baskets.get(card.pk, set())
        others = {product: count - (product in own) for product, count in buyers.items()}
        found[card.pk] = next_products(
            owned.get(card.pk, set()), together, others, len(baskets) - bool(own), names
        )
    return found


def _baskets(sold: QuerySet[Deal]) -> dict[int, set[int]]:
    baskets: dict[int, set[int]] = {}
    for customer, product in sold.values_list("customer_id", "product_id").distinct():
        assert product is not None
        baskets.setdefault(customer, set()).add(product)
    return baskets
