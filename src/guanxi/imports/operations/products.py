"""Products that sheets name."""

from collections.abc import Sequence

from guanxi.catalogue.models import Product
from guanxi.catalogue.operations import add_products
from guanxi.imports.rules.plans import product_key
from guanxi.organization.acts import Act


def named_products(act: Act, names: Sequence[str]) -> tuple[dict[str, Product], list[Product]]:
    """Folded name → product of the store's catalogue, and those of them that were not there before; a product named
    in two ways is entered as it is named first."""
    wanted = {product_key(name): name for name in reversed(names)}
    if not wanted:
        return {}, []
    known = {product_key(product.name): product for product in Product.objects.of_store(act.store)}
    new = add_products(act, [name for key, name in wanted.items() if key not in known])
    return known | {product_key(product.name): product for product in new}, new
