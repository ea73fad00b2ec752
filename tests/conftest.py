"""Fixtures for every test: the cast, acts at a fixed clock, cards made through the real operations."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from tests.cast import MORNING, Cast, assemble
from whitenoise.middleware import WhiteNoiseMiddleware

from guanxi.cadence.operations.cards import FirstJudgement, receive_customers
from guanxi.customers.models import Customer
from guanxi.customers.operations.cards import CardDraft
from guanxi.lib.phones import parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import Store, User

SCRATCH = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Each process works in a directory and a database of its own, so runs side by side never meet.

    GUANXI_TEST_TEMPLATE is a migrated database of the same engine to copy: migrating takes longer than many tests.
    """
    scratch = config.stash[SCRATCH] = Path(tempfile.mkdtemp(prefix="guanxi-test-"))
    settings.HOME, settings.UPLOADS = scratch, scratch / "uploads"
    # A test makes much garbage and the process lives for minutes: looking for it less often is a tenth of the time.
    gc.set_threshold(20_000, 20, 20)
    # Argon2 is slow on purpose; a test about it takes it back from the rest of the list.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    database = settings.DATABASES["default"]
    test = database.setdefault("TEST", {})
    template = os.environ.get("GUANXI_TEST_TEMPLATE")
    if database["ENGINE"].endswith("sqlite3"):
        test["NAME"] = str(scratch / "test.sqlite3")
        if template:
            shutil.copy(template, test["NAME"])
    else:
        test["NAME"] = f"test_guanxi_{os.environ.get('PYTEST_DB_SUFFIX') or os.getpid()}"
        test["TEMPLATE"] = template


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database, or nothing an engine could answer otherwise, runs once, on SQLite.

    ``bin/test`` looks for tests in a browser in two folders only, so they must not stand elsewhere.
    """
    lost = [item.nodeid for item in items if item.get_closest_marker("browser") and not _among_browsers(item)]
    if lost:
        raise pytest.UsageError(f"in a browser, but not in tests/journeys or tests/ui: {lost}")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    twice = [
        item for item in items if _opens_the_database(item) and not item.get_closest_marker("one_engine")
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(twice)])
    items[:] = twice


def _among_browsers(item: pytest.Item) -> bool:
    return item.path.parent in {Path(__file__).parent / folder for folder in ("journeys", "ui")}


def _opens_the_database(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(
        names
    )


def pytest_collection_finish() -> None:
    """What was collected stays to the end, so nobody need look whether it is garbage."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[SCRATCH], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A copied file is in its place before the test database is created; it goes with its directory."""
    return Path(settings.DATABASES["default"]["TEST"]["NAME"]).exists()


@pytest.fixture(autouse=True, scope="session")
def _empty_what_was_filled() -> Iterator[None]:
    """After a test on real transactions only tables with rows are emptied: TRUNCATE of all takes a fifth of a second.

    Content types and permissions stay as the migrations left them.
    """
    plain = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: _empty()
    yield
    TransactionTestCase._fixture_teardown = plain


def _empty() -> None:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    tables -= {"django_content_type", "auth_permission"}
    having = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(having))
        filled = [name for (name,) in cursor.fetchall()]
        aside, back = _triggers_step_aside(cursor, filled)
        for statement in [*aside, *(f'DELETE FROM "{table}"' for table in filled), *back]:
            cursor.execute(statement)


def _triggers_step_aside(cursor: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    """Statements around the emptying of ``tables``, which the append-only triggers refuse."""
    if connection.vendor == "postgresql":
        off, on = (
            [f'ALTER TABLE "{table}" {what} TRIGGER USER' for table in tables]
            for what in ("DISABLE", "ENABLE")
        )
        # A table with checks still to be made may not be altered.
        return off, ["SET CONSTRAINTS ALL IMMEDIATE", *on]
    cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    triggers = {name: sql for name, sql, table in cursor.fetchall() if table in tables}
    tokens = "INSERT INTO customers_search_tokens(customers_search_tokens) VALUES ('delete-all')"
    return [f"DROP TRIGGER {name}" for name in triggers], [tokens, *triggers.values()]


@pytest.fixture(autouse=True, scope="session")
def _static_files_listed_once() -> Iterator[None]:
    """Every test client starts the middleware anew, and that would look at every static file each time."""
    plain, listed = WhiteNoiseMiddleware.add_files_from_finders, {}

    def add_files_from_finders(middleware: WhiteNoiseMiddleware) -> None:
        if not listed:
            plain(middleware)
            listed.update(middleware.files)
        middleware.files.update(listed)

    WhiteNoiseMiddleware.add_files_from_finders = add_files_from_finders
    yield
    WhiteNoiseMiddleware.add_files_from_finders = plain


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What fixtures of a module write after this stays for its tests, each of which is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of ``tests/cast.py``, written anew for each test."""
    return assemble()


@pytest.fixture
def act(db: None) -> Callable[..., Act]:
    """``act(user, at=…, source=…)``: on Monday 2 March 2026 at 10:00 in Shanghai unless told otherwise.

    ``act(None, store=…)`` is the system acting in a store.
    """

    def make(by: User | None, at: datetime = MORNING, source: str = "web", store: Store | None = None) -> Act:
        return Act(by=by, at=at, source=source, request_id="test", given_store=store)

    return make


@pytest.fixture
def make_customer(act: Callable[..., Act]) -> Callable[..., Customer]:
    """``make_customer(owner, name=…, phone=…, level=…, at=…, evidence=…, intent=…, owned=…, **fields)``.

    A card of ``owner`` with one phone (a fresh mobile unless given; several as "a/b"), at level B unless told
    otherwise; level "" opens no intent. Received by ``by``, or else by the owner.
    """
    numbers = (str(number) for number in count(13911110001))

    def make(
        owner: User | None,
        *,
        name: str = "王芳",
        phone: str = "",
        level: str | None = "B",
        at: datetime = MORNING,
        by: User | None = None,
        evidence: frozenset[str] | set[str] = frozenset(),
        imported: bool = False,
        last_contact_on: date | None = None,
        intent: dict[str, Any] | None = None,
        owned: dict[str, Any] | None = None,
        contacts: tuple[dict[str, Any], ...] = (),
        **values: Any,
    ) -> Customer:
        phones = [parse_phone(one) for one in (phone or next(numbers)).split("/")]
        draft = CardDraft(name, phones, owner, values, intent or {}, owned or {}, contacts)
        first = FirstJudgement(level, frozenset(evidence), imported, last_contact_on)
        return receive_customers(act(by or owner, at), [(draft, first)])[0]

    return make


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A browser in which ``user`` is signed in; CSRF is checked by the tests that are about it."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="guanxi.organization.authentication.Backend")
        return client

    return sign_in
