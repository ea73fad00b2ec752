"""What the store sells beside cars, who bought it, and what its sellers think each owner could still buy."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.customers.operations.classification import classify
from guanxi.deals.models import Order
from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.demo.world import World
from guanxi.markets.operations.standings import judge
from guanxi.markets.rules.composite import POTENTIALS, Judgement

# Its own chance, so that the play before it stays what it was.
SEED = 20260303
EVENING = 17 * 60 + 20
JUDGED_EACH = 12
SERVICE, SERVICE_DAYS = "保养套餐", 95


class Extra(NamedTuple):
    """List price and unit cost in yuan; bought by ``share`` of those who take a car, by ``beside`` of those who take
    the product named ``after`` too."""

    price: int
    cost: int
    share: float
    after: str = ""
    beside: float = 0.0


EXTRAS = {
    "原厂脚垫": Extra(680, 390, 0.55),
    "行车记录仪": Extra(1280, 820, 0.15, "原厂脚垫", 0.5),
    "全车贴膜": Extra(2800, 1500, 0.3),
    "隐形车衣": Extra(12800, 8600, 0.03, "全车贴膜", 0.22),
    "商业车险": Extra(4800, 4280, 0.7),
    "延长保修": Extra(3600, 1900, 0.06, "商业车险", 0.3),
    SERVICE: Extra(660, 380, 0.0),
}
JUDGED = ("行车记录仪", "隐形车衣", "商业车险", "延长保修", SERVICE)


def sell_beside_cars(world: World) -> None:
    """Further products, their sales since the store opened, and the judgements of the last week."""
    rng = Random(SEED)
    made = Product.objects.bulk_create(
        Product(store=world.store, name=name, list_price=extra.price, unit_cost=extra.cost)
        for name, extra in EXTRAS.items()
    )
    extras = {product.name: product for product in made}
    orders = Order.objects.filter(store=world.store, state=Order.State.DELIVERED)
    for order in orders.select_related("customer", "consultant", "store").order_by("pk"):
        _sell_with(world, rng, order, extras)
    for seller in world.consultants:
        cards = Customer.objects.filter(owner=seller, orders__state=Order.State.DELIVERED)
        for card in cards.distinct().order_by("-pk")[:JUDGED_EACH]:
            tier = rng.choice([1, 2, 2, 3, 3, None])
            classify(
                world.act(seller, world.last, EVENING), card.pk, version=card.version, values={"tier": tier}
            )
            for name in rng.sample(JUDGED, rng.randint(1, 4)):
                potential = rng.choices(POTENTIALS, [8, 20, 24, 20, 10, 18])[0]
                act = world.act(seller, world.last - timedelta(days=rng.randint(0, 6)), EVENING)
                judge(act, Judgement(card.pk, extras[name].pk, potential, None, 0))


def _sell_with(world: World, rng: Random, order: Order, extras: dict[str, Product]) -> None:
    """What was taken with the car, and the services since."""
    seller, day = order.consultant, order.delivered_on
    if seller is None or day is None:
        return
    taken: list[str] = []
    for name, extra in EXTRAS.items():
        if rng.random() < (extra.beside if extra.after in taken else extra.share):
            taken.append(name)
    lines = [Sold(extras[name], 1, Decimal(EXTRAS[name].price)) for name in taken]
    if lines:
        write_deals(
            world.act(seller, day, EVENING), order.customer, day, lines, seller_id=seller.pk,
            source=f"order {order.pk}", number=order.order_no,
        )  # fmt: skip
    loyal, on, count = rng.random(), day + timedelta(days=60), 0
    while loyal < 0.6 and on <= world.last:
        count += 1
        number = f"{order.order_no}-S{count}"
        write_deals(
            world.act(seller, on, EVENING), order.customer, on, [Sold(extras[SERVICE], 1, Decimal(660))],
            seller_id=seller.pk, source=f"service {number}", number=number,
        )  # fmt: skip
        on += timedelta(days=SERVICE_DAYS + rng.randint(-20, 40))
