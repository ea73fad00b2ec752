"""Cards through the API: create, list, read, edit, reveal (P5, P8, 1.5, 21.1)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.api.conftest import Program
from tests.architecture.world import everything
from tests.cast import MORNING, Cast

from guanxi.cadence.models import Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.organization.models import AuditEntry, PlaybookOverride

Make = Callable[..., Customer]
Programs = Callable[..., Program]


def test_a_card_opens_with_level_and_follow_up(cast: Cast, program: Programs) -> None:
    """R-CUS-08, R-LVL-01: date says H, evidence says A: A; the follow-up stands a week ahead (R-FUP-01)."""
    answer = program(cast.lin).post(
        "/customers",
        {
            "name": "李雷",
            "phone": "139 2222 3333 / 13922224444",
            "wechat": "lilei88",
            "email": "lilei@example.com",
            "source_code": "S",
            "intent": {"expected_close_on": "2026-03-06", "budget_max": "150000.50"},
            "first": {"evidence": ["CAME_AGAIN"]},
        },
    )
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["level"], told["next_due_on"], told["owner"]["name"]) == ("A", "2026-03-09", "林晓")
    assert [phone["masked"] for phone in told["phones"]] == ["139****3333", "139****4444"]
    assert (told["wechat_masked"], told["email_masked"]) == ("li****", "l****@example.com")
    assert told["intent"]["budget_max"] == "150000.50"
    assert answer["ETag"] == '"1"'
    entry = AuditEntry.objects.get(action="card_opened")
    assert (entry.source, entry.actor, entry.at) == ("api", cast.lin, MORNING)
    assert Task.objects.follow_ups().get().due_on.isoformat() == "2026-03-09"


def test_a_number_is_taken_once(cast: Cast, program: Programs, make_customer: Make) -> None:
    """1.5, AZ-21: one's own card is named, a colleague's is merely taken, and the asking is logged."""
    own = make_customer(cast.lin, phone="13911112222")
    make_customer(cast.wu, phone="13911113333")
    lin = program(cast.lin)
    mine = lin.post("/customers", {"name": "新客", "phone": "139-1111-2222"})
    assert (mine.status_code, mine.json()["error"], mine.json()["customer"]) == (409, "taken", own.pk)
    assert AuditEntry.objects.filter(action="taken_number_asked").count() == 0
    theirs = lin.post("/customers", {"name": "新客", "phone": "13911113333"})
    assert (theirs.status_code, theirs.json()["customer"]) == (409, None)
    assert AuditEntry.objects.get(action="taken_number_asked").source == "api"
    assert Customer.objects.count() == 2


def test_checks_are_limited_by_day(cast: Cast, program: Programs, make_customer: Make, act: Any) -> None:
    """AZ-21: after 200 hits on colleagues' numbers a check is 429, as is opening a card with one."""
    make_customer(cast.wu, phone="13911113333")
    AuditEntry.objects.bulk_create(act(cast.lin).entry("taken_number_asked", cast.store) for _ in range(200))
    lin = program(cast.lin)
    for path, body in (("/collisions/check", {}), ("/collisions", {}), ("/customers", {"name": "新客"})):
        assert lin.post(path, {"phone": "13911113333", **body}).status_code == 429


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "110"}, "phone"),
        ({"source_code": "ZZ"}, "source_code"),
        ({"channel": "99"}, "channel"),
        ({"email": "nowhere"}, "email"),
        ({"birth_date": "2027-01-01"}, "birth_date"),
        ({"kind": "ORG"}, "org_name"),
        ({"first": {"evidence": ["NOPE"]}}, "evidence"),
        ({"first": {"level": "O"}}, "first.level"),
        ({"intent": {"product": 99}}, "intent.product"),
        ({"intent": {"expected_close_on": "2026-03-01"}}, "intent.expected_close_on"),
        ({"intent": {"budget_min": 9, "budget_max": 8}}, "intent.budget_max"),
        ({"intent": {"payment": "GOLD"}}, "payment"),
    ],
)
def test_a_bad_card_is_refused_naming_the_field(
    change: Any, field: str, cast: Cast, program: Programs
) -> None:
    lin = program(cast.lin)
    before = everything()
    answer = lin.post("/customers", {"name": "李雷", "phone": "13922223333", **change})
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.content
    assert everything() == before


