"""A key account from a cold name to a won bid: every rating stands on evidence (handbook 8 and 9, pack b2b)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.hands import (
    choose,
    figures,
    fill,
    mark,
    move,
    open_marks,
    person,
    press,
    sheet,
    warns,
)
from tests.journeys.test_pages import SIDEWAYS, barriers
from tests.paper.test_pdf import read

from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.key_accounts.models import MARKS, KeyPerson, MarkChange
from guanxi.pipeline.models import BidTask, Opportunity

CHART = """姓名,职务,部门,上级
郑国强,总经理,总经办,
许明远,副总经理,总经办,郑国强
何志刚,技术经理,技术部,许明远
陈素琴,采购经理,采购部,许明远
吴建军,班长,生产部,何志刚
"""


@pytest.fixture
def today(cast):
    """The store sells to organisations; the day is the store's."""
    cast.store.pack = "b2b"
    cast.store.save()
    return cast.store.local_date(timezone.now())


def test_from_a_cold_name_to_a_won_bid(cast, today, visit, tmp_path):
    """Lin finds out who decides and is led there, Ma reports the tender item, Shen approves it, Lin wins."""
    lin = visit(cast.lin, DESKTOP, bypass_csp=True)
    card = name_becomes_account(lin)
    account = f"/key-accounts/{card.pk}/"
    import_chart(lin, account)
    opportunity = open_opportunity(lin, card, today)
    assess_people(lin, account, opportunity, today)
    relate(lin, account)
    reach_the_approver(lin, visit(cast.lin, PHONE, bypass_csp=True), account, today)
    answer_the_alerts(lin, account)
    qualify(lin, opportunity, today)
    approve_the_tender_item(visit(cast.ma, DESKTOP), visit(cast.legal, DESKTOP), opportunity)
    win(lin, opportunity, card)
    look_and_print(lin, account, card, tmp_path)
    everything_is_evidenced()


def name_becomes_account(page: Page) -> Customer:
    """A name and a number; then the right to decide, and a card of the organisation."""
    page.goto("/names/")
    page.get_by_role("link", name="记名单").first.click()
    fill(page, name_1="何志刚", phone_1="139 5740 0001")
    page.goto("/names/?view=qualify")
    page.get_by_role("link", name="何志刚").click()
    page.get_by_role("link", name="编辑").click()
    choose(sheet(page), "conditions", "DECIDES")
    fill(page, situation="甬锐模具技术经理，展会上换过名片")
    page.get_by_role("link", name="建卡").click()
    choose(sheet(page), "level", "C")
    fill(page, "建卡", org_name="宁波甬锐模具有限公司")
    page.get_by_role("link", name="关键人图").click()
    expect(page.locator("h1").first).to_contain_text("宁波甬锐模具有限公司")
    return Customer.objects.get()


def import_chart(page: Page, account: str) -> None:
    page.goto(account)
    page.get_by_role("link", name="导入组织架构").click()
    file = {"name": "组织架构.csv", "mimeType": "text/csv", "buffer": CHART.encode()}
    page.locator("input[type=file]").set_input_files(file)
    press(page, "读取文件")
    press(page, "写入 5 行")
    expect(page.locator("#people tbody tr")).to_have_count(5)
    warns(page, "还不知道谁批准", "还不知道谁决策", "没有内线")
    figures(page, "—", met="0.0%", deciders="—")


def everything_is_evidenced() -> None:
    """Every mark that stands on the map came with words of what shows it."""
    for row in KeyPerson.objects.all():
        standing = {name for name in MARKS if getattr(row, name) not in ("", None, "0")}
        shown = MarkChange.objects.filter(person_id=row.pk).exclude(evidence="")
        assert standing == set(shown.values_list("mark", flat=True)), row.contact.name


def open_opportunity(page: Page, card: Customer, today) -> str:
    page.goto(f"/customers/{card.pk}/")
    page.locator("section, article, .card", has_text="商机").last.get_by_role("link", name="添加").click()
    fill(
        page, "新建商机", title="二期注塑机改造", amount="1280000",
        expected_close_on=(today + timedelta(days=45)).isoformat(),
    )  # fmt: skip
    return f"/opportunities/{Opportunity.objects.get().pk}/"


