"""From the value page to ten calls in Today: chosen by the manager, worked by the consultant, the rest taken back."""

from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import expect
from tests.insights.ledger import UNTIL, make_cards, sell
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.hands import choose, press, sheet

from guanxi.cadence.models import Task
from guanxi.insights.operations.value_runs import make_run


def test_ten_calls_from_the_value_page_stand_in_today_and_are_taken_back(cast, act, visit):
    for card in make_cards(cast.store, [cast.lin], 12):
        for days in (125, 95, 65):
            sell(card, UNTIL - timedelta(days=days), Decimal(100))
    make_run(act(None, store=cast.store), UNTIL)
    manager = visit(cast.ma, DESKTOP)
    manager.goto("/insights/value/")
    manager.get_by_role("link", name="挑选电话名单").click()
    expect(manager.locator("input[name=customer]:checked")).to_have_count(10)
    press(manager, "放进今日")
    expect(manager.locator(".worth-round")).to_contain_text("10 个")
    assert Task.objects.open().filter(item="VALUE", owner=cast.lin).count() == 10

    seller = visit(cast.lin, PHONE)
    seller.goto("/today/")
    item = seller.locator(".work-item").first
    expect(item).to_contain_text("买过 3 次")
    item.get_by_role("link", name="记一笔").click()
    choose(sheet(seller), "reached", "yes")
    sheet(seller).locator("[name=content]").fill("车开得好，下月来保养")
    sheet(seller).get_by_role("button", name="保存").click()
    expect(seller.locator("#toasts")).to_contain_text("已保存")

    manager.goto("/insights/value/calls/")
    expect(manager.locator(".worth-round")).to_contain_text("林晓 今天 联系上了")
    press(manager, "全部撤回")
    assert not Task.objects.open().filter(item="VALUE").exists()