@pytest.mark.parametrize(
    ("by", "to", "status"),
    [
        ("lin", "zhao", 422),
        ("lin", "wu", 422),
        ("chen", "zhao", 201),
        ("chen", "wu", 422),
        ("ma", "wu", 201),
        ("ma", "gao", 422),
    ],
)
def test_cards_are_opened_for_people_within_reach(
    by: str, to: str, status: int, cast: Cast, program: Programs
) -> None:
    """AZ-06, AZ-07."""
    body = {"name": "李雷", "phone": "13922223333", "owner": cast.users[to].pk}
    assert program(cast.users[by]).post("/customers", body).status_code == status


def test_the_list_pages_by_key(cast: Cast, program: Programs, make_customer: Make) -> None:
    """Every visible card once, none of others, in each order."""
    mine = {make_customer(cast.lin, name=f"客户{place}", level="HAB"[place % 3]).pk for place in range(7)}
    make_customer(cast.wu)
    lin = program(cast.lin)
    for sort in ("newest", "name", "-name", "next_due_on", "-last_contact_on"):
        seen: list[int] = []
        after = ""
        while True:
            page = lin.get("/customers", sort=sort, limit=3, after=after).json()
            seen += [row["id"] for row in page["items"]]
            after = page["after"]
            if not after:
                break
        assert sorted(seen) == sorted(mine)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"level": "H"}, {"韩梅"}),
        ({"source": "S"}, {"李雷"}),
        ({"overdue": "true"}, {"李雷"}),
        ({"unconfirmed": "true", "level": "H"}, {"韩梅"}),
        ({"q": "韩"}, {"韩梅"}),
        ({"q": "李", "level": "H"}, set()),
        ({"owner_kind": "OWN_SALE"}, set()),
        ({"status": "INTENT", "level": "A"}, {"李雷"}),
    ],
)
def test_filters_narrow(
    query: Any, names: set[str], cast: Cast, program: Programs, make_customer: Make
) -> None:
    early = MORNING.replace(month=1)
    make_customer(cast.lin, name="李雷", level="A", source_code="S", at=early)
    make_customer(cast.lin, name="韩梅", level="H")
    answer = program(cast.lin).get("/customers", **query)
    assert {row["name"] for row in answer.json()["items"]} == names


def test_another_teams_owner_as_filter_is_an_empty_list(
    cast: Cast, program: Programs, make_customer: Make
) -> None:
    """AZ-11, P7: the same answer as for an owner that does not exist."""
    make_customer(cast.wu)
    lin = program(cast.lin)
    assert lin.get("/customers", owner=cast.wu.pk).content == lin.get("/customers", owner=999_999).content


def test_an_edit_names_its_version(cast: Cast, program: Programs, make_customer: Make) -> None:
    """P5: in the body or as If-Match; without one nothing is changed."""
    card = make_customer(cast.lin)
    lin = program(cast.lin)
    assert lin.patch(f"/customers/{card.pk}", {"remark": "一"}).json()["error"] == "version_needed"
    assert lin.patch(f"/customers/{card.pk}", {"remark": "一", "version": 1}).json()["version"] == 2
    answer = lin.patch(f"/customers/{card.pk}", {"remark": "二"}, **{"If-Match": '"2"'})
    assert (answer.status_code, answer["ETag"], answer.json()["remark"]) == (200, '"3"', "二")
    assert (
        lin.patch(f"/customers/{card.pk}", {"remark": "三", "version": 1}, **{"If-Match": "3"}).status_code
        == 412
    )


