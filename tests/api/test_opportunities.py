"""Opportunities and deals over the API."""

import pytest
from tests.pipeline.desk import mapped, opened, stored, won

from guanxi.catalogue.models import Product
from guanxi.pipeline.models import Opportunity


@pytest.fixture
def card(cast, make_customer):
    return mapped(make_customer(cast.lin, name="何工", kind="ORG", org_name="甬锐模具", level="B"))


def test_from_opening_to_the_ledger(cast, program, card):
    lin = program(cast.lin)
    body = {"title": "公务车五台", "amount": "300000.50", "expected_close_on": "2026-05-01"}
    made = lin.post(f"/customers/{card.pk}/opportunities", body)
    assert made.status_code == 201
    told = made.json()
    assert (told["amount"], told["stage"], told["probability"], told["state"]) == (
        "300000.50",
        "QUALIFIED",
        10,
        "OPEN",
    )
    path = f"/opportunities/{told['id']}"
    refused = lin.post(f"{path}/progress", {"version": 1, "stage": "DISCOVERY", "finished": "立项"})
    assert (refused.status_code, refused.json()["field"]) == (422, "evidence")
    seen = {"stage": "DISCOVERY", "finished": "立项", "evidence": [{"text": "立项函"}], "version": 1}
    assert lin.post(f"{path}/progress", seen).json()["probability"] == 25
    assert lin.post(f"{path}/progress", seen).status_code == 409
    four = {"version": 2, "four": {"PROJECT": "-"}}
    assert lin.post(f"{path}/assessment", four).json()["four"]["PROJECT"] == "−"
    read = lin.get(path).json()
    assert (read["verdict"], read["reasons"][0]["code"], read["counted"]) == ("DROP", "FOUR_RED", 25)
    changed = lin.patch(path, {"title": "公务车六台"}, **{"If-Match": '"3"'})
    assert (changed.json()["title"], changed.headers["ETag"]) == ("公务车六台", '"4"')
    win = {"version": 4, "order_no": "HT-1", "finished": "已签", "evidence": [{"text": "合同"}]}
    assert lin.post(f"{path}/win", win).json()["state"] == "WON"
    (deal,) = lin.get("/deals").json()
    assert (deal["amount"], deal["number"], deal["customer"]) == ("300000.50", "HT-1", card.pk)
    (blind,) = program(cast.finance).get("/deals").json()
    assert blind["customer"] is None
    assert program(cast.wu).get("/deals").json() == []


def test_losing_and_opening_again(cast, act, program, card):
    row = opened(act(cast.lin), card)
    lin, chen = program(cast.lin), program(cast.chen)
    path = f"/opportunities/{row.pk}"
    loss = {"version": 1, "outcome": "PLAN_CANCELLED", "reason": "PLAN_CHANGED"}
    waiting = lin.post(f"{path}/loss", loss).json()
    assert waiting["state"] == "OPEN"
    (report,) = chen.get("/losses", decidable="true").json()
    assert (report["subject"], report["ends_card"]) == ("公务车五台", False)
    decision = {"approve": True, "called_back": True, "note": "属实"}
    assert chen.post(f"/losses/{waiting['loss']}/decision", decision).status_code == 200
    assert [one["id"] for one in lin.get("/opportunities", state="lost").json()] == [row.pk]
    back = {"version": 2, "stage": "DISCOVERY", "expected_close_on": "2026-06-30", "reason": "重新招标"}
    assert lin.post(f"{path}/reopening", back).json()["cycle_no"] == 2


def test_lists_by_state_stage_and_customer(cast, act, program, card):
    first, second = opened(act(cast.lin), card), opened(act(cast.lin), card, stage="PROPOSAL")
    won(act(cast.lin), second)
    lin = program(cast.lin)

    def ids(**asked):
        return [one["id"] for one in lin.get("/opportunities", **asked).json()]

    assert ids() == [second.pk, first.pk]
    assert ids(state="open") == ids(stage="QUALIFIED") == ids(before=second.pk) == [first.pk]
    assert ids(state="won", customer=card.pk) == [second.pk]
    assert lin.get("/opportunities", state="x").status_code == 422


@pytest.mark.parametrize("wrong", [
    {"amount": 0}, {"amount": "1e9"}, {"probability": "50"}, {"expected_close_on": "2020-01-01"}, {"owner": 1},
    {"lines": [{"product": 99, "amount": 1}]}, {"process": 6}, {"title": ""},
])  # fmt: skip
def test_what_cannot_be_is_refused(cast, program, card, wrong):
    body = {"title": "公务车五台", "amount": 1, "expected_close_on": "2026-05-01"} | wrong
    assert program(cast.lin).post(f"/customers/{card.pk}/opportunities", body).status_code == 422
    assert not Opportunity.objects.exists()


def test_a_product_list_is_the_amount(cast, program, card):
    van = Product.objects.create(store=cast.store, name="商务车")
    body = {"title": "商务车", "expected_close_on": "2026-05-01",
            "lines": [{"product": van.pk, "quantity": 3, "amount": 561000}]}  # fmt: skip
    told = program(cast.lin).post(f"/customers/{card.pk}/opportunities", body).json()
    assert (told["amount"], told["lines"][0]["quantity"]) == ("561000.00", 3)
    assert stored(Opportunity.objects.get()).lines.count() == 1
