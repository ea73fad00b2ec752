"""The catalogue over the API."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from guanxi.catalogue.models import Product, sees_margins
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.pages import oldest_first
from guanxi.organization.api.schemas import Amount, Asked, Flag, Id, Limit, Told

router = Router(tags=["products"])


class ProductListed(Told):
    """``unit_cost`` and ``margin`` are null for callers who are not told them. Amounts in yuan."""

    id: int
    name: str
    line: str
    list_price: Amount | None
    unit_cost: Amount | None
    margin: Amount | None
    is_active: bool
    version: int


class ProductFilters(Asked):
    on_sale: Flag = True
    after: Id | None = None
    limit: Limit = 50


@router.get("/products", response=list[ProductListed])
def list_products(request: HttpRequest, asked: Query[ProductFilters]) -> Any:
    """The products of the caller's store by id; ``after`` is the id of the last one seen."""
    rows = Product.objects.of_store(acting(request).store)
    if asked.on_sale:
        rows = rows.on_sale()
    secret = {} if sees_margins(caller(request)) else {"unit_cost": None, "margin": None}
    return [ProductListed.copied(row, **secret) for row in oldest_first(rows, asked.after, asked.limit)]
