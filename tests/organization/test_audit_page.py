"""R-PRM-04, P8, AZ-29: the trail in sentences, scoped and without full numbers."""

import ast
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from tests.cast import MORNING, Cast

from guanxi.catalogue.forms import ProductForm
from guanxi.customers.forms import CardForm, ClassificationForm, IntentForm
from guanxi.customers.forms_parts import OwnedItemForm
from guanxi.customers.models import Customer
from guanxi.deals.forms.orders import DeliveryForm
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry, User
from guanxi.organization.operations.sealing import seal
from guanxi.workspace.administration import audit_words
from guanxi.workspace.administration.audit_words import ACTIONS, FIELDS, field_name, value

PACKAGE = Path(__file__).resolve().parents[2] / "src/guanxi"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        yield


def shown(client: Client, query: str = "") -> list[AuditEntry]:
    return [entry["row"] for entry in client.get(f"/audit/?{query}").context["entries"]]


def test_every_action_and_field_has_words() -> None:
    """Whatever is a literal in a call of ``entry``; an action that is passed on stands in the operation's test."""
    actions, fields = {"owned_item_saved", "contact_person_saved"}, set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "entry" and node.args:
                actions |= set(literals(ast.walk(node.args[0])))
                changed = [one.value for one in node.keywords if one.arg == "changes"]
                fields |= {
                    name for one in changed if isinstance(one, ast.Dict) for name in literals(one.keys)
                }
    for form in (CardForm, IntentForm, ClassificationForm, OwnedItemForm, DeliveryForm, ProductForm):
        fields |= form.base_fields.keys() - {"version", "phone1", "phone2", "forget_id_no"}
    assert actions <= set(ACTIONS)
    assert fields <= set(FIELDS)


def literals(nodes: Iterable[ast.AST | None]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Consultant", "Level", "Deposit that makes an order (CNY)", "2026-01-01"]),
        ("zh-hans", ["销售顾问", "级别", "算作订单的订金（元）", "2026-01-01"]),
    ],
)
def test_fields_read_as_on_the_forms(language: str, words: list[str]) -> None:
    with translation.override(language):
        assert [field_name(name) for name in ("owner", "level", "level.deposit_min", "2026-01-01")] == words


def test_each_reader_sees_their_reach(
    cast: Cast,
    client_for: Callable[[User], Client],
    make_customer: Callable[..., Customer],
    act: Callable[..., Act],
) -> None:
    make_customer(cast.lin)
    here = AuditEntry.objects.count()
    leave_trace([act(cast.gao).entry("store_changed", cast.other_store)])
    assert len(shown(client_for(cast.ma))) == len(shown(client_for(cast.auditor))) == here
    assert len(shown(client_for(cast.gao))) == 1
    assert len(shown(client_for(cast.proprietor))) == here + 1
    for person in (cast.lin, cast.chen, cast.admin, cast.finance, cast.cs):
        assert client_for(person).get("/audit/").status_code == 404


def test_filters(
    cast: Cast, client_for: Callable[[User], Client], make_customer: Callable[..., Customer]
) -> None:
    one, _other = make_customer(cast.lin), make_customer(cast.wu)
    foreign = make_customer(cast.gao)
    client = client_for(cast.auditor)
    assert {row.customer_key for row in shown(client, f"customer={one.customer_no}")} == {one.pk}
    assert {row.actor_id for row in shown(client, f"person={cast.wu.pk}")} == {cast.wu.pk}
    assert {row.action for row in shown(client, "action=card_opened")} == {"card_opened"}
    assert shown(client, "first=2026-03-03") == []
    assert shown(client, f"customer={foreign.customer_no}") == shown(client, "customer=nobody") == []
    assert client.get(f"/audit/?person={cast.gao.pk}").status_code == 422


def test_pages_by_key(cast: Cast, client_for: Callable[[User], Client], act: Callable[..., Act]) -> None:
    leave_trace([act(cast.ma).entry("store_changed", cast.store) for _ in range(60)])
    client = client_for(cast.ma)
    first = client.get("/audit/")
    second = client.get("/audit/" + first.context["page"]["next_url"])
    pages = [[entry["row"].pk for entry in page.context["entries"]] for page in (first, second)]
    assert [len(page) for page in pages] == [50, 10]
    assert min(pages[0]) > max(pages[1])


def test_no_full_number_even_when_a_row_holds_one(
    cast: Cast, client_for: Callable[[User], Client], act: Callable[..., Act]
) -> None:
    facts = {"phones": [["13912345678"], ["+86 139 1234 5678", {"n": "010-88886666"}]]}
    leave_trace([act(cast.ma).entry("card_edited", cast.store, changes=facts, reason="改成 13912345678")])
    text = client_for(cast.ma).get("/audit/").content.decode()
    for digits in ("13912345678", "139 1234 5678", "88886666"):
        assert digits not in text
    assert value("2026-03-17") == "2026-03-17"


def test_seal_status(cast: Cast, client_for: Callable[[User], Client], act: Callable[..., Act]) -> None:
    leave_trace([act(cast.ma).entry("store_changed", cast.store)])
    seal(MORNING)
    verdict = client_for(cast.ma).get("/audit/").context["seal"]
    assert (verdict.broken_after, verdict.unsealed) == (None, 0)


@pytest.mark.parametrize(
    "query",
    ["first=0001-01-01", "last=9999-12-31", "first=9999-12-31", "last=0001-01-01", "first=0001-01-01&last=9999-12-31"],
)  # fmt: skip
def test_the_ends_of_the_calendar_are_days_like_others(
    cast: Cast, client_for: Callable[[User], Client], make_customer: Callable[..., Customer], query: str
) -> None:
    make_customer(cast.lin)
    asked_from_the_past = query.startswith("first=0001") or query == "last=9999-12-31"
    assert bool(shown(client_for(cast.ma), query)) == asked_from_the_past


@pytest.mark.parametrize(
    "address",
    ["/audit/?before=²", "/settings/calendar/?year=²²²²"],
)
def test_a_digit_that_is_no_number_is_refused(
    cast: Cast, client_for: Callable[[User], Client], address: str
) -> None:
    assert client_for(cast.ma).get(address).status_code < 500


def test_a_number_beside_a_day_is_masked() -> None:
    assert value("2026-03-17 13912345678") == "2026-03-17 139****5678"
    assert value("13912345678，2026-03-17再来") == "139****5678，2026-03-17再来"
    assert "13912345678" not in value("1391-23-45678 13912345678")


def test_accounts_are_masked_like_numbers(
    cast: Cast, act: Callable[..., Act], make_customer: Callable[..., Customer]
) -> None:
    """P8: the trail keeps what stood there; the page shows no WeChat name and no address."""
    card = make_customer(cast.lin)
    changes = {"wechat": ["wangfang88", ""], "email": ["", "wangfang@example.com"]}
    entry = act(cast.lin).entry("card_edited", card, customer=card.pk, changes=changes)
    assert [row[1:] for row in audit_words.changes(entry)] == [("wa****", "—"), ("—", "w****@example.com")]
