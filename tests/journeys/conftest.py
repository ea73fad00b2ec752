"""A whole server and a real browser; the policy we ship holds in every page."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.cast import Cast

import guanxi.ui
from guanxi.organization.models import User

# Playwright runs an event loop in this thread; the tests' own queries are not asynchronous for that.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path("/usr/bin/chromium")
BUILT = Path(guanxi.ui.__file__ or "").parent / "static/built/.vite/manifest.json"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# What a browser writes into its console when a form is refused or the connection is gone.
NO_ERROR = ("status of 422", "ERR_INTERNET_DISCONNECTED")
SMALL_PHONE = {"width": 360, "height": 780}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    if not BUILT.exists():
        pytest.skip("the styles and scripts are not built: npm run build")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {"executable_path": str(CHROMIUM), "args": quiet}


@pytest.fixture
def cast(transactional_db: None, cast: Cast) -> Cast:
    """The cast, committed, so that the server's threads see it too."""
    return cast


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any, client_for: Any) -> Iterator[Visit]:
    """``visit(user, width, **context options)``: a page of a browser in which the user is signed in.

    Errors of scripts and refusals of the Content-Security-Policy fail the test when it ends.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(user: User, size: dict[str, int] = DESKTOP, **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="zh-CN", **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        session = client_for(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in wrong if not any(known in text for known in NO_ERROR)] == []
