"""How a lead ends: an order and its delivery, or a loss."""

from datetime import date, timedelta
from decimal import Decimal

from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.care.operations import plan_care
from guanxi.deals.models import Order
from guanxi.deals.operations.orders import OrderDraft, cancel_order, deliver, place_order
from guanxi.demo import cars, words
from guanxi.demo.leads import Fate, Lead
from guanxi.demo.world import World

AFTERNOON = 15 * 60


def order_for(world: World, lead: Lead, on: date) -> None:
    """Somewhat below the list price, a deposit, delivery within three weeks."""
    rng, product = world.rng, world.products[lead.model]
    lead.delivers_on = on + timedelta(days=rng.randint(3, 20))
    draft = OrderDraft(
        product=product, colour=rng.choice(cars.COLOURS),
        amount=cars.price_of(lead.model) - rng.randint(0, 12) * Decimal(1000),
        deposit=Decimal(rng.choice([5000, 5000, 10000, 20000])), promised_on=lead.delivers_on,
    )  # fmt: skip
    order = place_order(world.act(lead.owner, on, 18 * 60 + 20), lead.id, draft)
    lead.order_id, lead.level, lead.due = order.pk, "O", on + timedelta(days=7)


def hand_over_cars(world: World, on: date) -> list[Lead]:
    """Deliver what was promised for today; one order in twenty-five is cancelled instead. Who drives off."""
    delivered = []
    for lead in list(world.leads.values()):
        if lead.order_id is None or lead.delivers_on is None or lead.delivers_on > on or not lead.is_open:
            continue
        order = Order.objects.get(pk=lead.order_id)
        act = world.act(lead.owner, on, AFTERNOON + lead.id % 120)
        if world.rng.random() < 0.04:
            cancel_order(act, order.pk, version=order.version, reason=world.rng.choice(words.CANCELLED))
            lead.order_id, lead.fate, lead.level = None, Fate.LEAVES, "C"
            lead.turns_on, lead.due = on + timedelta(days=3), on + timedelta(days=2)
            continue
        deliver(act, order.pk, version=order.version, delivered_on=on, item=_item(world, on))
        plan_care(act, [lead.id])
        world.forget(lead)
        delivered.append(lead)
    return delivered


def _item(world: World, on: date) -> dict[str, object]:
    rng = world.rng
    item: dict[str, object] = {
        "vin": cars.vin(rng),
        "brand": "东风本田" if rng.random() < 0.5 else "广汽本田",
        "mileage": 12,
    }
    if rng.random() < 0.85:
        # The others still lack part of their owner file (R-CUS-09).
        item |= {"engine_no": f"R20Z{rng.randint(100000, 999999)}", "plate_no": cars.plate(rng),
                 "insurer": rng.choice(cars.INSURERS), "insurance_expires_on": on + timedelta(days=365)}  # fmt: skip
    if rng.random() < 0.4:
        item["finance_org"] = rng.choice(cars.LENDERS)
    return item


def apply_loss(world: World, lead: Lead, on: date) -> None:
    """File the loss; the leaders decide in the next days."""
    rng = world.rng
    if lead.outcome is None:
        lead.outcome = draw_outcome(world)
    outcome, reason, second, analysis = lead.outcome
    bought = outcome in {"COMPETITOR_BOUGHT", "SAME_BRAND_ELSEWHERE"}
    draft = LossDraft(
        outcome=outcome, reason=reason, second_reason=second, analysis=analysis,
        competitor=rng.choice(cars.RIVALS) if outcome == "COMPETITOR_BOUGHT" else "",
        bought_from="外地同品牌店" if outcome == "SAME_BRAND_ELSEWHERE" else "",
        price=Decimal(rng.randint(90, 230) * 1000) if bought and rng.random() < 0.6 else None,
        countermeasure=rng.choice(words.COUNTERMEASURES),
    )  # fmt: skip
    apply_for_loss(world.act(lead.owner, on, 18 * 60 + 30), lead.id, draft)
    lead.waits = True


def draw_outcome(world: World) -> tuple[str, str, str, str]:
    found = world.rng.choices(words.LOSSES, [loss[4] for loss in words.LOSSES])[0]
    return found[:4]
