"""The value pages of a store that sold nothing yet, or one thing."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cast import MORNING
from tests.insights.ledger import UNTIL, sell

from guanxi.cadence.models import Task
from guanxi.insights.operations.value_runs import make_run


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def test_a_card_without_purchases_says_so(cast, make_customer, client_for):
    card = make_customer(cast.lin)
    assert client_for(cast.lin).get(f"/customers/{card.pk}/value/").status_code == 200
    assert client_for(cast.wu).get(f"/customers/{card.pk}/value/").status_code == 404


def test_before_the_first_run_the_page_says_so(cast, client_for):
    assert client_for(cast.ma).get("/insights/value/").status_code == 200
    assert client_for(cast.ma).get("/insights/value/calls/").status_code == 200


@pytest.mark.parametrize(
    "asked", ["value_past=Z", "value_risk=low", "sort=at_risk&after=x", "value_square=1"]
)
def test_an_unknown_value_filter_is_not_found(cast, client_for, asked):
    assert client_for(cast.ma).get(f"/customers/?{asked}").status_code == 404


def test_today_tells_the_value_and_keeps_its_order(cast, act, make_customer, client_for):
    worth = make_customer(cast.lin, level="B", evidence={"CHOOSING_MODEL"})
    sell(worth, UNTIL - timedelta(days=100), Decimal(500))
    make_run(act(None, store=cast.store), UNTIL)
    Task.objects.open().filter(customer=worth).update(due_on=MORNING.date())
    assert "按毛利是 A 类客户" in client_for(cast.lin).get("/today/").content.decode()
