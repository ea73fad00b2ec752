"""P7: every address has a policy, and whoever it does not let in meets what is absent and changes nothing.

AZ-01…08, AZ-22, INF-04, CSRF-01, CSRF-02.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import get_commands
from django.db import connection
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.architecture.conftest import World
from tests.architecture.policies import COMMANDS, PERSONS, ROUTES, Policy
from tests.architecture.world import ABSENT, everything

# The mark makes the test database; the world is written once inside it.
pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
CHANGING = re.compile(rb'(csrf[-_]?token|form_key|name="next")[^>]*>|nonce="[^"]*"')


def patterns(found: list[Any]) -> Iterator[tuple[str, URLPattern]]:
    """Every named address with the pattern behind it; ``tests/api`` looks after those of the API."""
    for entry in found:
        if isinstance(entry, URLResolver):
            if entry.namespace is None:
                yield from patterns(entry.url_patterns)
        else:
            yield entry.name or str(entry.pattern), entry


PATTERNS = dict(patterns(get_resolver().url_patterns))


def address(name: str, policy: Policy, rows: dict[str, int], pk: int | None = None) -> str:
    """The address of the row its policy names, or of ``pk`` in its place."""
    given = {part: rows.get(value, value) for part, value in policy.more.items()}
    if policy.of:
        given["pk"] = rows[policy.of] if pk is None else pk
    return reverse(name, kwargs=given) + policy.query


def methods(policy: Policy) -> list[str]:
    """What is asked: on SQLite every method. One that no view takes is refused before the engine could matter, and
    HEAD reads what GET does, so PostgreSQL is asked what the policy names."""
    return list(METHODS) if connection.vendor == "sqlite" else policy.methods.split()


def seen(response: HttpResponse, url: str) -> tuple[int, bytes, str]:
    """An answer without what differs between two requests for the same thing."""
    path = url.partition("?")[0]
    body = b"" if response.streaming else CHANGING.sub(b"", response.content.replace(path.encode(), b"URL"))
    return response.status_code, body, response.get("Location", "").replace(path, "URL")


@pytest.fixture(scope="module")
def before(world: World) -> dict[str, list[Any]]:
    """All rows each test begins with."""
    return everything()


def test_every_address_has_a_policy() -> None:
    assert set(PATTERNS) == set(ROUTES), "add the new route to tests/architecture/policies.py"


def test_every_command_is_known() -> None:
    ours = {name for name, app in get_commands().items() if str(app).startswith("guanxi")}
    assert ours == set(COMMANDS), "add the new command to tests/architecture/policies.py"


@pytest.mark.one_engine
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_form_takes_a_key_where_its_policy_says(name: str) -> None:
    assert getattr(PATTERNS[name].callback, "takes_form_key", False) == ROUTES[name].key


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_denied_is_unchanged_and_like_absent(name: str, world: World, before: dict[str, list[Any]]) -> None:
    policy = ROUTES[name]
    there, nowhere = address(name, policy, world.rows), address(name, policy, world.rows, ABSENT)
    denied = {person: client for person, client in world.browsers.items() if person not in policy.may}
    for number, (person, client) in enumerate(denied.items()):
        for method in methods(policy):
            answer = seen(client.generic(method, there), there)
            allowed = (404, 405) if person in PERSONS and not policy.elsewhere else (302, 303, 404, 405)
            assert answer[0] in allowed, f"{person} {method} {there}: {answer[0]}"
            # A method that no view of ours takes is compared once, the others for every person.
            if policy.of and (number == 0 or method in policy.methods.split()):
                assert seen(client.generic(method, nowhere), nowhere) == answer, f"{person} {method} {there}"
    assert everything() == before, f"somebody denied changed something at {there}"


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_whoever_is_let_in_reads_without_changing(
    name: str, world: World, before: dict[str, list[Any]]
) -> None:
    policy = ROUTES[name]
    url, nowhere = address(name, policy, world.rows), address(name, policy, world.rows, ABSENT)
    for number, person in enumerate(sorted(policy.may)):
        client = world.browsers[person]
        for method in methods(policy):
            # HEAD is GET without the page: once is enough.
            if method == "POST" or (method == "HEAD" and number):
                continue
            status = client.generic(method, url).status_code
            if method in policy.methods.split() or (method == "HEAD" and "GET" in policy.methods):
                assert status < 400, f"{person} {method} {url}: {status}"
            else:
                assert status == 405, f"{person} {method} {url}: {status}"
        if policy.of and "GET" in policy.methods:
            assert client.get(nowhere).status_code == 404
    trail = "organization_auditentry"
    assert everything() | {trail: []} == before | {trail: []}, f"reading changed something at {url}"


@pytest.mark.one_engine
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_unsafe_methods_need_the_token(name: str, world: World, before: dict[str, list[Any]]) -> None:
    """The token is asked for before anybody looks who it is: one person of those let in stands for them."""
    policy = ROUTES[name]
    url = address(name, policy, world.rows)
    for person in sorted(policy.may & set(PERSONS))[:1]:
        for method in UNSAFE:
            for headers in ({}, {"origin": "http://evil.example"}):
                status = world.strict[person].generic(method, url, headers=headers).status_code
                assert status in (403, 405), f"{person} {method} {url}: {status}"
    assert everything() == before
