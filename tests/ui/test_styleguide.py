"""Every component at once: readable by everybody, on a desk and on a phone, by day and by night."""

from datetime import date
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page
from tests.ui.conftest import Stage

from guanxi.ui.styleguide import sample_context

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
ERROR_PAGES = ["404.html", "403.html", "403_csrf.html", "500.html"]


def drawn() -> str:
    request = RequestFactory().get("/styleguide/")
    return render_to_string("ui/styleguide.html", sample_context(date(2026, 11, 23)) | {"request": request})


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 820, 390])
def test_no_axe_violation_and_no_sideways_scroll(stage: Stage, page: Page, width: int, scheme: str):
    stage.pages["/"] = drawn()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.goto(stage.url)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_targets_are_large_enough_for_a_thumb(stage: Stage, page: Page):
    stage.pages["/"] = drawn()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(stage.url)
    small = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, summary')]"
        ".filter((e) => !e.closest('p, td, th, label, .skip') && e.checkVisibility())"
        ".map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height && box.height < 44).map(([html]) => html)"
    )
    assert small == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_stand_alone_in_both_languages(stage: Stage, page: Page, name: str):
    stage.pages["/"] = render_to_string(name)
    page.goto(stage.url)
    assert page.locator("p[lang=en]").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius") == "12px"