def assess_people(page: Page, account: str, opportunity: str, today) -> None:
    """Who decides, how they are, where they stand; the proposal is not passed before A and D are known (R-KEY-02)."""
    first = {"role": "E", "style": "A", "attitude": "=", "degree": "1"}
    mark(page, account, "何志刚", "", "没有证据的标记只是看法", **first)
    fill(page, evidence="3 月技术交流会，他主持并问了精度")
    mark(page, account, "陈素琴", "何志刚说她只认老供应商", role="E", style="K", attitude="−")
    mark(page, account, "吴建军", "车间里他带我看了旧设备", role="U", style="E", attitude="+", degree="N")
    warns(page, "还不知道谁批准", "还不知道谁决策", "反对我们却从未接触：陈素琴", "没有内线")
    for stage in ("DISCOVERY", "PROPOSAL"):
        move(page, opportunity, stage, evidence=f"客户来函 {stage}")
    missing = "进入“商务谈判”之前，关键人图上要先有批准者（A）和决策者（D）"
    move(page, opportunity, "NEGOTIATION", "报价已收下", missing)
    mark(page, account, "郑国强", "采购制度写明百万以上由他签批", role="A", style="D", attitude="=")
    mark(page, account, "许明远", "评审会由他拍板，见过一次", role="D", style="D", attitude="=", degree="1")
    warns(page, "批准者从未接触：郑国强", "反对我们却从未接触：陈素琴", "没有内线")
    # E −1·2 + U 1·1 = −1 of 4+4+2+2+1 = 13: a bad word counts in full.
    figures(page, "−0.08", met="60.0%", deciders="0.0%")


def relate(page: Page, account: str) -> None:
    """Two circles with an inner core, an informal line, and who of us knows whom."""
    for name, who in (("技术圈", "何志刚"), ("总经办", "许明远")):
        page.goto(account)
        page.get_by_role("link", name="政治圈").click()
        fill(page, name=name)
        open_marks(page, account, who)
        sheet(page).locator("select[name=circle]").select_option(label=name)
        sheet(page).locator("input[name=is_core]").check()
        fill(page)
    page.get_by_role("link", name="画连线").click()
    sheet(page).locator("select[name=source]").select_option(label="何志刚 · 技术部 技术经理")
    sheet(page).locator("select[name=target]").select_option(label="郑国强 · 总经办 总经理")
    fill(page, strength="0.8", note="同乡")
    expect(page.locator("#drawing")).to_contain_text("技术圈")
    expect(page.locator("#relations")).to_contain_text("同乡")
    person(page, account, "何志刚")
    page.get_by_role("link", name="添加").click()
    sheet(page).locator("select[name=current]").select_option("3")
    fill(page, evidence="一起做完样机测试，手机号私下给了我")
    expect(page.locator("main")).to_contain_text("样机测试")


def reach_the_approver(page: Page, phone: Page, account: str, today) -> None:
    """The way is shown with its odds, planned, found in Today on the phone, and taken."""
    page.goto(account)
    page.locator("#map-to").select_option(label="郑国强 总经理")
    page.locator(".keymap-to").get_by_role("button", name="查看").click()
    expect(page.locator(".way")).to_have_text(re.compile(r"林晓\s*→\s*何志刚\s*→\s*郑国强"))
    # Lin is trusted (0.7) by him, and his word reaches a fellow townsman with 0.8.
    expect(page.locator("main aside")).to_contain_text("成功可能 56%")
    page.get_by_role("link", name="请何志刚帮忙").click()
    fill(page, due_on=today.isoformat(), answer_to_rival="海泰机械也在约他")
    phone.goto("/today/")
    expect(phone.locator("main")).to_contain_text("何志刚：请其引见郑国强")
    assert phone.evaluate(SIDEWAYS) <= 0
    assert barriers(phone) == []
    page.goto(account)
    page.locator("#plan").get_by_role("link", name="完成").click()
    fill(page, result="周三由他带着见了郑总半小时")
    expect(page.locator("#plan")).to_contain_text("周三由他带着见了郑总半小时")
    phone.goto("/today/")
    expect(phone.locator("main")).not_to_contain_text("请其引见郑国强")


def answer_the_alerts(page: Page, account: str) -> None:
    """Each answer takes one warning away; an attitude never jumps two places (R-KEY-03)."""
    mark(page, account, "郑国强", "周三由何志刚引见，谈了半小时", degree="1")
    warns(page, "反对我们却从未接触：陈素琴", "没有内线")
    mark(page, account, "陈素琴", "她来电问付款条件", degree="1")
    warns(page, "没有内线")
    mark(page, account, "陈素琴", "样品验收她签了字", "一次只走一步，不能从 − 到 +", attitude="+")
    choose(sheet(page), "attitude", "=")
    fill(page, evidence="样品验收她签了字")
    mark(page, account, "何志刚", "会上替我们解释方案", attitude="+", degree="N")
    mark(page, account, "何志刚", "把评分表草稿发来征求意见", attitude="*", influence="2")
    warns(page, "只有一个内线：何志刚")
    mark(page, account, "吴建军", "主动报来对手进厂的日期", attitude="*", influence="3")
    warns(page)
    mark(page, account, "许明远", "请我们到他办公室谈交期", attitude="+", degree="N")
    # D 4·1 + E 2·2 + U 1·2 = 10 of 4+4+2+2+1 = 13.
    figures(page, "+0.77", met="100.0%", deciders="50.0%", core="100.0%")
    assert barriers(page) == []


