"""What the scripts add in a real browser, under the Content-Security-Policy we ship."""

import time
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect
from tests.ui.conftest import Stage

from guanxi.ui.responses import toast

pytestmark = pytest.mark.browser

LINK = '{% button "记一笔" href="/record/" sheet=True id="open" %}'
FORM = (
    '<form method="post" action="/contacts/?from=today" hx-post="/contacts/?from=today" hx-swap="none"'
    ' data-controller="draft" data-draft-customer-value="9">'
    '{% form_key %}<label>话 <textarea name="note"></textarea></label>'
    '{% button "保存" name="then" value="next" %}'
    "</form>"
)


@pytest.fixture(autouse=True)
def _no_script_errors(page: Page):
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console", lambda message: wrong.append(message.text) if "Security Policy" in message.text else None
    )
    yield
    assert wrong == []


def until(page: Page, expression: str) -> None:
    """Wait for an expression; Playwright's own waiting needs the eval that our policy forbids."""
    deadline = time.monotonic() + 5
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(20)


def test_the_sheet_opens_and_gives_the_focus_back(stage: Stage, page: Page):
    stage.answers["/record/"] = (200, {}, "<h2>陈志远</h2><form><input name=a></form>")
    page.goto(stage.show("/", LINK))
    page.click("#open")
    expect(page.locator("dialog#sheet")).to_be_visible()
    expect(page.locator("dialog#sheet")).to_have_attribute("aria-label", "陈志远")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#sheet")).to_be_hidden()
    expect(page.locator("#open")).to_be_focused()


def test_refused_input_comes_back_and_a_broken_server_is_explained(stage: Stage, page: Page):
    stage.answers["/form/"] = (422, {}, "<p>请填写电话</p>")
    stage.answers["/broken/"] = (500, {}, "Traceback")
    page.goto(
        stage.show(
            "/",
            '<div id="here"></div>{% button "a" get="/form/" target="#here" id="a" type="button" %}'
            '{% button "b" get="/broken/" target="#here" id="b" type="button" %}',
        )
    )
    page.click("#a")
    expect(page.locator("#here")).to_have_text("请填写电话")
    page.click("#b")
    expect(page.locator("#errors .notice")).to_be_visible()
    expect(page.locator("#here")).to_have_text("请填写电话")


def test_a_toast_in_chinese_with_its_way_back(stage: Stage, page: Page):
    from django.http import HttpResponse

    said = toast(HttpResponse(), "已保存，下次周三", undo_url="/undo/7/").headers["HX-Trigger"]
    stage.answers["/save/"] = (204, {"HX-Trigger": said}, "")
    stage.answers["/undo/7/"] = (204, {}, "")
    page.goto(stage.show("/", '{% button "a" post="/save/" id="a" type="button" swap="none" %}'))
    page.click("#a")
    expect(page.locator("#toasts")).to_contain_text("已保存，下次周三")
    with page.expect_request("**/undo/7/"):
        page.locator("#toasts button").click()


def test_a_draft_survives_a_reload_and_can_be_discarded(stage: Stage, page: Page):
    page.goto(stage.show("/", FORM))
    page.fill("textarea", "周三来看现车")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('guanxi:draft:7:'))")
    typed_key = page.input_value("[name=form_key]")
    stage.show("/", FORM)
    page.reload()
    expect(page.locator("textarea")).to_have_value("周三来看现车")
    assert page.input_value("[name=form_key]") == typed_key
    page.locator("[data-draft-notice] button").click()
    expect(page.locator("textarea")).to_have_value("")
    assert page.input_value("[name=form_key]") != typed_key


def test_a_saved_form_leaves_no_draft(stage: Stage, page: Page):
    stage.answers["/contacts/?from=today"] = (204, {}, "")
    page.goto(stage.show("/", FORM))
    page.fill("textarea", "周三来看现车")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('guanxi:draft:'))")
    with page.expect_response("**/contacts/?from=today"):
        page.click("text=保存")
    until(page, "Object.keys(localStorage).every((key) => !key.startsWith('guanxi:draft:'))")
    assert len(stage.posts) == 1