@pytest.mark.parametrize(("header", "status"), [({}, 409), ({"If-Match": '"1"'}, 412)])
def test_a_stale_edit_shows_what_it_missed(
    header: dict[str, str], status: int, cast: Cast, program: Programs, make_customer: Make
) -> None:
    """P5: the row as it is, and who changed which fields since."""
    card = make_customer(cast.lin, phone="13911112222")
    program(cast.chen).patch(
        f"/customers/{card.pk}", {"address": "人民路 1 号", "wechat": "x1234", "version": 1}
    )
    lin = program(cast.lin)
    before = everything()
    body = {"remark": "我的话"} if header else {"remark": "我的话", "version": 1}
    answer = lin.patch(f"/customers/{card.pk}", body, **header)
    assert answer.status_code == status
    told = answer.json()
    assert (told["error"], told["current"]["version"], told["current"]["address"]) == (
        "stale_edit",
        2,
        "人民路 1 号",
    )
    assert [(change["by"], change["fields"]) for change in told["changed"]] == [
        ("陈静", ["address", "wechat"])
    ]
    assert "13911112222" not in answer.content.decode() and "x1234" not in answer.content.decode()
    assert everything() == before


def test_an_edit_settles_the_tasks_it_answers(cast: Cast, program: Programs, make_customer: Make) -> None:
    """R-CUS-08 and R-PRM-08, as on the page."""
    card, product = make_customer(cast.lin), Product.objects.create(store=cast.store, name="汉 DM-i")
    Task.objects.create(
        customer=card, store=cast.store, owner=cast.lin, kind="CARE", source_rule="5.4", due_on=MORNING.date(),
        created_at=MORNING,
    )  # fmt: skip
    intent = {"product": product.pk, "use_type": "PERSONAL", "purchase_kind": "FIRST", "payment": "LOAN",
              "expected_close_on": "2026-03-20"}  # fmt: skip
    body = {"version": card.version, "intent": intent, "opt_outs": ["CALL", "SMS", "WECHAT", "MAIL"]}
    assert program(cast.lin).patch(f"/customers/{card.pk}", body).status_code == 200
    statuses = dict(Task.objects.filter(customer=card).values_list("kind", "status"))
    assert (statuses["CARD"], statuses["CARE"]) == ("DONE", "CANCELLED")


def test_only_a_manager_changes_the_source(cast: Cast, program: Programs, make_customer: Make) -> None:
    """21.1."""
    card = make_customer(cast.lin)
    body = {"source_code": "S", "version": 1}
    assert program(cast.lin).patch(f"/customers/{card.pk}", body).status_code == 403
    assert program(cast.chen).patch(f"/customers/{card.pk}", body).status_code == 403
    assert program(cast.ma).patch(f"/customers/{card.pk}", body).json()["source_code"] == "S"


def test_numbers_are_kept_by_id_and_added_in_full(cast: Cast, program: Programs, make_customer: Make) -> None:
    card, other = make_customer(cast.lin, phone="13911112222"), make_customer(cast.lin, phone="13911113333")
    lin = program(cast.lin)
    kept, foreign = card.phones.get().pk, other.phones.get().pk
    path = f"/customers/{card.pk}"
    for phones in ([{"id": foreign}], [{}], [], [{"id": kept, "number": "13911114444"}], [{"number": "12"}]):
        assert lin.patch(path, {"phones": phones, "version": 1}).status_code == 422
    answer = lin.patch(path, {"phones": [{"number": "13911114444"}, {"id": kept}], "version": 1})
    assert [phone["masked"] for phone in answer.json()["phones"]] == ["139****4444", "139****2222"]


def test_a_number_is_revealed_logged_and_budgeted(cast: Cast, program: Programs, make_customer: Make) -> None:
    """P8, R-PRM-05: calling one's own customer is free; the budget ends in 429; a key keeps no digits."""
    PlaybookOverride.objects.create(store=cast.store, key="reveal.per_day", value=1)
    card = make_customer(cast.lin, phone="13911112222")
    chen, lin = program(cast.chen), program(cast.lin)
    path = f"/customers/{card.pk}/reveal"
    assert chen.post(path, {}, **{"Idempotency-Key": "k"}).json()["number"] == "13911112222"
    assert AuditEntry.objects.get(action="number_revealed").source == "api"
    assert chen.post(path, {}, **{"Idempotency-Key": "k"}).status_code == 429
    assert lin.post(path, {"to_call": True}).json()["tel"] == "tel:13911112222"
    assert program(cast.cs).post(path, {}).status_code == 404
    assert "13911112222" not in str(everything()["organization_auditentry"])


