"""Costs and margins (11.3): reckoned exactly, and told to nobody who may not know them, whatever the door."""

from decimal import Decimal

import pytest
import time_machine
from tests.api.conftest import Program
from tests.cast import MORNING
from tests.markets.desk import bought, product

from guanxi.catalogue.models import Product
from guanxi.catalogue.operations import ProductDraft, add_product, edit_product
from guanxi.catalogue.rules import margin_of
from guanxi.deals.models import Deal
from guanxi.deals.operations.ledger import reverse_deals

TOLD = ("ma", "proprietor", "finance", "admin")
NOT_TOLD = ("lin", "zhao", "chen", "wu", "cs", "auditor")


@pytest.fixture
def service(cast):
    return product(cast.store, unit_cost=Decimal("399.99"))


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.mark.parametrize(("amount", "quantity", "cost", "margin"), [
    ("660", 1, "399.99", "260.01"), ("1200", 3, "399.99", "0.03"), ("300", 1, "399.99", "-99.99"),
    (None, 1, "399.99", None), ("660", 1, None, None), ("660", 1, "0", "660"),
])  # fmt: skip
def test_a_margin_is_the_amount_without_the_cost(amount, quantity, cost, margin):
    given = [None if one is None else Decimal(one) for one in (amount, cost, margin)]
    assert margin_of(given[0], quantity, given[1]) == given[2]


def test_the_ledger_fills_the_margin_and_takes_it_back(cast, act, make_customer, service):
    card, lin = make_customer(cast.lin), act(cast.lin)
    bought(lin, card, service, amount=Decimal(1980), quantity=3)
    deal = Deal.objects.get()
    assert deal.margin == Decimal("780.03")
    service.unit_cost = Decimal(1)
    service.save()
    (back,) = reverse_deals(lin, deal.source, reason="退货")
    assert back.margin == Decimal("-780.03")


def test_a_stated_margin_stands_and_an_unknown_one_stays_empty(cast, act, make_customer, service):
    card, lin = make_customer(cast.lin), act(cast.lin)
    bought(lin, card, service, margin=Decimal(5))
    bought(lin, card, service, amount=None, on=MORNING.date().replace(day=1))
    bought(lin, card, product(cast.store, "脚垫"))
    assert [deal.margin for deal in Deal.objects.order_by("pk")] == [Decimal(5), None, None]


@pytest.mark.parametrize("who", TOLD)
def test_who_is_told_costs_over_the_api(cast, service, who):
    (row,) = Program(cast.users[who]).get("/products").json()
    assert (row["list_price"], row["unit_cost"], row["margin"]) == ("660.00", "399.99", "260.01")


@pytest.mark.parametrize("who", NOT_TOLD)
def test_who_is_not_told_costs_over_the_api(cast, service, who):
    (row,) = Program(cast.users[who]).get("/products").json()
    assert (row["list_price"], row["unit_cost"], row["margin"]) == ("660.00", None, None)


def test_another_store_has_other_products(cast, service):
    assert Program(cast.gao).get("/products").json() == []


def test_the_margin_of_a_deal_is_told_to_the_same(cast, act, make_customer, service):
    bought(act(cast.lin), make_customer(cast.lin), service)
    told = {who: Program(cast.users[who]).get("/deals").json()[0]["margin"] for who in (
        "ma", "finance", "proprietor", "lin", "chen", "cs", "auditor")}  # fmt: skip
    assert told == {"ma": "260.01", "finance": "260.01", "proprietor": "260.01", "lin": None, "chen": None,
                    "cs": None, "auditor": None}  # fmt: skip


def test_the_audit_trail_tells_costs_only_to_who_may_know(cast, act, client_for):
    row = add_product(act(cast.ma), ProductDraft("车衣", Decimal(12800), Decimal("8612.34")))
    edit_product(act(cast.ma), row.pk, 1, ProductDraft("车衣", Decimal(12800), Decimal("8765.43")))
    pages = {who: client_for(cast.users[who]).get("/audit/").content.decode() for who in ("ma", "auditor")}
    assert "8765.43" in pages["ma"] and "8612.34" in pages["ma"]
    assert "8765.43" not in pages["auditor"] and "8612.34" not in pages["auditor"]
    assert "•••" in pages["auditor"]


def test_the_list_shows_cost_and_margin(cast, client_for, service):
    page = client_for(cast.ma).get("/settings/products/").content.decode()
    assert "¥399.99" in page and "¥260.01" in page
    new = {"name": "脚垫", "list_price": "680", "unit_cost": "390", "is_active": "on"}
    assert client_for(cast.ma).post("/settings/products/new/", new).status_code == 303
    assert Product.objects.get(name="脚垫").margin == 290
    assert (
        client_for(cast.ma)
        .post("/settings/products/new/", new | {"name": "x", "unit_cost": "-1"})
        .status_code
        == 422
    )
