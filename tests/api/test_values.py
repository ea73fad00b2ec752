"""What customers are worth over the API: within the caller's reach, margins for those who see them."""

import pytest
from tests.insights.ledger import silent_cards

from guanxi.cadence.models import Task

MONEY = ("margin_year", "expected_value", "at_risk")


@pytest.fixture
def cards(cast, act):
    return silent_cards(cast, act(None, store=cast.store))


def test_the_api_tells_what_a_customer_is_worth(cast, cards, program, make_customer):
    address = f"/customers/{cards[0].pk}/value"
    told = program(cast.ma).get(address).json()["value"]
    assert (told["purchases"], told["margin_year"], told["churn_risk"]) == (3, "300.00", "MID")
    assert "30" in told["why"] and told["advice"]
    seen = program(cast.lin).get(address).json()["value"]
    assert [seen[name] for name in MONEY] == [None, None, None]
    assert {name: seen[name] for name in seen if name not in MONEY} == {
        name: told[name] for name in told if name not in MONEY
    }
    for outside in (cast.wu, cast.gao, cast.finance):
        assert program(outside).get(address).status_code == 404
    fresh = make_customer(cast.lin)
    assert program(cast.lin).get(f"/customers/{fresh.pk}/value").json() == {
        "customer": fresh.pk,
        "value": None,
    }


def test_the_api_asks_for_calls_once(cast, cards, program):
    lin = program(cast.lin)
    listed = lin.get("/values/calls", limit=2).json()
    assert listed["on"] == "2026-03-01" and len(listed["items"]) == 2
    assert {row["at_risk"] for row in listed["items"]} == {None}
    asked = {"customers": [cards[0].pk, cards[1].pk]}
    first, again = (lin.post("/values/calls", asked, **{"Idempotency-Key": "calls-1"}) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    assert len(first.json()["tasks"]) == 2
    assert lin.post("/values/calls", asked).json() == {"tasks": [], "waiting": 2, "left": 0}
    assert Task.objects.filter(item="VALUE").count() == 2
    assert sum(row["asked"] for row in lin.get("/values/calls").json()["items"]) == 2
    assert lin.post("/values/calls", {"customers": [cards[2].pk, cards[3].pk]}).status_code == 404
    assert lin.post("/values/calls", {"customers": []}).status_code == 422
    assert program(cast.auditor).post("/values/calls", asked).status_code == 404


def test_the_api_tells_the_run_to_those_who_see_the_store(cast, cards, program):
    told = program(cast.ma).get("/values/run").json()
    assert (told["customers"], told["model"], told["visible"]["count"]) == (4, "NONE", 4)
    assert told["visible"]["margin"] == "1200.00" and told["refusal"]
    finance = program(cast.finance).get("/values/run").json()
    assert (finance["customers"], finance["visible"]["count"]) == (4, 0)
    chen = program(cast.chen).get("/values/run").json()
    assert (chen["visible"]["count"], chen["visible"]["margin"]) == (3, None)
    for outside in (cast.lin, cast.desk, cast.gao):
        assert program(outside).get("/values/run").status_code == 404
