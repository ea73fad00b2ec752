"""Contacts, levels, losses, tasks, orders and collisions through the API; rules by their golden examples."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.api.conftest import Program
from tests.architecture.world import everything
from tests.cast import MORNING, Cast

from guanxi.cadence.models import Interaction, LevelChange, LossReport, Task
from guanxi.customers.models import Collision, Customer
from guanxi.deals.models import Order

Make = Callable[..., Customer]
Programs = Callable[..., Program]
SPOKEN = {"method": "PHONE", "reached": True, "content": "谈好了价格"}


def test_a_contact_moves_everything_at_once(cast: Cast, program: Programs, make_customer: Make) -> None:
    """R-FUP-01, R-FUP-06, R-LVL-01: evidence, level, next date; the history tells it."""
    card = make_customer(cast.lin, level="B", evidence={"HAS_MEANS"})
    lin = program(cast.lin)
    answer = lin.post(f"/customers/{card.pk}/contacts", SPOKEN | {
        "level": "A", "evidence": ["CAME_AGAIN"], "expected_close_on": "2026-03-20"})  # fmt: skip
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["level_before"], told["level_after"], told["next_due_on"]) == ("B", "A", "2026-03-09")
    assert [row["id"] for row in lin.get(f"/customers/{card.pk}/contacts").json()] == [told["id"]]
    kinds = [event["kind"] for event in lin.get(f"/customers/{card.pk}/timeline").json()["items"]]
    assert sorted(kinds) == ["contact", "level", "level"]
    assert lin.get(f"/customers/{card.pk}").json()["last_contact_on"] == "2026-03-02"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": "好"}, "content"),
        ({"method": "PIGEON"}, "method"),
        ({"purpose": "PARTY"}, "purpose"),
        ({"level": "Z"}, "level"),
        ({"level": "O"}, "level"),
        ({"evidence": ["NOPE"]}, "evidence"),
        ({"next_due_on": "2026-03-02"}, "next_due_on"),
        ({"next_due_on": "2026-05-30", "customer_asked": True}, "next_due_on"),
        ({"at": "2026-03-03T10:00:00+08:00"}, "at"),
        ({"at": "2026-03-01T10:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+23:59"}, "at"),
    ],
)
def test_a_bad_contact_is_refused(
    change: Any, field: str, cast: Cast, program: Programs, make_customer: Make
) -> None:
    card = make_customer(cast.lin)
    lin = program(cast.lin)
    before = everything()
    answer = lin.post(f"/customers/{card.pk}/contacts", SPOKEN | change)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.content
    assert everything() == before


def test_history_pages_lose_nothing(cast: Cast, program: Programs, make_customer: Make) -> None:
    """A contact and the level it sets share an instant."""
    card = make_customer(cast.lin, level="B", evidence={"HAS_MEANS"})
    lin = program(cast.lin)
    path = f"/customers/{card.pk}"
    for level, code in (("A", "CAME_AGAIN"), ("B", "HAS_MEANS")):
        asked = SPOKEN | {"level": level, "evidence": [code], "again": True}
        assert lin.post(f"{path}/contacts", asked).status_code == 201
    seen, after = [], ""
    while True:
        page = lin.get(f"{path}/timeline", limit=1, after=after).json()
        seen += [(event["kind"], event["id"]) for event in page["items"]]
        after = page["after"]
        if not after:
            break
    whole = [(event["kind"], event["id"]) for event in lin.get(f"{path}/timeline").json()["items"]]
    assert seen == whole
    assert len(set(whole)) == 5
    first, second = (row["id"] for row in lin.get(f"{path}/contacts").json())
    assert [row["id"] for row in lin.get(f"{path}/contacts", before=first).json()] == [second]
    for bad in ("x", "0001-01-01T00:00:00+23:59~contact~1", "2026-03-02T10:00:00~contact~1"):
        assert lin.get(f"{path}/timeline", after=bad).status_code == 422


def test_a_second_contact_within_minutes_is_asked_about(
    cast: Cast, program: Programs, make_customer: Make
) -> None:
    path = f"/customers/{make_customer(cast.lin).pk}/contacts"
    lin = program(cast.lin)
    assert lin.post(path, SPOKEN).status_code == 201
    assert lin.post(path, SPOKEN).json()["field"] == "again"
    assert lin.post(path, SPOKEN | {"again": True}).status_code == 201
    assert Interaction.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "level", "flags"),
    [
        pytest.param({"expected_close_date": "2026-03-09", "evidence": ["MODEL_COLOUR"]}, "H", [], id="G1"),
        pytest.param({"expected_close_date": "2026-03-10", "evidence": ["MODEL_COLOUR"]}, "A", [], id="G2"),
        pytest.param({"expected_close_date": "2026-03-05"}, "A", ["evidence_missing"], id="G3"),
        pytest.param({"deposit": 5000}, "O", [], id="G4"),
        pytest.param({"deposit": 4999.99}, "H", ["small_deposit"], id="G4-below"),
        pytest.param({"ordered": True}, "O", [], id="ordered"),
        pytest.param({"evidence": ["CAME_AGAIN"]}, "A", [], id="no-date"),
        pytest.param(
            {"expected_close_date": "2026-03-01"}, "C", ["date_passed", "evidence_missing"], id="passed"
        ),
    ],
)
def test_suggestions(facts: Any, level: str, flags: list[str], cast: Cast, program: Programs) -> None:
    """R-LVL-01: a number may be a JSON number or a string, and is exact."""
    answer = program(cast.lin).post("/levels/suggestion", {"today": "2026-03-02"} | facts)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["level"], told["flags"]) == (level, flags)
    assert told["reasons"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param(
            {"level": "H", "last_valid_on": "2026-03-02", "attempts": [{"on": "2026-03-04", "reached": False}],
             "today": "2026-03-05", "closed": []},
            {"due_on": "2026-03-04", "retry_on": "2026-03-05", "overdue_days": 1, "propose": None},
            id="G5",
        ),
        pytest.param(
            {"level": "H", "last_valid_on": "2026-03-02", "today": "2026-03-02", "closed": ["2026-03-04"]},
            {"due_on": "2026-03-03", "retry_on": None, "overdue_days": 0, "propose": None},
            id="R-FUP-02",
        ),
        pytest.param(
            {"level": "A", "last_valid_on": "2026-03-02", "today": "2026-03-02", "closed": ["2026-03-09"]},
            {"due_on": "2026-03-10", "retry_on": None, "overdue_days": 0, "propose": None},
            id="R-FUP-02-forward",
        ),
        pytest.param(
            {"level": "B", "last_valid_on": "2026-03-01", "today": "2026-03-19", "closed": [], "attempts": [
                {"on": f"2026-03-{day}", "reached": False} for day in (16, 17, 18)]},
            {"due_on": "2026-03-16", "retry_on": "2026-03-19", "overdue_days": 3, "propose": "L"},
            id="lost-control",
        ),
        pytest.param(
            {"level": "B", "last_valid_on": "2026-03-01", "today": "2026-03-19", "closed": [], "attempts": [
                {"on": f"2026-03-{day}", "reached": False, "at": "10:05"} for day in (16, 17, 18)]},
            {"due_on": "2026-03-16", "retry_on": "2026-03-19", "overdue_days": 3, "propose": None},
            id="always-at-ten",
        ),
        pytest.param(
            {"level": "B", "last_valid_on": "2026-03-01", "today": "2026-03-19", "closed": [], "attempts": [
                {"on": "2026-03-16", "reached": False}, {"on": "2026-03-17", "reached": True}]},
            {"due_on": "2026-04-01", "retry_on": None, "overdue_days": 0, "propose": None},
            id="reached",
        ),
    ],
)  # fmt: skip
def test_follow_up_previews(asked: Any, told: Any, cast: Cast, program: Programs) -> None:
    """R-FUP-01, R-FUP-02."""
    answer = program(cast.lin).post("/follow-ups/preview", asked)
    assert (answer.status_code, answer.json()) == (200, told)


def test_a_store_that_never_opens_is_refused(cast: Cast, program: Programs) -> None:
    closed = [str(MORNING.date() + timedelta(days=days)) for days in range(100)]
    answer = program(cast.lin).post(
        "/follow-ups/preview", {"level": "A", "last_valid_on": "2026-03-02", "closed": closed}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "closed")


def test_two_steps_up_wait_for_a_leader(cast: Cast, program: Programs, make_customer: Make) -> None:
    """R-LVL-01 step 5, 21.4."""
    card = make_customer(cast.lin, level="B", evidence={"HAS_MEANS"})
    lin, chen, sun = program(cast.lin), program(cast.chen), program(cast.sun)
    change = lin.post(f"/customers/{card.pk}/level", {"level": "H", "reason": "客户亲口说本周定"}).json()
    assert change["state"] == "REQUESTED"
    assert lin.get(f"/customers/{card.pk}/level").json()["level"] == "B"
    assert [row["id"] for row in chen.get("/level-requests").json()] == [change["id"]]
    assert sun.get("/level-requests").json() == lin.get("/level-requests").json() == []
    path = f"/level-requests/{change['id']}/decision"
    assert chen.post(path, {"accept": True}).json()["state"] == "IN_FORCE"
    assert chen.post(path, {"accept": True}).status_code == 404
    assert lin.get(f"/customers/{card.pk}").json()["level"] == "H"


def test_evidence_is_set_as_a_whole(cast: Cast, program: Programs, make_customer: Make) -> None:
    card = make_customer(cast.lin, level="B", evidence={"HAS_MEANS"})
    lin = program(cast.lin)
    told = lin.call("PUT", f"/customers/{card.pk}/evidence", {"codes": ["CAME_AGAIN", "TERMS"]}).json()
    assert (told["evidence"], told["level"], told["suggestion"]["by_evidence"]) == (
        ["CAME_AGAIN", "TERMS"],
        "B",
        "A",
    )
    assert lin.call("PUT", f"/customers/{card.pk}/evidence", {"codes": ["NOPE"]}).status_code == 422


def test_a_loss_is_applied_for_decided_and_turned(cast: Cast, program: Programs, make_customer: Make) -> None:
    """R-LVL-05, R-LVL-06, 21.1: B by the supervisor, after a call-back, never by oneself."""
    card = make_customer(cast.lin, level="B")
    lin, chen = program(cast.lin), program(cast.chen)
    path = f"/customers/{card.pk}/losses"
    asked = {
        "outcome": "COMPETITOR_BOUGHT",
        "reason": "PRODUCT_CONFIG",
        "competitor": "某牌 X",
        "price": "99800",
    }
    assert lin.post(path, asked | {"competitor": ""}).json()["field"] == "competitor"
    report = lin.post(path, asked).json()
    assert (report["state"], report["price"]) == ("APPLIED", "99800.00")
    assert lin.post(f"{path}/withdrawal").status_code == 204
    report = lin.post(path, asked).json()
    decision = {"approve": True, "called_back": False, "note": "已核实"}
    assert [row["id"] for row in chen.get("/losses", decidable="true").json()] == [report["id"]]
    assert lin.get("/losses", decidable="true").json() == []
    assert len(lin.get("/losses", state="CANCELLED").json()) == 1
    assert chen.post(f"/losses/{report['id']}/decision", decision).json()["field"] == "called_back"
    decided = chen.post(f"/losses/{report['id']}/decision", decision | {"called_back": True})
    assert decided.json()["state"] == "APPROVED"
    assert lin.get(f"/customers/{card.pk}").json()["level"] == "F1"
    back = lin.post(f"/customers/{card.pk}/reactivation", {"level": "B", "reason": "竞品退订"})
    assert (back.status_code, back.json()["level"]) == (200, "B")
    assert LossReport.objects.filter(state="APPROVED").count() == 1


def test_an_order_runs_its_course(cast: Cast, program: Programs, make_customer: Make) -> None:
    """R-CUS-03, P5: deposit, order, stale cancellation, delivery; finance reads it without the card."""
    card = make_customer(cast.lin, level="A", evidence={"TERMS"})
    lin = program(cast.lin)
    path = f"/customers/{card.pk}"
    small = lin.post(f"{path}/deposits", {"amount": 3000})
    assert (small.status_code, small.json()["suggested_level"]) == (201, "H")
    assert lin.post(f"{path}/deposits", {"amount": 2000}).json()["field"] == "amount"
    assert lin.post(f"{path}/orders", {"amount": -1}).json()["field"] == "amount"
    assert lin.post(f"{path}/orders", {"product": 99}).json()["field"] == "product"
    order = lin.post(f"{path}/orders", {"amount": "120000", "deposit": 5000}).json()
    assert (order["state"], order["deposits"], order["version"]) == ("OPEN", "8000.00", 1)
    assert lin.get(path).json()["level"] == "O"
    tasks = lin.get("/tasks", kind="ORDER", customer=card.pk).json()
    assert len(tasks) == 5
    finance = program(cast.finance).get("/orders").json()
    seen = [(row["order_no"], row["customer"], row["customer_name"]) for row in finance]
    assert seen == [(order["order_no"], None, "")]
    stale = lin.post(f"/orders/{order['id']}/cancellation", {"reason": "反悔", "version": 9})
    assert (stale.status_code, stale.json()["current"]["state"]) == (409, "OPEN")
    bad = lin.post(
        f"/orders/{order['id']}/delivery", {"delivered_on": "2026-03-02", "vin": "OOO", "version": 1}
    )
    assert bad.json()["field"] == "vin"
    done = lin.post(f"/orders/{order['id']}/delivery", {"delivered_on": "2026-03-02"}, **{"If-Match": '"1"'})
    assert (done.status_code, done.json()["state"]) == (200, "DELIVERED")
    assert (lin.get(path).json()["level"], lin.get(path).json()["owner_kind"]) == ("D", "OWN_SALE")
    assert Order.objects.get().version == 2


def test_tasks_are_completed_and_reopened(cast: Cast, program: Programs, make_customer: Make) -> None:
    card = make_customer(cast.lin, level="A", evidence={"TERMS"})
    lin = program(cast.lin)
    lin.post(f"/customers/{card.pk}/orders", {"deposit": 5000})
    task = lin.get("/tasks", kind="ORDER", limit=1).json()[0]
    path = f"/tasks/{task['id']}/completion"
    assert lin.post(path).json()["status"] == "DONE"
    assert lin.post(path).status_code == 404
    assert lin.call("DELETE", path).json()["status"] == "OPEN"
    follow_up = Task.objects.follow_ups().get()
    assert lin.post(f"/tasks/{follow_up.pk}/completion").status_code == 404
    assert len(lin.get("/tasks", due_by="2026-12-31", after=task["id"], kind="ORDER").json()) == 4


def test_a_claim_is_recorded_and_decided_by_the_manager(
    cast: Cast, program: Programs, make_customer: Make
) -> None:
    """R-PRM-09: the claimant learns only that it is taken; card and tasks move together."""
    card = make_customer(cast.wu, phone="13911113333")
    lin, chen, ma = program(cast.lin), program(cast.chen), program(cast.ma)
    assert lin.post("/collisions/check", {"phone": "13911110000"}).json() == {
        "taken": False,
        "customer": None,
    }
    assert lin.post("/collisions/check", {"phone": "13911113333"}).json() == {"taken": True, "customer": None}
    claim = lin.post("/collisions", {"phone": "13911113333"})
    assert (claim.status_code, claim.json()) == (201, {"taken": True, "claimed": True})
    assert chen.get("/collisions").json() == program(cast.sun).get("/collisions").json() == []
    row = ma.get("/collisions").json()[0]
    decided = ma.post(f"/collisions/{row['id']}/decision", {"move": True, "reason": "老客户"})
    assert decided.json() == {"customer": card.pk, "moved": True}
    assert lin.get(f"/customers/{card.pk}").status_code == 200
    assert program(cast.wu).get(f"/customers/{card.pk}").status_code == 404
    assert {task.owner for task in Task.objects.open()} == {cast.lin}
    assert Collision.objects.get().state == "MOVED"


def test_a_manager_hands_over(cast: Cast, program: Programs, make_customer: Make) -> None:
    """R-PRM-03, AZ-27: the former consultant loses the card at once."""
    card = make_customer(cast.lin)
    lin, ma = program(cast.lin), program(cast.ma)
    body = {"customers": [card.pk], "to": cast.zhao.pk, "reason": "离职"}
    assert ma.post("/hand-overs", body | {"to": cast.gao.pk}).json()["field"] == "to"
    assert ma.post("/hand-overs", body | {"reason": " "}).json()["field"] == "reason"
    assert ma.post("/hand-overs", body).json() == {"moved": [card.pk]}
    assert lin.get(f"/customers/{card.pk}").status_code == 404
    assert LevelChange.objects.get().by == cast.lin


def test_tasks_of_every_kind_can_be_asked_for(cast: Cast, program: Programs) -> None:
    lin = program(cast.lin)
    assert {kind: lin.get("/tasks", kind=kind).status_code for kind in Task.Kind.values} == dict.fromkeys(
        Task.Kind.values, 200
    )
    assert lin.get("/tasks", kind="NAP").status_code == 422