def test_an_offline_submit_is_sent_once_when_back_online(stage: Stage, page: Page):
    stage.answers["/contacts/?from=today"] = (204, {}, "")
    page.goto(stage.show("/", FORM))
    key = page.input_value("[name=form_key]")
    page.context.set_offline(True)
    page.fill("textarea", "周三来看现车")
    page.click("text=保存")
    expect(page.locator("#toasts .toast-item")).to_be_visible()
    assert stage.posts == []
    with page.expect_response("**/contacts/?from=today"):
        page.context.set_offline(False)
    until(page, "JSON.parse(localStorage.getItem('guanxi:queue')).length === 0")
    [(path, body)] = stage.posts
    assert path == "/contacts/?from=today"
    assert parse_qs(body) == {"form_key": [key], "note": ["周三来看现车"], "then": ["next"]}


def test_a_lost_connection_is_queued_and_a_refused_record_becomes_a_draft_again(stage: Stage, page: Page):
    page.goto(stage.show("/", FORM))
    page.route("**/contacts/**", lambda route: route.abort())
    page.fill("textarea", "周三来看现车")
    page.click("text=保存")
    expect(page.locator("#toasts .toast-item")).to_be_visible()
    page.unroute("**/contacts/**")
    stage.answers["/contacts/?from=today"] = (422, {}, "")
    page.reload()
    expect(page.locator("#toasts .toast-error")).to_be_visible()
    page.reload()
    expect(page.locator("textarea")).to_have_value("周三来看现车")


def test_signing_out_forgets_what_was_typed(stage: Stage, page: Page):
    stage.answers["/sign-out/"] = (200, {}, "bye")
    page.goto(stage.show("/", FORM))
    page.fill("textarea", "周三来看现车")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('guanxi:draft:'))")
    page.click(".top .avatar")
    page.locator(".top [data-sign-out] button").click()
    page.wait_for_url("**/sign-out/")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []


def test_call_and_reveal(stage: Stage, page: Page):
    page.clock.install()
    json = {"Content-Type": "application/json"}
    stage.answers["/call/"] = (200, json, '{"tel": "tel:13812348821"}')
    stage.answers["/number/"] = (200, json, '{"number": "138 1234 8821"}')
    page.goto(stage.show("/", '{% phone_masked "138****8821" call_url="/call/" reveal_url="/number/" %}'))
    page.locator("main [data-controller=call] button").click()
    expect(page.locator("#toasts")).to_contain_text("13812348821")
    page.locator("[data-reveal-target=button]").click()
    expect(page.locator("[data-reveal-target=number]")).to_have_text("138 1234 8821")
    page.clock.run_for(31_000)
    expect(page.locator("[data-reveal-target=number]")).to_have_text("138****8821")


def test_keys(stage: Stage, page: Page):
    stage.answers["/record/"] = (200, {}, "<h2>记一笔</h2>")
    page.goto(stage.show("/", "{% page_head title='x' %}{% endpage_head %}"))
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator("#search").blur()
    page.keyboard.press("Control+k")
    expect(page.locator("#search")).to_be_focused()
    page.locator("#search").blur()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("dialog#sheet")).to_be_visible()


def test_search_fills_the_drop_down_and_arrows_walk_it(stage: Stage, page: Page):
    stage.answers["/search/"] = (200, {}, '<a href="/c/1/">张三</a><a href="/c/2/">赵四</a>')
    page.goto(stage.show("/", "x"))
    page.locator("#search").press_sequentially("zs")
    expect(page.locator("#search-results a")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("text=赵四")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#search-results")).to_be_hidden()


def test_the_theme_is_a_cookie(stage: Stage, page: Page):
    page.goto(stage.show("/", "x"))
    page.click(".top .avatar")
    page.locator(".top [data-controller=theme] button").click()
    assert page.get_attribute("html", "data-theme") == "guanxi-dark"
    assert {"name": "theme", "value": "guanxi-dark"}.items() <= page.context.cookies()[0].items()
