"""A whole day in four roles: the party of the morning is the instruction of the evening (R-PRM-01)."""

from playwright.sync_api import expect
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.test_reception import choose

from guanxi.cadence.models import Task
from guanxi.customers.models import Customer
from guanxi.performance.models import DailyReport
from guanxi.prospecting.models import RegisterDay, Visit


def test_from_the_first_party_to_the_evening_meeting(cast, make_customer, visit):
    """Han receives, Lin fills the row and reports, Chen instructs and reviews, Han signs, Ma reads the month."""
    desk = visit(cast.desk, PHONE)
    desk.goto("/reception/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="登记来店").click()
    row = Visit.objects.get()
    assert row.consultant == cast.lin
    # Opened months ago and late by now; before the arrival it would have passed Lin's turn on.
    hot = make_customer(cast.lin, name="周启明", level="A", evidence={"TERMS"})

    lin = visit(cast.lin, PHONE)
    lin.goto("/today/")
    lin.locator(f"a[href^='/visits/{row.pk}/']").first.click()
    sheet = lin.locator("dialog#sheet")
    sheet.locator("input[name=name]").fill("陈志远")
    sheet.locator("input[name=phone]").fill("139 1234 0001")
    choose(lin, "level_first", "C")
    sheet.locator("textarea[name=course]").fill("看了后排空间，下周带家人来")
    with lin.expect_navigation():
        sheet.get_by_role("button", name="保存").click()
    card = Customer.objects.get(name="陈志远")
    assert card.owner == cast.lin

    lin.goto("/daily-report/")
    expect(lin.locator("main")).to_contain_text("陈志远")
    lin.locator("textarea[name=remark]").fill("周六请主管陪谈")
    with lin.expect_navigation():
        lin.locator("main form[data-controller=draft] button.btn-primary").click()
    report = DailyReport.objects.get()
    assert report.is_submitted

    chen = visit(cast.chen, DESKTOP)
    chen.goto("/evening/")
    board = chen.locator(f"#board-{cast.lin.pk}")
    expect(board).to_contain_text("周启明")
    board.locator("summary").first.click()
    board.locator("input[name=words]").first.fill("周六上午我来陪谈，先把试驾车留好")
    with chen.expect_navigation():
        board.get_by_role("button", name="下达").first.click()
    chen.goto(f"/daily-reports/{cast.lin.pk}/{report.on.isoformat()}/")
    expect(chen.locator("main")).to_contain_text("周六请主管陪谈")
    with chen.expect_navigation():
        chen.get_by_role("button", name="已批阅").first.click()
    report.refresh_from_db()
    assert report.state == DailyReport.State.REVIEWED

    lin.goto("/today/?day=tomorrow")
    expect(lin.locator("main")).to_contain_text("先把试驾车留好")
    assert Task.objects.open().filter(kind=Task.Kind.INSTRUCTION, customer=hot).count() == 1

    desk.goto("/reception/")
    with desk.expect_navigation():
        desk.locator("#inside .party").get_by_role("button", name="离店").click()
    desk.goto("/registers/")
    desk.get_by_role("link", name="签字并锁定").click()
    with desk.expect_navigation():
        desk.get_by_role("button", name="签字并锁定").click()
    day = RegisterDay.objects.get()
    assert day.locked_by == cast.desk

    ma = visit(cast.ma, DESKTOP)
    ma.goto("/month/")
    expect(ma.locator("main")).to_contain_text("林晓")
    ma.goto(f"/month/?who={cast.lin.pk}")
    expect(ma.locator("main tbody")).to_contain_text("陈志远")
    expect(ma.locator("main tbody tr", has_text="陈志远").locator("td.day-C")).to_have_text("C")