def test_an_account_is_revealed_like_a_number(cast: Cast, program: Programs, make_customer: Make) -> None:
    """P8: WeChat and e-mail within the same budget and trail; what the card lacks is not found."""
    PlaybookOverride.objects.create(store=cast.store, key="reveal.per_day", value=2)
    card = make_customer(cast.lin, wechat="canary-wx", email="canary@b.cn")
    lin, path = program(cast.lin), f"/customers/{card.pk}/reveal"
    assert lin.post(path, {"account": "id_no"}).status_code == 404
    for asked in ({"account": "name"}, {"account": "wechat", "to_call": True}):
        assert (lin.post(path, asked).status_code, lin.post(path, asked).json()["field"]) == (422, "account")
    assert lin.post(path, {"account": "wechat"}).json() == {"number": "canary-wx", "tel": ""}
    assert lin.post(path, {"account": "email"}).json()["number"] == "canary@b.cn"
    assert lin.post(path, {"account": "email"}).status_code == lin.post(path, {}).status_code == 429
    trail = AuditEntry.objects.filter(action="number_revealed", source="api").order_by("pk")
    assert [entry.changes["field"][1] for entry in trail] == ["wechat", "email"]
    assert program(cast.cs).post(path, {"account": "wechat"}).status_code == 404
    assert "canary" not in str(everything()["organization_auditentry"])


def test_a_budget_is_in_order_with_what_the_card_holds(
    cast: Cast, program: Programs, make_customer: Make
) -> None:
    card = make_customer(cast.lin, intent={"budget_min": Decimal(100000)})
    lin, path = program(cast.lin), f"/customers/{card.pk}"
    for asked, field in (({"budget_max": 90000}, "budget_max"), ({"budget_min": -1}, "budget_min")):
        answer = lin.patch(path, {"intent": asked, "version": card.version})
        assert (answer.status_code, answer.json()["field"]) == (422, f"intent.{field}")
    assert lin.patch(path, {"intent": {"budget_max": 100000}, "version": card.version}).status_code == 200


@pytest.mark.parametrize("field", ["wechat", "email"])
def test_a_mask_sent_back_is_not_kept(cast: Cast, program: Programs, make_customer: Make, field: str) -> None:
    card = make_customer(cast.lin, wechat="canary-wx", email="canary@b.cn")
    lin, path = program(cast.lin), f"/customers/{card.pk}"
    mask = lin.get(path).json()[f"{field}_masked"]
    answer = lin.patch(path, {field: mask, "address": "杭州", "version": card.version})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    kept = Customer.objects.get(pk=card.pk)
    assert (kept.wechat, kept.email, kept.address) == ("canary-wx", "canary@b.cn", "")
    new = {"name": "李雷", "phone": "13922223333", field: mask}
    assert (lin.post("/customers", new).status_code, Customer.objects.count()) == (422, 1)


def test_no_answer_holds_a_full_number(cast: Cast, program: Programs, make_customer: Make) -> None:
    """P8, PRV-01: the digits of nobody stand in any list or page of the API."""
    card = make_customer(cast.lin, name="李雷", phone="13900417263", wechat="canary-wx", email="canary@b.cn")
    paths = (
        "/customers",
        "/customers?q=0417263",
        "/search?q=7263",
        "/today?on=2026-04-01",
        "/tasks",
        "/losses",
    )
    paths += tuple(f"/customers/{card.pk}{part}" for part in ("", "/contacts", "/timeline", "/level"))
    for person in (cast.lin, cast.chen, cast.ma, cast.cs, cast.auditor):
        reader = program(person)
        for path in paths:
            text = reader.get(path).content.decode()
            assert "13900417263" not in text and "canary-wx" not in text and "canary@" not in text
