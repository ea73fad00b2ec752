"""The registers over the API: arriving, filling, reading; nothing twice, nothing over somebody else's edit."""

from datetime import timedelta

import pytest
from tests.cast import MORNING

from guanxi.cadence.models import Interaction
from guanxi.customers.models import Collision, Customer
from guanxi.prospecting.models import Visit


def test_a_party_arrives_and_is_filled_to_its_card(cast, program):
    desk, lin = program(cast.desk), program(cast.lin)
    made = desk.post("/visits", {"party_size": 3, "arrival_mode": "DRIVE", "consultant": cast.lin.pk})
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["visit_type"], row["party_size"], row["consultant"]["name"]) == ("INCOMPLETE", 3, "林晓")
    assert row["on"] == "2026-03-02" and made["ETag"] == '"1"'
    body = {
        "purpose": "LOOK", "name": "陈志远", "phone": "139 1234 0001", "level_first": "B", "course": "下周带家人来",
        "card": {"evidence": ["CHOOSING_MODEL"], "reason": "定了车型"},
    }  # fmt: skip
    filled = lin.patch(f"/visits/{row['id']}", body, **{"If-Match": made["ETag"]})
    assert filled.status_code == 200, filled.content
    told = filled.json()
    card = Customer.objects.get()
    assert (told["visit_type"], told["phone"], told["customer"]) == ("FIRST_FILED", "139****0001", card.pk)
    assert (card.level, Interaction.objects.get().content) == ("B", "下周带家人来")
    assert "13912340001" not in filled.content.decode()
    [listed] = lin.get("/visits").json()
    assert (listed["id"], listed["customer"]) == (row["id"], card.pk)
    assert desk.get(f"/visits/{row['id']}").json()["customer"] is None, "the front desk reads no cards"


def test_an_arrival_sent_twice_is_one_row(cast, program):
    desk = program(cast.desk)
    first = desk.post("/visits", {"party_size": 2}, **{"Idempotency-Key": "a-1"})
    again = desk.post("/visits", {"party_size": 2}, **{"Idempotency-Key": "a-1"})
    assert first.json() == again.json()
    assert Visit.objects.count() == 1


def test_a_stale_edit_is_refused_with_the_row_as_it_stands(cast, program):
    lin = program(cast.lin)
    pk = lin.post("/visits", {}).json()["id"]
    assert lin.patch(f"/visits/{pk}", {"version": 1, "remark": "一"}).status_code == 200
    refused = lin.patch(f"/visits/{pk}", {"version": 1, "remark": "二"})
    assert refused.status_code == 409
    assert refused.json()["current"]["remark"] == "一"
    assert lin.patch(f"/visits/{pk}", {"remark": "三"}).status_code == 422, "an edit names its version"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"party_size": 0}, "party_size"),
        ({"arrived_at": "2026-03-02T11:00:00+08:00"}, "arrived_at"),
        ({"left_at": "2026-03-02T09:00:00+08:00"}, "left_at"),
        ({"arrived_at": "2026-03-02T09:00:00"}, "arrived_at"),
        ({"purpose": "XX"}, "purpose"),
        ({"phone": "无"}, "phone"),
        ({"consultant": 999999}, "consultant"),
        ({"product": 999999}, "product"),
        ({"kind": "WEB"}, "kind"),
        ({"seq": 1}, "seq"),
    ],
)
def test_what_cannot_be_is_refused_and_named(cast, program, body, field):
    answer = program(cast.desk).post("/visits", body)
    assert answer.status_code == 422, answer.content
    assert field in answer.content.decode()
    assert not Visit.objects.exists()


def test_what_is_unlikely_is_kept_and_said(cast, program):
    desk = program(cast.desk)
    early = (MORNING - timedelta(hours=9)).isoformat()
    row = desk.post("/visits", {"party_size": 40, "arrived_at": early, "left_at": MORNING.isoformat()}).json()
    assert row["warnings"] == ["LONG_STAY", "MANY_HEADS"]


def test_a_colleagues_customer_is_claimed_and_not_named(cast, program, make_customer):
    make_customer(cast.zhao, name="赵磊的客户", phone="13912340001")
    lin = program(cast.lin)
    pk = lin.post("/visits", {}).json()["id"]
    body = {"version": 1, "purpose": "LOOK", "name": "王先生", "phone": "13912340001", "card": {}}
    told = lin.patch(f"/visits/{pk}", body).json()
    assert (told["claimed"], told["customer"], told["name"]) == (True, None, "王先生")
    assert Collision.objects.get().claimant == cast.lin


def test_who_may_write_and_read(cast, program):
    for name in ("finance", "admin", "cs", "auditor", "proprietor"):
        assert program(cast.users[name]).post("/visits", {}).status_code == 403, name
    pk = program(cast.desk).post("/visits", {"consultant": cast.lin.pk}).json()["id"]
    read = {name: len(program(user).get("/visits").json()) for name, user in cast.users.items()}
    assert {name for name, count in read.items() if count} == {
        "lin", "chen", "ma", "proprietor", "auditor", "cs", "desk",
    }  # fmt: skip
    assert program(cast.wu).get(f"/visits/{pk}").status_code == 404
    assert program(cast.lin).post("/visits", {"consultant": cast.zhao.pk}).status_code == 422


def test_the_list_is_of_one_day_one_register_and_pages(cast, program):
    desk = program(cast.desk)
    ids = [desk.post("/visits", {"kind": kind}).json()["id"] for kind in ("WALKIN", "PHONEIN", "WALKIN")]
    assert [row["id"] for row in desk.get("/visits", kind="WALKIN").json()] == [ids[0], ids[2]]
    assert [row["id"] for row in desk.get("/visits", after=ids[0], limit=1).json()] == [ids[1]]
    assert desk.get("/visits", on="2026-03-01").json() == []


def test_a_party_with_a_card_is_handed_over_on_the_card(cast, program):
    """R-REG-02: the same refusal by PATCH as by the page of hand-over; who writes their own gives nothing away."""
    pk = program(cast.desk).post("/visits", {"consultant": cast.lin.pk}).json()["id"]
    refused = program(cast.lin).patch(f"/visits/{pk}", {"version": 1, "consultant": cast.zhao.pk})
    assert (refused.status_code, refused.json()["field"]) == (422, "consultant")
    body = {"version": 1, "purpose": "LOOK", "name": "陈志远", "phone": "13912340001", "card": {}}
    assert program(cast.lin).patch(f"/visits/{pk}", body).status_code == 200
    refused = program(cast.ma).patch(f"/visits/{pk}", {"version": 2, "consultant": cast.zhao.pk})
    assert (refused.status_code, refused.json()["field"]) == (422, "consultant")
    assert Visit.objects.get().consultant == cast.lin


def test_pages_of_a_day_repeat_no_row(cast, program):
    desk = program(cast.desk)
    for hour in ("10:00", "08:00", "09:00", "08:30"):
        assert desk.post("/visits", {"arrived_at": f"2026-03-02T{hour}:00+08:00"}).status_code == 201
    seen, after = [], {}
    for _ in range(5):
        page = [row["id"] for row in desk.get("/visits", limit=2, **after).json()]
        if not page:
            break
        seen += page
        after = {"after": page[-1]}
    assert seen == sorted(Visit.objects.values_list("pk", flat=True))
