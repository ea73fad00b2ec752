"""The ledger of what was sold: one row for a delivery, only ever added to."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from tests.cast import MORNING

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal, Order
from guanxi.deals.operations.ledger import DealRefused, Sold, reverse_deals, write_deals
from guanxi.deals.operations.orders import OrderDraft, deliver, place_order

TODAY = MORNING.date()


def delivered(cast, act, card, amount=Decimal("168800")):
    product = Product.objects.create(store=cast.store, name="雅阁")
    order = place_order(act(cast.lin), card.pk, OrderDraft(product=product, amount=amount))
    return deliver(act(cast.lin), order.pk, version=1, delivered_on=TODAY, item={})


def test_a_delivery_writes_one_row(cast, act, make_customer):
    order = delivered(cast, act, make_customer(cast.lin, level="H"))
    deal = Deal.objects.get()
    assert (deal.on, deal.amount, deal.quantity) == (TODAY, Decimal("168800"), 1)
    assert (deal.number, deal.source, deal.seller) == (order.order_no, f"order {order.pk}", cast.lin)
    assert deal.margin is None


def test_an_order_alone_is_no_deal(cast, act, make_customer):
    place_order(act(cast.lin), make_customer(cast.lin, level="H").pk, OrderDraft(amount=Decimal(1)))
    assert not Deal.objects.exists()


def test_an_unknown_price_stays_empty(cast, act, make_customer):
    delivered(cast, act, make_customer(cast.lin, level="H"), None)
    assert Deal.objects.get().amount is None


def test_what_is_undone_is_written_back_once(cast, act, make_customer):
    order = delivered(cast, act, make_customer(cast.lin, level="H"))
    later = act(cast.lin, MORNING + timedelta(days=3))
    (back,) = reverse_deals(later, f"order {order.pk}", reason="退车")
    assert (back.amount, back.quantity, back.on) == (Decimal("-168800"), -1, TODAY + timedelta(days=3))
    assert sum(deal.amount for deal in Deal.objects.all()) == 0
    assert reverse_deals(later, f"order {order.pk}", reason="退车") == []


@pytest.mark.parametrize(("line", "field"), [
    (Sold(None, 0, Decimal(1)), "quantity"), (Sold(None, 1, Decimal(0)), "amount"),
    (Sold(None, 1, Decimal(-1)), "amount"),
])  # fmt: skip
def test_a_row_that_cannot_be_is_refused(cast, act, make_customer, line, field):
    with pytest.raises(DealRefused) as refused:
        write_deals(
            act(cast.lin), make_customer(cast.lin), TODAY, [line], seller_id=None, source="x 1", number=""
        )
    assert refused.value.field == field
    assert not Deal.objects.exists()


def test_access_is_that_of_orders(cast, act, make_customer):
    delivered(cast, act, make_customer(cast.lin, level="H"))
    seen = {name for name, user in cast.users.items() if Deal.objects.visible_to(user).exists()}
    orders = {name for name, user in cast.users.items() if Order.objects.visible_to(user).exists()}
    assert seen == orders == {"lin", "chen", "ma", "cs", "finance", "auditor", "proprietor"}


def test_orders_delivered_before_the_ledger_are_taken_in_once(cast, act, make_customer):
    order = delivered(cast, act, make_customer(cast.lin, level="H"))
    Deal.objects.all().delete()
    migration = import_module("guanxi.deals.migrations.0003_deals_of_delivered_orders")
    for _time in range(2):
        migration.write(apps, None)
    deal = Deal.objects.get()
    assert (deal.source, deal.on, deal.amount) == (f"order {order.pk}", order.delivered_on, order.amount)


def test_the_ledger_page_shows_what_was_sold_and_written_back(cast, act, make_customer, client_for):
    order = delivered(cast, act, make_customer(cast.lin, level="H"))
    reverse_deals(act(cast.lin), f"order {order.pk}", reason="重复录入")
    page = client_for(cast.lin).get("/orders/ledger/").content.decode()
    assert page.count(order.order_no) == 2 and "冲销" in page and "重复录入" in page
    assert "¥168,800" in page


@pytest.mark.parametrize(
    ("who", "rows"), [("lin", 1), ("ma", 1), ("finance", 1), ("zhao", 0), ("gao", 0), ("desk", None)]
)
def test_who_reads_the_ledger(cast, act, make_customer, client_for, who, rows):
    delivered(cast, act, make_customer(cast.lin, level="H"))
    answer = client_for(cast.users[who]).get("/orders/ledger/")
    assert answer.status_code == (404 if rows is None else 200)
    if rows is not None:
        assert len(answer.context["rows"]) == rows
    if who == "finance":
        assert "/customers/" not in answer.content.decode().partition("<main")[2]


def test_the_ledger_walks_every_row_once(cast, act, make_customer, client_for):
    card = make_customer(cast.lin, level="H")
    for day in range(60):
        write_deals(act(cast.lin), card, TODAY - timedelta(days=day // 7), [Sold(None, amount=Decimal(1))],
                    seller_id=cast.lin.pk, source=f"test {day}", number="")  # fmt: skip
    client, seen, url = client_for(cast.lin), [], "/orders/ledger/"
    while url:
        page = client.get(url).context
        seen += [row.pk for row, _back in page["rows"]]
        url = page["page"]["next_url"]
    assert len(seen) == len(set(seen)) == 60
    assert client.get("/orders/ledger/?after=x").status_code == 404
