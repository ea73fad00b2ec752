"""Products: adding, changing, retiring; those an import brings, which go with it when nobody used them.

A retired product stays on the cards and orders that name it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.refusals import Refused, StaleEdit


@transaction.atomic
def add_products(act: Act, names: Iterable[str]) -> list[Product]:
    """Put names that the store's catalogue lacks on its list, on sale and without a price."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return []
    Product.objects.bulk_create(
        [Product(store=act.store, name=name) for name in wanted], ignore_conflicts=True
    )
    products = list(Product.objects.of_store(act.store).filter(name__in=wanted))
    leave_trace(
        act.entry("product_added", product, changes={"name": [None, product.name]}) for product in products
    )
    return products


@transaction.atomic
def remove_unused_products(act: Act, product_ids: Sequence[int]) -> int:
    """Take products that nothing refers to off the list; returns how many."""
    removed = 0
    for product in Product.objects.of_store(act.store).filter(pk__in=product_ids):
        entry = act.entry("product_removed", product, changes={"name": [product.name, None]})
        try:
            with transaction.atomic():
                product.delete()
        except ProtectedError:
            continue
        leave_trace([entry])
        removed += 1
    return removed


class ProductRefused(Refused):
    """The store has a product of this name."""


@dataclass(frozen=True)
class ProductDraft:
    """``list_price`` and ``unit_cost`` in yuan, None when not fixed."""

    name: str
    list_price: Decimal | None = None
    unit_cost: Decimal | None = None
    is_active: bool = True


@transaction.atomic
def add_product(act: Act, draft: ProductDraft) -> Product:
    _check_name(act, draft.name)
    product = Product.objects.create(store=act.store, **vars(draft))
    facts = {"name": [None, draft.name], "list_price": [None, str(draft.list_price or "")]}
    if draft.unit_cost is not None:
        facts["unit_cost"] = [None, str(draft.unit_cost)]
    leave_trace([act.entry("product_added", product, changes=facts)])
    return product


@transaction.atomic
def edit_product(act: Act, product_id: int, version: int, draft: ProductDraft) -> Product:
    """Raises Product.DoesNotExist for another store's, StaleEdit, ProductRefused."""
    product = Product.objects.of_store(act.store).select_for_update().get(pk=product_id)
    if product.version != version:
        raise StaleEdit(_("Somebody changed this first."), product)
    _check_name(act, draft.name, product)
    changes = changed_fields(product, vars(draft))
    if changes:
        for name, value in vars(draft).items():
            setattr(product, name, value)
        product.version += 1
        product.save()
        leave_trace([act.entry("product_changed", product, changes=changes)])
    return product


def _check_name(act: Act, name: str, product: Product | None = None) -> None:
    taken = Product.objects.of_store(act.store).filter(name=name)
    if (taken.exclude(pk=product.pk) if product else taken).exists():
        raise ProductRefused(_("This store has a product of this name."), "name")
