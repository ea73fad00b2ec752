"""From deposit to delivery (R-CUS-03, R-LVL-01 step 1, 5.3, 7.6, 1.5)."""

from datetime import date
from decimal import Decimal

import pytest
from tests.cadence.desk import at, follow_up, fresh, march

from guanxi.cadence.models import Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, OwnedItem
from guanxi.deals.models import Order
from guanxi.deals.operations.orders import (
    OrderDraft,
    OrderRefused,
    cancel_order,
    deliver,
    place_order,
    receive_deposit,
)
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit


@pytest.fixture
def card(cast, make_customer):
    return make_customer(
        cast.lin, level="H", evidence={"MODEL_COLOUR"}, intent={"expected_close_on": march(6)}
    )


def test_5_3_an_order_makes_o_and_opens_the_five_tasks(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft(amount=Decimal("219800"), deposit=Decimal("5000")))
    ordered = fresh(card)
    assert (ordered.level, ordered.intent_status, ordered.next_due_on) == ("O", "ORDERED", march(9))
    assert (order.level_before, order.consultant, order.order_no) == ("H", cast.lin, f"{card.customer_no}-1")
    tasks = Task.objects.open().filter(customer=card, kind="ORDER")
    assert {task.item: task.due_on for task in tasks} == {
        "PAYMENT": march(4), "INSURANCE": march(5), "PARTS": march(6), "PLATES": march(7), "DELIVERY": march(9),
    }  # fmt: skip
    assert follow_up(card).due_on == march(9)
    assert card.deposits.get().amount == Decimal("5000.00")


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (OrderDraft(amount=Decimal(0)), "amount"),
        (OrderDraft(deposit=Decimal("-1")), "deposit"),
        (OrderDraft(promised_on=march(1)), "promised_on"),
    ],
)
def test_orders_that_cannot_be(cast, act, card, draft, field):
    with pytest.raises(OrderRefused) as refused:
        place_order(act(cast.lin), card.pk, draft)
    assert refused.value.field == field
    assert fresh(card).level == "H"


def test_a_model_of_another_store_is_refused(cast, act, card):
    foreign = Product.objects.create(store=cast.other_store, name="秦")
    with pytest.raises(OrderRefused):
        place_order(act(cast.lin), card.pk, OrderDraft(product=foreign))


def test_one_open_order_and_one_number(cast, act, card, make_customer):
    place_order(act(cast.lin), card.pk, OrderDraft(order_no="D-1"))
    with pytest.raises(OrderRefused):
        place_order(act(cast.lin), card.pk, OrderDraft())
    with pytest.raises(OrderRefused) as refused:
        place_order(act(cast.lin), make_customer(cast.lin).pk, OrderDraft(order_no="D-1"))
    assert refused.value.field == "order_no"
    with pytest.raises(OrderRefused):
        place_order(act(cast.lin), make_customer(cast.lin, level="").pk, OrderDraft())


def test_g4_a_small_deposit_suggests_h_and_the_threshold_asks_for_an_order(cast, act, make_customer):
    card = make_customer(cast.lin, level="B", evidence={"HAS_MEANS"})
    deposit, suggested = receive_deposit(act(cast.lin), card.pk, Decimal("3000"))
    assert (suggested, fresh(card).level, deposit.order) == ("H", "B", None)
    with pytest.raises(OrderRefused) as refused:
        receive_deposit(act(cast.lin), card.pk, Decimal("2000"))
    assert refused.value.field == "amount"
    assert receive_deposit(act(cast.lin), card.pk, Decimal("1999.99"))[1] == "H"
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    assert set(card.deposits.values_list("order", flat=True)) == {order.pk}


