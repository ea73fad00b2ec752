"""What the tests of standings share: products, purchases, judgements."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.cast import MORNING

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.ledger import Sold, write_deals
from guanxi.markets.models import ProductStanding
from guanxi.markets.operations.standings import judge
from guanxi.markets.rules.composite import Judgement
from guanxi.organization.acts import Act
from guanxi.organization.models import Store

TODAY = MORNING.date()


def product(store: Store, name: str = "保养套餐", **values: Any) -> Product:
    return Product.objects.create(store=store, name=name, **{"list_price": Decimal(660)} | values)


def bought(act: Act, card: Customer, about: Product, times: int = 1, on: date = TODAY, **sold: Any) -> None:
    """``times`` purchases, each of its own number."""
    for count in range(times):
        number = f"{card.pk}-{about.pk}-{on}-{count}"
        line = Sold(about, **{"amount": Decimal(660)} | sold)
        write_deals(act, card, on, [line], seller_id=card.owner_id, source=f"service {number}", number=number)


def judged(
    act: Act, card: Customer, about: Product, potential: str, current: int | None = None
) -> ProductStanding:
    held = ProductStanding.objects.filter(customer=card, product=about).first()
    return judge(act, Judgement(card.pk, about.pk, potential, current, held.version if held else 0))
