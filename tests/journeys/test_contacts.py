"""J1: the consultant on the phone between two customers."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import DESKTOP, PHONE, SMALL_PHONE

from guanxi.cadence.models import Interaction, Task
from guanxi.customers.models import Customer
from guanxi.organization.models import AuditEntry


@pytest.fixture
def due(cast, make_customer):
    """A customer of Lin whose follow-up is late, on the real clock of the browser."""
    card = make_customer(cast.lin, name="陈志远", phone="13912340001", level="B", evidence={"CHOOSING_MODEL"})
    make_customer(cast.lin, name="刘桂芳", phone="13912340002", level="B", evidence={"CHOOSING_MODEL"})
    return card


def open_record(page: Page) -> None:
    page.locator(".work-item").first.get_by_role("link", name="记一笔").click()
    expect(page.locator("dialog#sheet form.record-form")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE], ids=["390", "360"])
def test_called_reached_saved(cast, due, visit, size):
    """Record, reached, save: three taps and the note; level and next date are proposed."""
    page = visit(cast.lin, size)
    page.goto("/today/")
    first = page.locator(".work-item").first
    box = first.bounding_box()
    assert box and box["y"] + box["height"] <= size["height"], "the first item is readable without scrolling"
    with page.expect_response("**/call/") as answered:
        first.get_by_role("button", name="打电话").click()
    assert answered.value.json() == {"tel": "tel:13912340001", "number": "13912340001"}
    open_record(page)
    sheet = page.locator("dialog#sheet")
    sheet.locator("label.choice", has=page.locator("input[name=reached][value=yes]")).click()
    sheet.locator("textarea[name=content]").fill("周六带太太来看车")
    assert sheet.locator("input[name=level][value=B]").is_checked()
    assert sheet.locator("input[name=when][value=proposed]").is_checked()
    sheet.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("已保存")
    assert page.url.endswith("/today/")
    contact = Interaction.objects.get(customer=due)
    assert contact.is_valid and contact.content == "周六带太太来看车"
    assert Task.objects.open().follow_ups().get(customer=due).due_on == contact.next_due_on
    expect(page.locator(".page-title")).to_contain_text("已完成 1 位")
    assert AuditEntry.objects.filter(action="number_called", customer_key=due.pk).count() == 1


def test_a_lost_connection_loses_nothing(cast, due, visit):
    page = visit(cast.lin, PHONE)
    page.goto("/today/")
    open_record(page)
    page.context.set_offline(True)
    sheet = page.locator("dialog#sheet")
    sheet.locator("label.choice", has=page.locator("input[name=reached][value=yes]")).click()
    sheet.locator("textarea[name=content]").fill("地下车库里打的电话")
    sheet.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).not_to_be_empty()
    expect(sheet).to_be_hidden()
    assert not Interaction.objects.filter(customer=due).exists()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.context.set_offline(False)
    page.wait_for_function("() => localStorage.getItem('guanxi:queue') === '[]'")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert Interaction.objects.filter(customer=due).count() == 1


def test_what_was_typed_comes_back_after_an_accident(cast, due, visit):
    page = visit(cast.lin, PHONE)
    page.goto("/today/")
    open_record(page)
    page.locator("dialog#sheet textarea[name=content]").fill("说到一半")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('guanxi:draft'))")
    page.reload()
    open_record(page)
    expect(page.locator("dialog#sheet textarea[name=content]")).to_have_value("说到一半")


def test_a_note_too_short_is_told_in_the_dialog(cast, due, visit):
    page = visit(cast.lin, PHONE)
    page.goto("/today/")
    open_record(page)
    sheet = page.locator("dialog#sheet")
    sheet.locator("label.choice", has=page.locator("input[name=reached][value=yes]")).click()
    sheet.locator("textarea[name=content]").fill("好")
    sheet.get_by_role("button", name="保存").click()
    expect(sheet.locator("[data-form-errors]")).to_be_focused()
    expect(sheet.locator("textarea[name=content]")).to_have_value("好")
    assert page.url.endswith("/today/")


def test_the_level_follows_the_evidence_until_one_is_picked(cast, due, visit):
    page = visit(cast.lin, DESKTOP)
    page.goto(f"/customers/{due.pk}/contacts/")
    page.locator("summary", has_text="证据").click()
    tick = page.locator("label.choice", has=page.locator("input[name=evidence][value=MODEL_COLOUR]"))
    with page.expect_response("**/suggestion/**"):
        tick.click()
    expect(page.locator("input[name=level][value=A]")).to_be_checked()
    # What was open stays open, what was ticked stays ticked, and nothing private is in the address.
    expect(page.locator("input[name=evidence][value=MODEL_COLOUR]")).to_be_checked()
    page.locator("label.choice", has=page.locator("input[name=level][value=C]")).click()
    page.wait_for_load_state("networkidle")
    with page.expect_response("**/suggestion/**") as answered:
        page.locator("label.choice", has=page.locator("input[name=evidence][value=TERMS]")).click()
    expect(page.locator("input[name=level][value=C]")).to_be_checked()
    assert "content" not in answered.value.url and "csrf" not in answered.value.url


def test_without_scripts_everything_still_works(cast, due, visit):
    page = visit(cast.lin, DESKTOP, java_script_enabled=False)
    page.goto("/today/")
    page.locator(".work-item").first.get_by_role("link", name="记一笔").click()
    page.locator("label.choice", has=page.locator("input[name=reached][value=yes]")).click()
    page.locator("textarea[name=content]").fill("没有脚本也能记")
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile("/today/$"))
    assert Interaction.objects.get(customer=due).content == "没有脚本也能记"
    page.goto("/customers/")
    page.locator("select[name=due]").select_option("today")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(re.compile("due=today"))
    page.goto("/search/?q=czy")
    expect(page.locator("tbody")).to_contain_text("陈志远")


def test_a_number_that_is_taken_is_told_while_typing(cast, due, make_customer, visit):
    make_customer(cast.zhao, name="别人的客户", phone="13912349999")
    page = visit(cast.lin, DESKTOP)
    page.goto("/customers/")
    page.get_by_role("link", name="新客户").first.click()
    sheet = page.locator("dialog#sheet")
    sheet.locator("input[name=phone]").fill("139 1234 0001")
    expect(sheet.get_by_role("link", name="陈志远")).to_be_visible()
    sheet.locator("input[name=phone]").fill("13912349999")
    expect(sheet.locator("[data-lookup-target=found] button")).to_be_visible()
    expect(sheet).not_to_contain_text("别人的客户")
    sheet.locator("input[name=name]").fill("李四")
    sheet.locator("[data-lookup-target=found] button").click()
    expect(page.locator("#toasts")).not_to_be_empty()
    assert Customer.objects.get(name="别人的客户").collisions.get().claimant == cast.lin
