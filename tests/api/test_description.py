"""The description is complete and the one agreed on; every operation stands behind the door."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from guanxi.api.mount import api, mounted

SNAPSHOT = Path(settings.PACKAGE).parent.parent / "docs/api/openapi.json"
SCHEMA: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
OPERATIONS = [
    (f"{method.upper()} {path}", path, method, details)
    for path, methods in SCHEMA["paths"].items()
    for method, details in methods.items()
]
each_operation = pytest.mark.parametrize(
    ("name", "path", "method", "details"), OPERATIONS, ids=lambda one: str(one)[:60]
)


def test_the_description_is_the_one_in_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    """A change of the API is made on purpose: ``guanxi openapi > docs/api/openapi.json``."""
    call_command("openapi")
    assert capsys.readouterr().out == SNAPSHOT.read_text()


@each_operation
def test_every_refusal_is_described(name: str, path: str, method: str, details: dict[str, Any]) -> None:
    """401, 403, 404 and 422 everywhere; 409, 413, 415, 429 on changes; 412 where If-Match is taken."""
    wanted = {"401", "403", "404", "422"}
    if method != "get":
        wanted |= {"409", "413", "415", "429"}
    names = {parameter["name"] for parameter in details["parameters"]}
    if "If-Match" in names:
        wanted.add("412")
    assert wanted <= details["responses"].keys()
    for status in wanted:
        assert details["responses"][status]["content"]["application/json"]["schema"]["$ref"].endswith(
            "/Error"
        )
    assert ("Idempotency-Key" in names) == ("201" in details["responses"])
    assert details["description"]


@each_operation
def test_every_operation_asks_who_calls(name: str, path: str, method: str, details: dict[str, Any]) -> None:
    assert [list(way) for way in details["security"]] == [["BearerToken"], ["SessionCookie"]]


@each_operation
def test_every_body_is_closed(name: str, path: str, method: str, details: dict[str, Any]) -> None:
    """MA-01, MA-04: unknown fields are refused at every depth."""
    kinds = details.get("requestBody", {}).get("content", {})
    waiting = [content["schema"] for kind, content in kinds.items() if kind == "application/json"]
    while waiting:
        schema = waiting.pop()
        if "$ref" in schema:
            schema = SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            assert schema["additionalProperties"] is False, schema["title"]
        waiting += schema.get("properties", {}).values()
        waiting += schema.get("anyOf", [])
        waiting += [schema["items"]] if "items" in schema else []


def test_names_are_unique() -> None:
    ids = [details["operationId"] for _name, _path, _method, details in OPERATIONS]
    assert len(ids) == len(set(ids))


def test_one_address_has_one_router() -> None:
    """Django asks only the first pattern that fits: a second router's methods would be 405."""
    routers = [
        (path, view) for router in api._get_bound_routers() for path, view in router.path_operations.items()
    ]
    assert len({path for path, _view in routers}) == len(routers)


def test_only_the_documentation_page_is_left_to_the_sign_in() -> None:
    """Bearer calls must not be redirected; everything else identifies its callers itself."""
    patterns, _app, _namespace = mounted()
    kept = {pattern.name for pattern in patterns if getattr(pattern.callback, "login_required", True)}
    assert kept == {"openapi-view"}
