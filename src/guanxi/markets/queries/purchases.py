"""What the ledger says of purchases, net of what was written back."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.markets.rules.baskets import Suggestions, next_products
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


def suggestions_for(card: Customer, names: dict[int, str], on: date) -> Suggestions:
    """What customers of the store who bought the same also bought in the last 24 months; ``names`` are the products to
    choose from.

    Counts over the whole store, which names nobody: access to ``card`` is the caller's. Four queries at most.
    """
    sold = Deal.objects.bought(on).filter(store=card.store_id, product__isnull=False)
    owned = set(sold.filter(customer=card).order_by().values_list("product_id", flat=True).distinct())
    if not owned:
        return Suggestions((), too_few=True)
    # What is read does not grow with the age of the store.
    others = sold.filter(on__gt=year_before(year_before(on))).exclude(customer=card).order_by()
    baskets: dict[int, set[int]] = {}
    alike = others.filter(product__in=owned).values("customer")
    for customer, product in (
        others.filter(customer__in=alike).values_list("customer_id", "product_id").distinct()
    ):
        baskets.setdefault(customer, set()).add(product)
    counted = others.values("product").annotate(count=Count("customer", distinct=True))
    buyers = dict(counted.values_list("product", "count"))
    customers = others.values("customer").distinct().count()
    return next_products(owned, list(baskets.values()), buyers, customers, names)
