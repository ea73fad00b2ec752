"""Products: adding, changing, retiring; those an import brings, which go with it when nobody used them; the price
schemes they are offered under, and what rivals ask.

A retired product stays on the cards and orders that name it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product, RivalPrice, Scheme
from guanxi.catalogue.rules import SCHEMERS, Quote
from guanxi.lib.dates import is_near
from guanxi.lib.money import format_money
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import put, refuse_stale
from guanxi.organization.labels import language
from guanxi.organization.models import Store
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
    line: str = ""


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


class SchemeRefused(Refused):
    """The price scheme, or the rival's price, cannot be kept this way."""


FAR = _("The year cannot be meant: choose a day within ten years of today.")
FEWEST, MOST = 2, 10


@transaction.atomic
def save_scheme(act: Act, scheme_id: int | None, values: Mapping[str, Any], *, version: int = 0) -> Scheme:
    """Keep a price scheme, or change the ``version`` that was shown. ``values`` are fields of Scheme; ``products`` a
    list.

    Raises Scheme.DoesNotExist unless the actor offers schemes, StaleEdit, SchemeRefused for a product without price
    (11.4), a price that is not below the list price or not above zero, and days the wrong way round.
    """
    assert act.by is not None
    if not act.by.has_role(*SCHEMERS):
        raise Scheme.DoesNotExist
    # The store's row is where two new schemes of one name meet.
    store = Store.objects.select_for_update().get(pk=act.store.pk)
    rows = Scheme.objects.of_store(store).select_for_update()
    scheme = rows.get(pk=scheme_id) if scheme_id else Scheme(store=store, version=0)
    refuse_stale(scheme, version)
    given = dict(values)
    products = list(given.pop("products", None) or (scheme.products.all() if scheme.pk else []))
    before = sorted(product.name for product in scheme.products.all()) if scheme.pk else []
    changes: dict[str, list[Any]] = changed_fields(scheme, given) if scheme.pk else {
        name: [None, str(value)] for name, value in given.items() if value not in (None, "")
    }  # fmt: skip
    put(scheme, given, SchemeRefused)
    _check_scheme(act, scheme, products)
    if before != (named := sorted(product.name for product in products)):
        changes["products"] = [before or None, named]
    scheme.version += 1
    scheme.save()
    scheme.products.set(products)
    leave_trace([act.entry("scheme_saved", scheme, changes=changes)])
    return scheme


def _check_scheme(act: Act, scheme: Scheme, products: list[Product]) -> None:
    if not scheme.name.strip():
        raise SchemeRefused(_("Give the scheme a name."), "name")
    if Scheme.objects.of_store(act.store).filter(name=scheme.name).exclude(pk=scheme.pk).exists():
        raise SchemeRefused(_("There is a scheme of this name already."), "name")
    if any(product.store_id != act.store.pk for product in products):
        raise SchemeRefused(_("Choose from the list."), "products")
    is_bundle = scheme.kind == Scheme.Kind.BUNDLE
    if is_bundle and not FEWEST <= len(products) <= MOST:
        raise SchemeRefused(_("A bundle holds two to ten products."), "products")
    if not is_bundle and len(products) != 1:
        raise SchemeRefused(_("A discount is on one product; several together are a bundle."), "products")
    regular = Quote(tuple(product.list_price for product in products), ()).regular
    if regular is None:
        raise SchemeRefused(_("This product has no price yet, so nothing can be quoted."), "products")
    for name in ("starts_on", "ends_on"):
        day = getattr(scheme, name)
        if day is not None and not is_near(day, act.on):
            raise SchemeRefused(FAR, name)
    if scheme.ends_on is not None and scheme.ends_on < scheme.starts_on:
        raise SchemeRefused(_("It cannot end before it starts."), "ends_on")
    if is_bundle:
        scheme.percent_off = scheme.amount_off = None
        if scheme.price is None or not 0 < scheme.price < regular:
            words = _("The price of a bundle lies above zero and below its list prices together, %(sum)s.")
            raise SchemeRefused(words % {"sum": format_money(regular, language())}, "price")
        return
    scheme.price = None
    if (scheme.percent_off is None) == (scheme.amount_off is None):
        raise SchemeRefused(_("Say either per cent or an amount."), "percent_off")
    if scheme.percent_off is not None and not 0 < scheme.percent_off < 100:
        raise SchemeRefused(_("Per cent lie between 0 and 100."), "percent_off")
    if scheme.amount_off is not None and not 0 < scheme.amount_off < regular:
        words = _("The amount lies above zero and below the list price, %(price)s.")
        raise SchemeRefused(words % {"price": format_money(regular, language())}, "amount_off")
    if Quote((regular,), (), scheme.percent_off, scheme.amount_off).reduced is None:
        raise SchemeRefused(
            _("Nothing would remain to pay: the list price is too low for it."), "percent_off"
        )


@transaction.atomic
def note_rival_price(
    act: Act, product_id: int, *, rival: str, price: Decimal, seen_on: date, source: str = ""
) -> RivalPrice:
    """Write down what a rival asks. Raises Product.DoesNotExist for another store's, SchemeRefused."""
    product = Product.objects.of_store(act.store).get(pk=product_id)
    row = RivalPrice(product=product, by=act.by)
    values = {"rival": rival.strip(), "price": price, "seen_on": seen_on, "source": source}
    put(row, values, SchemeRefused)
    if price <= 0:
        raise SchemeRefused(_("Enter an amount above zero."), "price")
    if seen_on > act.on:
        raise SchemeRefused(_("The day lies in the future."), "seen_on")
    if not is_near(seen_on, act.on):
        raise SchemeRefused(FAR, "seen_on")
    row.save()
    told = {name: [None, str(value)] for name, value in (values | {"product": product.name}).items()}
    leave_trace([act.entry("rival_price_noted", row, changes=told)])
    return row


@transaction.atomic
def drop_rival_price(act: Act, price_id: int) -> int:
    """Take a slip out; returns its product. Whoever wrote it may, and who offers schemes. Raises
    RivalPrice.DoesNotExist."""
    assert act.by is not None
    rows = RivalPrice.objects.filter(product__store=act.store)
    if not act.by.has_role(*SCHEMERS):
        rows = rows.filter(by=act.by)
    row = rows.select_for_update(of=("self",)).select_related("product").get(pk=price_id)
    told = {"rival": [row.rival, None], "price": [str(row.price), None], "product": [row.product.name, None]}
    leave_trace([act.entry("rival_price_dropped", row, changes=told)])
    row.delete()
    return row.product_id
