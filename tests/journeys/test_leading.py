"""J3 in short: the manager in the evening; and what every page offers from the keyboard and in two languages."""

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE

from guanxi.cadence.models import LossReport
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.customers.models import Customer


def test_the_manager_sees_who_is_behind_and_decides_a_loss(cast, act, make_customer, visit):
    for owner in (cast.lin, cast.lin, cast.zhao):
        make_customer(owner, level="B")
    lost = make_customer(cast.lin, name="孙不买", level="H", evidence={"MODEL_COLOUR"})
    apply_for_loss(act(cast.lin), lost.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
    page = visit(cast.ma, DESKTOP)
    page.goto("/")
    first = page.locator("main tbody tr").first
    expect(first).to_contain_text("林晓")
    first.get_by_role("link", name="林晓").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.go_back()
    decision = page.locator("#losses .decision")
    expect(decision).to_contain_text("孙不买")
    decision.locator("input[name=called_back]").check()
    decision.locator("input[name=note]").fill("回访确认，今年不换车")
    decision.locator("button[name=answer][value=yes]").click()
    expect(page.locator("#losses")).to_have_count(0)
    assert LossReport.objects.get().decided_by == cast.ma
    assert Customer.objects.get(pk=lost.pk).level == "F2"


def test_keys_and_language(cast, make_customer, visit):
    card = make_customer(cast.lin, name="张三丰")
    page = visit(cast.lin, DESKTOP)
    page.goto("/today/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("zsf")
    page.locator("#search-results a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/customers/{card.pk}/$"))
    page.keyboard.press("r")
    expect(page.locator("dialog#sheet form.record-form")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("dialog#sheet input[name=phone]")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".top summary.avatar").click()
    page.locator(".top .drop-body").get_by_text("English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".side-nav").first).to_contain_text("Customers")
    assert page.url.endswith(f"/customers/{card.pk}/")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_record_button_knows_the_customer_in_view(cast, make_customer, visit, size):
    card = make_customer(cast.lin, name="张三丰")
    page = visit(cast.lin, size)
    page.goto(f"/customers/{card.pk}/")
    if size is PHONE:
        page.locator(".bottom summary.plus").click()
        page.locator(".bottom .drop-up a.quick").first.click()
    else:
        page.locator(".top .btn-primary").click()
    expect(page.locator("dialog#sheet form.record-form")).to_contain_text("张三丰")