def test_cancelling_falls_back_to_what_the_facts_support(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft(deposit=Decimal("8000")))
    with pytest.raises(OrderRefused):
        cancel_order(act(cast.lin), order.pk, version=order.version, reason=" ")
    cancel_order(act(cast.lin, at(3)), order.pk, version=order.version, reason="资金不到位")
    back = fresh(card)
    assert (back.level, back.intent_status, back.next_due_on) == ("H", "INTENT", march(5))
    assert not Task.objects.open().filter(kind="ORDER").exists()
    assert card.deposits.get().refunded_on == march(3)
    assert card.intent.deposit_held == 0


def test_money_kept_from_a_cancelled_order_is_no_order(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft(deposit=Decimal("8000")))
    cancel_order(act(cast.lin, at(3)), order.pk, version=order.version, reason="违约", refund=False)
    assert fresh(card).level == "H"


def test_r_cus_03_delivery_makes_an_owner_and_keeps_history(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft(amount=Decimal("219800"), colour="雪域白"))
    done = deliver(act(cast.lin, at(9)), order.pk, version=order.version, delivered_on=march(9),
                   item={"vin": "lsvam4187c2184847", "model": "汉"})  # fmt: skip
    owner = fresh(card)
    assert (owner.level, owner.intent_status, owner.owner_kind, owner.base_class) == (
        "D",
        "NONE",
        "OWN_SALE",
        "BASE",
    )
    assert (owner.card_type, owner.card_no, owner.next_due_on) == ("OWNER", f"C-{owner.customer_no}", None)
    assert [change.to_level for change in owner.level_changes.all()] == ["D", "O", "H"]
    assert (done.item.vin, done.item.colour, done.item.price) == (
        "LSVAM4187C2184847",
        "雪域白",
        Decimal("219800.00"),
    )
    assert not Task.objects.open().filter(customer=card).exists()
    assert set(Task.objects.filter(kind="ORDER").values_list("status", flat=True)) == {"DONE"}
    assert AuditEntry.objects.filter(action="delivered", customer_key=card.pk).exists()


@pytest.mark.parametrize(
    ("on", "item", "field"),
    [
        (march(1), {}, "delivered_on"),
        (march(10), {}, "delivered_on"),
        (march(9), {"vin": "LSVAM4187I2184847"}, "vin"),
        (march(8), {"bought_on": march(9)}, "bought_on"),
    ],
)
def test_1_5_deliveries_that_cannot_be(cast, act, card, on, item, field):
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    with pytest.raises(OrderRefused) as refused:
        deliver(act(cast.lin, at(9)), order.pk, version=order.version, delivered_on=on, item=item)
    assert refused.value.field == field
    assert not OwnedItem.objects.exists()


def test_closed_and_stale_orders(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    with pytest.raises(StaleEdit):
        cancel_order(act(cast.lin), order.pk, version=7, reason="错")
    deliver(act(cast.lin), order.pk, version=1, delivered_on=march(2), item={})
    with pytest.raises(OrderRefused):
        cancel_order(act(cast.lin), order.pk, version=2, reason="迟")
    with pytest.raises(OrderRefused):
        receive_deposit(act(cast.lin), card.pk, Decimal(1))


def test_strangers_have_no_orders(cast, act, card):
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    for stranger in (cast.wu, cast.zhao, cast.sun, cast.gao, cast.finance, cast.auditor, cast.admin):
        with pytest.raises(Order.DoesNotExist):
            cancel_order(act(stranger), order.pk, version=1, reason="不许")
        with pytest.raises(Customer.DoesNotExist):
            place_order(act(stranger), card.pk, OrderDraft())


def test_a_second_car_keeps_the_first(cast, act, make_customer):
    card = make_customer(cast.lin, level="C", owner_kind="OWN_SALE", owned={"is_ours": True, "model": "秦"})
    order = place_order(act(cast.lin), card.pk, OrderDraft())
    deliver(act(cast.lin), order.pk, version=1, delivered_on=date(2026, 3, 2), item={"model": "汉"})
    assert set(card.owned_items.values_list("model", flat=True)) == {"秦", "汉"}
