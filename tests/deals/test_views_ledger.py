"""The ledger's page: looked up, added up, paged, and taken along as a file (21.1)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal
from guanxi.deals.operations.corrections import Return, return_deal
from guanxi.deals.operations.ledger import Entry, Sold, write_rows
from guanxi.organization.models import AuditEntry

LEDGER = "/orders/ledger/"


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return make_customer(cast.lin, name="王芳", org_name="海河物流")


@pytest.fixture
def sell(cast, act):
    """Write one sale, so many days ago."""

    def write(
        customer,
        amount="1000",
        *,
        days=0,
        product=None,
        number="",
        source="order 1",
        seller=None,
        margin=None,
    ):
        sold = Sold(product, 1, None if amount is None else Decimal(amount), margin)
        entry = Entry(
            customer.pk, MORNING.date() - timedelta(days=days), sold, (seller or cast.lin).pk, source, number
        )
        return write_rows(act(cast.ma), [entry])[0]

    return write


def found(client, query=""):
    answer = client.get(f"{LEDGER}?{query}")
    assert answer.status_code == 200
    return {row.pk for row, _back in answer.context["rows"]}


def test_it_is_looked_up_by_words_days_product_seller_and_source(cast, card, make_customer, sell, client_for):
    tyre = Product.objects.create(store=cast.store, name="轮胎")
    other = make_customer(cast.zhao, name="李雷")
    first = sell(card, days=40, number="DD-17", product=tyre)
    second = sell(card, source="import 3 row 2", seller=cast.zhao)
    third = sell(other, days=2, source="opportunity 4", number="HT-9")
    client = client_for(cast.ma)
    for query, rows in {
        "words=海河": {first, second}, "words=dd-17": {first}, "words=王芳 轮": {first},
        f"words={other.customer_no}": {third},
        "since=2026-02-28": {second, third}, "until=2026-02-28": {first, third},
        f"product={tyre.pk}": {first}, f"seller={cast.zhao.pk}": {second},
        "source=import": {second}, "source=opportunity": {third}, "source=order": {first},
        "words=李雷&source=import": set(), "words=%25": set(), "words=_": set(),
    }.items():  # fmt: skip
        assert found(client, query) == {row.pk for row in rows}, query
    assert found(client, "since=gestern&product=x&source=y") == {first.pk, second.pk, third.pk}


def test_the_sums_take_returns_off_and_say_what_is_unknown(cast, act, card, sell, client_for):
    sale = sell(card, "1000", margin=Decimal(200))
    sell(card, "500", days=3)
    sell(card, None, days=4)
    return_deal(act(cast.ma), sale.pk, version=1, draft=Return(0, Decimal(100), MORNING.date(), "议价"))
    totals = client_for(cast.ma).get(LEDGER).context["totals"]
    assert (totals.rows, totals.pieces, totals.amount, totals.margin) == (4, 3, 1400, 180)
    assert (totals.unpriced, totals.unknown) == (1, 2)
    assert "¥1,400" in client_for(cast.ma).get(LEDGER).content.decode()


def test_a_margin_is_shown_to_those_who_see_margins(cast, card, sell, client_for):
    sell(card, "1000", margin=Decimal("271.83"))
    for name, sees in {"ma": True, "finance": True, "proprietor": True, "lin": False, "chen": False}.items():
        page = client_for(cast.users[name]).get(LEDGER).content.decode()
        assert ("271.83" in page) is sees, name


def test_what_came_back_whole_has_no_return_any_more(cast, act, card, sell, client_for):
    sale = sell(card)
    client, url = client_for(cast.ma), f"{LEDGER}{sale.pk}/return/"
    assert url in client.get(LEDGER).content.decode()
    return_deal(act(cast.ma), sale.pk, version=1, draft=Return(1, Decimal(1000), MORNING.date(), "坏了"))
    page = client.get(LEDGER).content.decode()
    assert url not in page and "已全部退货" in page
    form = client.get(url).content.decode()
    assert "没有可退的了" in form and 'name="quantity"' not in form
    again = client.post(
        url, {"version": 2, "quantity": 1, "amount": "1000", "on": "2026-03-02", "reason": "又来"}
    )
    assert again.status_code == 422 and Deal.objects.count() == 2


def test_the_next_page_keeps_the_question(cast, card, sell, client_for):
    for number in range(55):
        sell(card, days=number % 3, number=f"A-{number}")
    sell(card, number="B")
    client = client_for(cast.ma)
    first = client.get(f"{LEDGER}?words=A-")
    second = client.get(first.context["page"]["next_url"])
    shown = [row.pk for page in (first, second) for row, _back in page.context["rows"]]
    assert len(shown) == len(set(shown)) == 55 and second.context["page"]["next_url"] == ""
    assert first.context["totals"] == second.context["totals"]


def test_three_times_the_rows_take_no_more_queries(cast, card, sell, client_for):
    client = client_for(cast.ma)
    counted = []
    for more in (3, 9):
        for _ in range(more):
            sell(card)
        client.get(f"{LEDGER}?words=王")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LEDGER}?words=王")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_another_team_finds_and_sums_nothing(cast, card, sell, client_for):
    """AZ-12, AZ-14."""
    sell(card, number="DD-17")
    for name in ("wu", "sun", "zhao", "gao"):
        answer = client_for(cast.users[name]).get(f"{LEDGER}?words=DD-17")
        assert answer.context["rows"] == [] and answer.context["totals"].rows == 0
        people = {choice.pk for choice in answer.context["form"].fields["seller"].queryset}
        assert name == "zhao" or cast.lin.pk not in people


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_what_is_found_is_taken_along_and_leaves_a_trace(cast, card, sell, client_for, extension):
    sell(card, "1000", number="=1+1", margin=Decimal(10))
    sell(card, "5", days=90)
    answer = client_for(cast.ma).get(f"/orders/ledger.{extension}?since=2026-03-01")
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    entry = AuditEntry.objects.get(action="ledger_exported")
    assert (entry.actor, entry.changes["rows"]) == (cast.ma, [None, 1])
    if extension == "csv":
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        head = next(position for position, line in enumerate(lines) if "订单号" in line)
        row = dict(zip(lines[head], lines[head + 1], strict=True))
        assert (row["订单号"], row["金额"], row["毛利"], row["客户"]) == (
            "'=1+1",
            "1000.00",
            "10.00",
            "海河物流",
        )
        assert "合计" in lines[head + 2][0]


def test_a_supervisor_exports_without_margins_and_a_consultant_not_at_all(cast, card, sell, client_for):
    sell(card, "1000", margin=Decimal("271.83"))
    mine = client_for(cast.chen).get("/orders/ledger.csv").content.decode("utf-8-sig")
    assert "海河物流" in mine and "毛利" not in mine.partition("退货与冲销")[0] and "271.83" not in mine
    assert "海河物流" not in client_for(cast.sun).get("/orders/ledger.csv").content.decode("utf-8-sig")
    for name in ("lin", "finance", "desk"):
        assert client_for(cast.users[name]).get("/orders/ledger.csv").status_code == 404
    assert client_for(cast.ma).get("/orders/ledger.pdf").status_code == 404


@pytest.mark.parametrize("query", ["since=2026-13-45", "product=x", "seller=999999", "source=y"])
def test_a_question_that_cannot_be_read_gives_no_file(cast, card, sell, client_for, query):
    sell(card)
    answer = client_for(cast.ma).get(f"/orders/ledger.xlsx?{query}")
    assert answer.status_code == 422 and "attachment" not in answer.get("Content-Disposition", "")
    assert len(answer.content.decode()) > 5
    assert not AuditEntry.objects.filter(action="ledger_exported").exists()


def test_who_puts_a_row_right_comes_back_to_what_was_looked_up(cast, card, sell, client_for):
    sale = sell(card, number="A-7")
    client, here = client_for(cast.ma), f"{LEDGER}?words=A-7"
    sheet = f"{LEDGER}{sale.pk}/taking-back/?back=%2Forders%2Fledger%2F%3Fwords%3DA-7"
    assert sheet in client.get(here).content.decode()
    assert f'name="back" value="{here}"' in client.get(sheet).content.decode()
    told = {"version": 1, "reason": "写了两次", "back": here}
    answer = client.post(f"{LEDGER}{sale.pk}/taking-back/", told | {"form_key": "a"})
    assert (answer.status_code, answer["Location"]) == (303, here)
