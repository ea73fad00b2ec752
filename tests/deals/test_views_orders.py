"""Orders, deposits, cancellations and deliveries through their pages (5.3, R-CUS-03)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.architecture.world import everything
from tests.cadence.desk import fresh
from tests.cast import MORNING

from guanxi.cadence.models import Task
from guanxi.customers.models import OwnedItem
from guanxi.deals.models import Deposit, Order
from guanxi.deals.operations.orders import OrderDraft, place_order

OUTSIDERS = ["zhao", "wu", "sun", "gao", "auditor", "cs", "proprietor", "finance", "admin", "desk"]


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="赵四海", level="H", evidence={"MODEL_COLOUR"})


@pytest.fixture
def order(cast, act, card):
    return place_order(act(cast.lin), card.pk, OrderDraft(amount=Decimal("150000"), deposit=Decimal("5000")))


def test_an_order_makes_the_card_o_and_opens_its_tasks(cast, card, client_for):
    given = {
        "colour": "白",
        "amount": "149800.00",
        "deposit": "10000",
        "promised_on": "2026-03-20",
        "form_key": "k",
    }
    client = client_for(cast.lin)
    for _copy in range(2):
        assert client.post(f"/customers/{card.pk}/orders/", given).status_code == 303
    order = Order.objects.get()
    assert (order.amount, order.colour, order.consultant) == (Decimal("149800"), "白", cast.lin)
    assert fresh(card).level == "O" and Deposit.objects.get().amount == 10000
    assert Task.objects.open().filter(customer=card, kind="ORDER").count() == 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"amount": "0"}, "amount"), ({"amount": "1e400"}, "amount"), ({"deposit": "-1"}, "deposit"),
     ({"promised_on": "2026-03-01"}, "promised_on"), ({"amount": "1.234"}, "amount")],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused_beside_its_field(cast, card, client_for, changes, field):
    answer = client_for(cast.lin).post(f"/customers/{card.pk}/orders/", changes)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert not Order.objects.exists()


def test_a_small_deposit_speaks_for_h(cast, make_customer, client_for):
    card = make_customer(cast.lin, level="B", evidence={"CHOOSING_MODEL"})
    client = client_for(cast.lin)
    assert client.post(f"/customers/{card.pk}/deposits/", {"amount": "3000"}).status_code == 303
    refused = client.post(f"/customers/{card.pk}/deposits/", {"amount": "2000"})
    assert refused.status_code == 422 and "amount" in refused.context["form"].errors
    assert Deposit.objects.get().amount == 3000


def test_a_cancelled_order_gives_the_level_back(cast, card, order, client_for):
    client = client_for(cast.lin)
    url = f"/orders/{order.pk}/cancellation/"
    assert client.post(url, {"version": order.version, "reason": ""}).status_code == 422
    given = {"version": order.version, "reason": "贷款没批", "refund": "on"}
    assert client.post(url, given).status_code == 303
    assert Order.objects.get().state == "CANCELLED" and fresh(card).level == "A"
    assert Deposit.objects.get().refunded_on == MORNING.date()
    again = client.post(url, given)
    assert again.status_code == 409 and "贷款没批" in again.content.decode()


@pytest.mark.parametrize("path", ["cancellation", "delivery"])
def test_another_version_is_not_written_over(cast, order, client_for, path):
    given = {"version": order.version + 1, "reason": "手误", "delivered_on": "2026-03-02"}
    answer = client_for(cast.lin).post(f"/orders/{order.pk}/{path}/", given)
    assert answer.status_code == 409 and "data-form-errors" in answer.content.decode()
    assert Order.objects.get().state == "OPEN"


def test_of_a_delivery_and_a_cancellation_the_second_hears_of_the_first(cast, card, order, client_for):
    """P5: both sheets were open; nothing is written over and nothing typed is lost."""
    given = {"version": order.version, "delivered_on": "2026-03-02", "plate_no": "浙A12345"}
    assert client_for(cast.lin).post(f"/orders/{order.pk}/delivery/", given).status_code == 303
    chen, wu = client_for(cast.chen), client_for(cast.wu)
    before = everything()
    url = f"/orders/{order.pk}/cancellation/"
    answer = chen.post(url, {"version": order.version, "reason": "客户反悔"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "客户反悔" in page and "已经交车" in page
    again = chen.post(url, {"version": order.version + 1, "reason": "客户反悔"})
    assert again.status_code == 422 and "已经交车" in again.content.decode()
    assert everything() == before
    assert wu.post(url, {"version": 1, "reason": "捣乱"}).status_code == 404


def test_a_delivery_writes_the_owner_block(cast, card, order, client_for):
    given = {
        "version": order.version,
        "delivered_on": "2026-03-02",
        "vin": "lhgcv1f30ka000001",
        "plate_no": "浙A12345",
    }
    assert client_for(cast.lin).post(f"/orders/{order.pk}/delivery/", given).status_code == 303
    assert Order.objects.get().state == "DELIVERED"
    item = OwnedItem.objects.get(customer=card)
    assert (item.vin, item.plate_no, item.price) == ("LHGCV1F30KA000001", "浙A12345", Decimal("150000"))
    assert fresh(card).owner_kind == "OWN_SALE"


@pytest.mark.parametrize(
    "changes",
    [{"delivered_on": ""}, {"delivered_on": "2026-03-03"}, {"delivered_on": "2026-03-01"}, {"vin": "123"}],
)
def test_a_delivery_that_cannot_be_is_refused(cast, order, client_for, changes):
    given = {"version": order.version, "delivered_on": "2026-03-02"} | changes
    assert client_for(cast.lin).post(f"/orders/{order.pk}/delivery/", given).status_code == 422
    assert Order.objects.get().state == "OPEN" and not OwnedItem.objects.exists()


def many_orders(cast, make_customer, count):
    for number in range(count):
        Order.objects.create(
            customer=make_customer(cast.lin), store=cast.store, consultant=cast.lin,
            order_no=f"D-{Order.objects.count()}", ordered_on=MORNING.date() - timedelta(days=number % 3),
            created_at=MORNING,
        )  # fmt: skip


def test_the_list_walks_every_order_once(cast, make_customer, client_for):
    many_orders(cast, make_customer, 55)
    client = client_for(cast.lin)
    first = client.get("/orders/")
    second = client.get(first.context["page"]["next_url"])
    shown = [row.pk for page in (first, second) for row in page.context["rows"]]
    assert len(shown) == len(set(shown)) == 55
    assert second.context["page"]["next_url"] == ""


@pytest.mark.parametrize(
    "query",
    ["state=LOST", "after=x", "after=2026-99-99.1", "after=2026-03-02.²", "after=2026-03-02", "after=.1",
     "after=2026-03-02.1.1", "after=2026-03-02." + "9" * 5000],
)  # fmt: skip
def test_a_mark_the_list_never_made_is_not_found(cast, order, client_for, query):
    assert client_for(cast.lin).get(f"/orders/?{query}").status_code == 404


def test_three_times_the_orders_take_no_more_queries(cast, make_customer, client_for):
    client = client_for(cast.finance)
    client.get("/orders/")
    counted = []
    for more in (3, 6):
        many_orders(cast, make_customer, more)
        with CaptureQueriesContext(connection) as queries:
            client.get("/orders/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(("who", "sees"), [("finance", True), ("zhao", False), ("wu", False), ("gao", False)])
def test_who_sees_the_order(cast, order, client_for, who, sees):
    page = client_for(cast.users[who]).get("/orders/")
    assert ([row.pk for row in page.context["rows"]] == [order.pk]) is sees
    assert "/customers/" not in page.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_meet_what_is_absent(cast, card, order, make_customer, client_for, who):
    client = client_for(cast.users[who])
    free = make_customer(cast.lin, level="B")
    before = everything()
    for url, given in {
        f"/customers/{free.pk}/orders/": {"amount": "100000"},
        f"/customers/{free.pk}/deposits/": {"amount": "1000"},
        f"/orders/{order.pk}/cancellation/": {"version": order.version, "reason": "捣乱"},
        f"/orders/{order.pk}/delivery/": {"version": order.version, "delivered_on": "2026-03-02"},
    }.items():
        assert client.post(url, given).status_code == 404, url
    assert everything() == before
