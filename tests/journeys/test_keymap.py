"""The map in a browser: boxes are dragged and nudged, the places stay, the plan stands in Today."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP
from tests.key_accounts.accounts import line, organisation, seed_map

from guanxi.key_accounts.models import MapLayout, PlannedStep


@pytest.fixture
def account(cast, act, make_customer):
    card = organisation(make_customer, cast.lin)
    people = seed_map(act(cast.lin), card)
    line(act(cast.lin), card, people["系统经理"], people["总监"], "0.7", note="同乡")
    return card, people


def test_boxes_are_dragged_and_stay(cast, account, visit):
    card, people = account
    page = visit(cast.lin, DESKTOP)
    page.goto(f"/key-accounts/{card.pk}/")
    box = page.locator(f'[data-person="{people["系统经理"].pk}"]')
    before = int(box.get_attribute("data-x") or 0)
    place = box.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 60, place["y"] + 10)
    page.mouse.down()
    page.mouse.move(place["x"] + 140, place["y"] + 70, steps=6)
    with page.expect_response("**/layout/"):
        page.mouse.up()
    expect(box).not_to_have_attribute("data-x", str(before))
    expect(page).to_have_url(f"{page.url}")
    layout = MapLayout.objects.get(customer=card)
    assert layout.places[str(people["系统经理"].pk)][0] > before
    moved = layout.places[str(people["系统经理"].pk)][0]
    box.locator("a").focus()
    with page.expect_response("**/layout/"):
        page.keyboard.press("Alt+ArrowRight")
    page.reload()
    expect(box).to_have_attribute("data-x", str(moved + 14))
    page.get_by_role("button", name="撤销移动").click()
    expect(box).to_have_attribute("data-x", str(moved))


def test_asking_to_be_introduced_stands_in_today(cast, account, visit):
    card, _people = account
    page = visit(cast.lin, DESKTOP)
    page.goto(f"/key-accounts/{card.pk}/")
    page.get_by_role("link", name="请系统经理帮忙").click()
    sheet = page.locator("dialog[open]")
    sheet.get_by_label("完成日期").fill(cast.store.local_date(timezone.now()).isoformat())
    sheet.get_by_role("button", name="保存").click()
    expect(page.locator("#plan")).to_contain_text("请其引见总监")
    step = PlannedStep.objects.get()
    assert step.person_id is not None and step.task is not None
    page.goto("/today/")
    expect(page.locator("main")).to_contain_text("系统经理：请其引见总监")
