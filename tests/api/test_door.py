"""Who gets in and what is refused at the door (AUTH-08, AZ-25, CSRF-03, CONF-01, MA-*, DOS-*, INF-*)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.conftest import Program
from tests.architecture.world import everything
from tests.cast import MORNING, Cast

from guanxi.customers.models import Customer
from guanxi.organization.models import ApiToken

NEW = {"name": "李雷", "phone": "13922223333"}
JSON = "application/json"


@pytest.mark.parametrize("path", ["/me", "/customers", "/today", "/openapi.json"])
def test_nobody_is_answered_401(path: str, cast: Cast) -> None:
    """CONF-01: the description needs a caller as well, and nothing is redirected."""
    answer = Client().get(f"/api{path}")
    assert answer.status_code == 401
    assert answer.json()["error"] == "not_signed_in"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_the_page_of_the_documentation_needs_a_sign_in(cast: Cast, client_for: Callable[..., Client]) -> None:
    """CONF-01: anonymous visitors are led to the sign-in; nothing on the page comes from elsewhere."""
    assert Client().get("/api/docs").status_code == 302
    page = client_for(cast.lin).get("/api/docs")
    assert page.status_code == 200
    assert b"://" not in page.content


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": MORNING},
        {"expires_at": MORNING},
        {"digest": "0" * 64},
        {"user": "inactive"},
    ],
)
def test_a_dead_token_is_refused_at_once(
    change: dict[str, Any], cast: Cast, program: Callable[..., Program]
) -> None:
    """AUTH-08, AZ-25: revoked, expired, unknown, or its user deactivated."""
    mine = program(cast.lin)
    assert mine.get("/me").status_code == 200
    if "user" in change:
        cast.lin.is_active = False
        cast.lin.save()
    else:
        ApiToken.objects.update(**change)
    assert mine.get("/me").status_code == 401


def test_a_token_stands_nowhere_in_the_open(cast: Cast, program: Callable[..., Program]) -> None:
    """AUTH-08: the database keeps a digest, and a token in the address is no token."""
    mine = program(cast.lin)
    assert mine.secret not in str(everything()["organization_apitoken"])
    assert Client().get("/api/me", {"token": mine.secret}).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic bGluOng=", "bearer wrong"])
def test_a_bad_token_does_not_fall_back_to_the_cookie(
    header: str, cast: Cast, client_for: Callable[..., Client]
) -> None:
    browser = client_for(cast.lin)
    assert browser.get("/api/me", headers={"Authorization": header}).status_code == 401


def test_a_read_only_token_changes_nothing(cast: Cast, program: Callable[..., Program]) -> None:
    """AUTH-08: 403 on every unsafe method."""
    reader = program(cast.lin, read_only=True, expires_at=MORNING + timedelta(days=1))
    before = everything()
    assert reader.get("/customers").status_code == 200
    answer = reader.post("/customers", NEW)
    assert (answer.status_code, answer.json()["error"]) == (403, "read_only")
    assert everything() == before


def test_a_cookie_needs_the_csrf_token(cast: Cast) -> None:
    """CSRF-03: 403 without it, whatever the body is called; with it the browser may write."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.lin, backend="guanxi.organization.authentication.Backend")
    before = everything()
    for kind in (JSON, "text/plain", "application/x-www-form-urlencoded"):
        assert browser.post("/api/customers", json.dumps(NEW), content_type=kind).status_code == 403
    assert everything() == before
    secret = "a" * 32
    browser.cookies["csrftoken"] = secret
    answer = browser.post(
        "/api/customers", json.dumps(NEW), content_type=JSON, headers={"X-CSRFToken": secret}
    )
    assert answer.status_code == 201, answer.content


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
def test_only_json_is_read(kind: str, cast: Cast, program: Callable[..., Program]) -> None:
    """CSRF-03: what a foreign page can post without asking is 415."""
    mine = program(cast.lin)
    before = everything()
    answer = mine.client.generic(
        "POST",
        "/api/customers",
        json.dumps(NEW),
        content_type=kind,
        headers={"Authorization": f"Bearer {mine.secret}"},
    )
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")
    assert everything() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"name": "a", "name": "b", "phone": "13922223333"}',
        '{"name": "\\u0000", "phone": "13922223333"}',
        '{"name": "\\ud800", "phone": "13922223333"}',
        '{"name": NaN, "phone": "13922223333"}',
        '{"name": "a", "phone": ' + "9" * 4300 + "}",
        "[" * 100_000,
        '{"a":' * 50 + "1" + "}" * 50,
        "{" + ",".join(f'"k{place}": 1' for place in range(100_000)) + "}",
        b"\xff\xfe",
    ],
    ids=lambda text: str(text)[:12],
)
def test_odd_bodies_are_refused(text: Any, cast: Cast, program: Callable[..., Program]) -> None:
    """MA-05, DOS-03, INJ-07: 422, nothing kept, no 500."""
    mine = program(cast.lin)
    before = everything()
    answer = mine.client.generic(
        "POST", "/api/customers", text, content_type=JSON, headers={"Authorization": f"Bearer {mine.secret}"}
    )
    assert answer.status_code == 422, answer.content[:200]
    assert everything() == before


