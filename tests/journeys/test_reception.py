"""J2: the receptionist on a Saturday: party after party with one thumb, and with the keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE

from guanxi.customers.models import Customer
from guanxi.prospecting.models import RegisterDay, Visit


def choose(page, name, value):
    page.locator("label.choice", has=page.locator(f"input[name={name}][value='{value}']")).first.click()


def test_a_rush_with_one_thumb(cast, visit):
    """Two taps a party: how many, and that they are here. The turn passes on by itself."""
    page = visit(cast.desk, PHONE)
    page.goto("/")
    for size in (3, 1, 2):
        choose(page, "party_size", size)
        with page.expect_navigation():
            page.get_by_role("button", name="登记来店").click()
    received = Visit.objects.order_by("pk")
    assert [row.party_size for row in received] == [3, 1, 2]
    assert [row.consultant for row in received] == [cast.lin, cast.zhao, cast.wu], "each its own consultant"
    expect(page.locator("#inside .party")).to_have_count(3)
    button = page.get_by_role("button", name="登记来店").bounding_box()
    assert button and button["y"] + button["height"] <= PHONE["height"] and button["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_hand_over_departure_and_the_lock_of_the_day(cast, visit):
    page = visit(cast.desk, PHONE)
    page.goto("/reception/")
    with page.expect_navigation():
        page.get_by_role("button", name="登记来店").click()
    party = page.locator("#inside .party")
    party.get_by_role("link", name="换人").click()
    sheet = page.locator("dialog#sheet")
    sheet.locator("label.choice", has_text="赵磊").click()
    with page.expect_navigation():
        sheet.get_by_role("button", name="换人").click()
    expect(party).to_contain_text("赵磊")
    page.goto("/registers/")
    page.get_by_role("link", name="签字并锁定").click()
    sheet = page.locator("dialog#sheet")
    expect(sheet).to_contain_text("先登记离店")
    expect(sheet.get_by_role("button", name="签字并锁定")).to_have_count(0)
    page.goto("/reception/")
    with page.expect_navigation():
        page.locator("#inside .party").get_by_role("button", name="离店").click()
    expect(page.locator("#owed")).to_contain_text("赵磊")
    page.goto("/registers/")
    page.get_by_role("link", name="签字并锁定").click()
    expect(sheet).to_contain_text("赵磊")
    with page.expect_navigation():
        sheet.get_by_role("button", name="签字并锁定").click()
    expect(page.locator("#signatures")).to_contain_text("已锁定")
    assert RegisterDay.objects.get().locked_by == cast.desk


def test_the_keyboard_alone_receives_a_party(cast, visit):
    page = visit(cast.desk, DESKTOP)
    page.goto("/reception/")
    page.locator("input[name=party_size]:checked").focus()
    page.keyboard.press("4")
    page.locator(".arrival-form button.btn-primary").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Visit.objects.get().party_size == 4


def test_from_arrival_to_card_between_front_desk_and_consultant(cast, visit):
    """The front desk writes one line; the consultant fills it on the phone and has a customer."""
    desk = visit(cast.desk, PHONE)
    desk.goto("/reception/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="登记来店").click()
    page = visit(cast.lin, PHONE)
    page.goto("/registers/")
    page.locator("tbody a.text-link").first.click()
    sheet = page.locator("dialog#sheet")
    sheet.locator("input[name=name]").fill("陈志远")
    sheet.locator("input[name=phone]").fill("139 1234 0001")
    choose(page, "level_first", "C")
    sheet.locator("textarea[name=course]").fill("看了后排空间，下周带家人来")
    with page.expect_navigation():
        sheet.get_by_role("button", name="保存").click()
    row = Visit.objects.get()
    assert (row.visit_type, row.customer) == ("FIRST_FILED", Customer.objects.get())
    expect(page.locator("tbody")).to_contain_text("139****0001")


@pytest.mark.parametrize("who", ["desk", "ma"])
def test_without_scripts_the_rush_goes_on(cast, visit, who):
    page = visit(cast.users[who], DESKTOP, java_script_enabled=False)
    page.goto("/reception/")
    choose(page, "party_size", 2)
    page.get_by_role("button", name="登记来店").click()
    expect(page.locator("#inside .party")).to_have_count(1)
    Visit.objects.update(arrived_at=timezone.now() - timedelta(minutes=50))
    page.locator("#inside .party").get_by_role("button", name="离店").click()
    expect(page.locator("#owed .party")).to_have_count(1)