def qualify(page: Page, opportunity: str, today) -> None:
    """Burning issue, unique value and the four questions; a rival; the large-account stage."""
    page.goto(opportunity)
    page.get_by_role("link", name="评定").click()
    day = (today + timedelta(days=60)).isoformat()
    for name, who in (("personal", "许明远"), ("time_limited", "何志刚")):
        page.locator(f"[name=bi__{name}__yes]").select_option("yes")
        page.locator(f"[name=bi__{name}__who]").fill(who)
        page.locator(f"[name=bi__{name}__by]").fill(day)
    for name, score in (
        ("result", "2"),
        ("measure", "2"),
        ("deadline", "2"),
        ("chain", "1"),
        ("unique", "1"),
    ):
        page.locator(f"[name=ucv__{name}__score]").select_option(score)
        page.locator(f"[name=ucv__{name}__text]").fill("单件能耗降 18%，按电表读数")
    for select in page.locator("[name^=four__]").all():
        select.select_option("+")
    press(page, "保存")
    expect(page.locator("main")).to_contain_text("8/10")
    expect(page.locator("main")).to_contain_text("+ 16/16")
    expect(page.locator("main")).to_contain_text("值得跟进")
    page.locator("aside").get_by_role("link", name="添加", exact=True).first.click()
    choose(sheet(page), "threat", "3")
    sheet(page).locator("select[name=strategy]").select_option("FLANK")
    fill(page, name="海泰机械", note="从服务和能耗绕开它的价格")
    page.get_by_role("link", name="编辑").click()
    page.locator("select[name=process]").select_option("3")
    press(page, "保存")
    expect(page.locator("main")).to_contain_text("海泰机械")
    page.locator("a[href$='bid/SHORTLIST/']").click()
    fill(page, "上报", evidence="入围通知 2026-117 号")
    assert barriers(page) == []


def approve_the_tender_item(ma: Page, legal: Page, opportunity: str) -> None:
    """R-PRM-11: the manager reports it, it waits, the legal role approves it with a word."""
    ma.goto(opportunity)
    ma.locator("a[href$='bid/TERMS/']").click()
    fill(ma, "上报", evidence="能耗按国标测试，不指定品牌")
    expect(ma.locator("main")).to_contain_text("待法务批准")
    legal.goto("/")
    legal.get_by_role("link", name="招标事项").first.click()
    legal.locator("input[name=note]").fill("条款中立，三家以上可满足")
    press(legal, "批准")
    assert BidTask.objects.get(code="TERMS").state == BidTask.State.DONE
    ma.reload()
    expect(ma.locator("main")).to_contain_text("条款中立，三家以上可满足")


def win(page: Page, opportunity: str, card: Customer) -> None:
    """R-OPP-01 again, then the contract: the ledger, the orders and the customer's page say so."""
    move(page, opportunity, "NEGOTIATION", "", "往前推进要有证据")
    sheet(page).locator("[name=file]").set_input_files(
        {"name": "中标通知.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}
    )
    fill(page)
    expect(page.locator("main")).to_contain_text("中标通知.pdf")
    page.get_by_role("link", name="赢单").click()
    fill(page, "确认赢单", order_no="HT-2026-018", finished="合同双方盖章", evidence="合同原件已归档")
    expect(page.locator("main")).to_contain_text("HT-2026-018")
    assert (Deal.objects.get().customer, Deal.objects.get().amount) == (card, 1280000)
    page.goto("/orders/")
    page.get_by_role("link", name="成交台账").click()
    sold = page.locator("tbody tr")
    expect(sold).to_contain_text("HT-2026-018")
    expect(sold).to_contain_text("¥1,280,000")
    sold.get_by_role("link", name="宁波甬锐模具有限公司").click()
    won = page.locator("section", has_text="商机").filter(has_text="赢单")
    expect(won).to_contain_text("HT-2026-018")


def look_and_print(page: Page, account: str, card: Customer, path) -> None:
    page.goto(f"{account}review/")
    expect(page.locator(".figures")).to_contain_text("+0.77")
    assert barriers(page) == []
    for form, where, words in (
        ("F-KEY-1", account, ("陈素琴", "+0.77")),
        ("F-KEY-2", f"{account}review/", ("见到郑国强", "海泰机械也在约他")),
    ):
        page.goto(where)
        link = page.get_by_role("link", name=form).get_attribute("href")
        text = read(page.request.get(link).body(), "pdftotext", path)
        assert all(word in text for word in words), form