def test_a_huge_body_is_refused(cast: Cast, program: Callable[..., Program]) -> None:
    """DOS-03: 413 beyond two megabytes."""
    assert program(cast.lin).post("/customers", {"name": "x" * 3_000_000}).status_code == 413


@pytest.mark.parametrize(
    "extra",
    [
        "owner_id",
        "team_id",
        "created_by",
        "created_at",
        "deleted_at",
        "consent_at",
        "is_superuser",
        "store",
        "level",
    ],
)
def test_unknown_fields_are_refused(extra: str, cast: Cast, program: Callable[..., Program]) -> None:
    """MA-01, AZ-07, AZ-23: nothing is silently dropped."""
    before = everything(), program(cast.lin)
    answer = before[1].post("/customers", NEW | {extra: 1})
    assert (answer.status_code, answer.json()["field"]) == (422, extra)
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"intent": {"trade_in": 1}},
        {"intent": {"trade_in": "true"}},
        {"intent": {"expected_close_on": 0}},
        {"intent": {"expected_close_on": "2026-3-9"}},
        {"intent": {"budget_max": True}},
        {"intent": {"budget_max": 1e309}},
        {"intent": {"budget_max": "1.001"}},
        {"intent": {"product": {"id": 1}}},
        {"name": 1},
        {"name": ["a"]},
        {"owner": {"id": 1}},
        {"tier": "1"},
        {"birth_date": "9999-12-31"},
    ],
    ids=str,
)
def test_types_are_exact(values: dict[str, Any], cast: Cast, program: Callable[..., Program]) -> None:
    """MA-04, MA-05, BIZ-05: a number in quotes, true for 1, an object for an id are refused."""
    answer = program(cast.lin).post("/customers", NEW | values)
    assert answer.status_code == 422, answer.content
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "phone__startswith=1390041",
        "phone_gt=1",
        "phones__normalized=13900417263",
        "owner__password__startswith=a",
        "team__name=B",
        "store=2",
        "sort=phone",
        "sort=-owner__password",
        "sort=?",
        "sort=name);DROP",
        "level=ZZ",
        "source=__",
        "after=xyz",
        "after=WyJuYW1lIiwxLDJd",
        "owner=1&owner=2",
        "scope=all",
        "include_deleted=1",
        "_connector=OR",
        "limit=0",
        "limit=-1",
        "limit=x",
        "offset=1000000000",
        "page=-1",
        "q=%00",
        "owner=x",
    ],
)
def test_unknown_filters_are_refused(query: str, cast: Cast, program: Callable[..., Program]) -> None:
    """INF-01, INF-02, INF-03, INJ-01, INJ-02, AZ-11: an allow-list, no guessing."""
    answer = program(cast.lin).get(f"/customers?{query}")
    assert answer.status_code == 422, answer.content
    assert answer.json()["message"]


def test_huge_limits_are_clamped(
    cast: Cast, program: Callable[..., Program], make_customer: Callable[..., Customer]
) -> None:
    """DOS-01: 1e9 rows asked for are 200 at most, and ids beyond any table are absent."""
    cards = [make_customer(cast.lin) for _place in range(3)]
    mine = program(cast.lin)
    assert len(mine.get("/customers", limit=1_000_000_000).json()["items"]) == len(cards)
    assert mine.get("/customers/987654321987654").status_code == 404
    assert mine.get(f"/customers/{'9' * 30}").status_code == 422


def test_errors_have_one_shape(cast: Cast, program: Callable[..., Program]) -> None:
    """404, 405 and 422 alike, in the caller's language."""
    cast.lin.language = "en"
    cast.lin.save()
    mine = program(cast.lin)
    for answer, status in (
        (mine.get("/nowhere"), 404),
        (mine.get("/customers/1"), 404),
        (mine.call("DELETE", "/customers/1"), 405),
        (mine.call("PUT", "/me"), 405),
        (mine.post("/customers", {}), 422),
    ):
        assert answer.status_code == status
        assert {"error", "message", "field"} <= answer.json().keys()
        assert answer["Cache-Control"] == "no-store"
    assert mine.post("/customers", {}).json()["message"] == "This field is needed."


@pytest.mark.parametrize(
    "path", ["//api//me", "/api/me/", "/API/me", "/api/me;a", "/api/me.json", "/api/%2e%2e/api/me"]
)
def test_other_spellings_of_an_address_lead_nowhere(
    path: str, cast: Cast, client_for: Callable[..., Client]
) -> None:
    """AZ-30: never an answer that the canonical address would not give, and none to anonymous visitors."""
    assert client_for(cast.lin).generic("GET", path).status_code == 404
    assert "林晓" not in Client().generic("GET", path).content.decode()


def test_method_overrides_are_ignored(cast: Cast, program: Callable[..., Program]) -> None:
    """AZ-30."""
    mine = program(cast.lin)
    answer = mine.call("GET", "/me", **{"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200
    assert mine.get("/me", _method="DELETE").status_code == 422
