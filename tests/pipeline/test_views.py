"""The pages of opportunities: what they say, what they take and what they refuse."""

from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import MORNING
from tests.pipeline.desk import CANCELLED, SEEN, TODAY, in_days, lost, mapped, moved, opened, stored, won

from guanxi.catalogue.models import Product
from guanxi.deals.models import Deal
from guanxi.lib.quarters import quarter_of
from guanxi.pipeline.drafts import EvidenceDraft
from guanxi.pipeline.models import BidTask, EvidenceItem, Opportunity
from guanxi.pipeline.operations.endings import lose_opportunity
from guanxi.pipeline.operations.moves import add_evidence
from guanxi.pipeline.queries.experience import store_experience
from guanxi.pipeline.queries.forecasts import forecast_of

PDF = b"%PDF-1.7\n"


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def card(cast, make_customer):
    return mapped(make_customer(cast.lin, name="何工", kind="ORG", org_name="甬锐模具", level="B"))


@pytest.fixture
def row(cast, act, card):
    return opened(act(cast.lin), card)


@pytest.fixture
def lin(cast, client_for):
    return client_for(cast.lin)


def said(answer):
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.content.decode()


def test_the_board_has_a_column_for_each_stage_with_its_sums(cast, act, lin, card, row):
    opened(act(cast.lin), card, stage="PROPOSAL", amount=Decimal(1_000_000), title="班车")
    page = said(lin.get("/opportunities/"))
    assert page.count('class="board-column"') == 4
    assert "公务车五台" in page and "班车" in page and "甬锐模具" in page
    # 300,000 at 10 % and a million at 50 %.
    assert "¥130万" in page and "¥53万" in page
    assert f'data-move="/opportunities/{row.pk}/progress/"' in page


def test_what_is_given_up_is_expected_of_nobody(cast, act, lin, card, row):
    lose_opportunity(act(cast.lin), row.pk, version=row.version, draft=CANCELLED)
    opened(act(cast.lin), card, amount=Decimal(1_000_000), title="班车")
    page = said(lin.get("/opportunities/"))
    assert "¥130万" in page and "¥10万" in page
    assert forecast_of(
        Opportunity.objects.all(), cast.store.playbook.settings, store_experience(cast.store, TODAY),
        quarter_of(in_days(60)), None,
    ).count == 1  # fmt: skip


@pytest.mark.parametrize("line", [{"line_0": "0"}, {"quantity_0": "100000"}])
def test_a_product_line_that_cannot_be_is_refused(cast, lin, card, line):
    """An amount of 0 is no missing amount, and a list price times a hundred thousand is more than can be counted."""
    van = Product.objects.create(store=cast.store, name="商务车", list_price=Decimal(99_999_999))
    typed = {"title": "车队", "expected_close_on": in_days(9), "product_0": van.pk, "quantity_0": "1"}
    answer = lin.post(f"/customers/{card.pk}/opportunities/", typed | line)
    assert answer.status_code == 422
    assert not Opportunity.objects.exists()


def test_fifty_a_column_then_more(cast, act, lin, card, row):
    fields = {name: getattr(row, name) for name in (
        "customer_id", "store_id", "title", "amount", "stage", "stage_since", "probability", "expected_close_on",
        "opened_on", "created_at")}  # fmt: skip
    Opportunity.objects.bulk_create(Opportunity(**fields, number=f"X-{n}") for n in range(60))
    page = said(lin.get("/opportunities/"))
    assert page.count('class="board-card"') == 50
    assert "stage=QUALIFIED" in page and "还有 11" in page
    listed = said(lin.get("/opportunities/list/?stage=QUALIFIED"))
    assert listed.count("公务车五台") == 50
    after = listed.split("after=")[1].split('"')[0].replace("&amp;", "&")
    assert said(lin.get(f"/opportunities/list/?stage=QUALIFIED&after={after}")).count("公务车五台") == 11


def test_a_reader_sees_no_handles(cast, client_for, row):
    page = said(client_for(cast.auditor).get("/opportunities/"))
    assert "公务车五台" in page and "draggable" not in page


def test_the_list_finds_what_slipped_and_what_stands_still(cast, act, lin, card, row):
    slipped = opened(act(cast.lin), card, title="推迟的")
    Opportunity.objects.filter(pk=slipped.pk).update(expected_close_on=in_days(90))
    still = opened(act(cast.lin), card, title="停住的")
    Opportunity.objects.filter(pk=still.pk).update(stage_since=in_days(-15))
    late = opened(act(cast.lin), card, title="过期的")
    Opportunity.objects.filter(pk=late.pk).update(expected_close_on=in_days(-3))

    def found(query):
        page = said(lin.get(f"/opportunities/list/?{query}"))
        return {title for title in ("公务车五台", "推迟的", "停住的", "过期的") if title in page}

    assert found("watch=slipped") == {"推迟的", "过期的"}
    assert found("watch=stale") == {"停住的"}
    assert found(f"on={in_days(90)}") == {"推迟的"}
    assert found("state=won") == set()
    won(act(cast.lin), row)
    assert found("state=won") == {"公务车五台"}
    lost(act(cast.lin), act(cast.chen), still)
    assert found("state=lost") == {"停住的"}


@pytest.mark.parametrize("query", [
    "stage=WON", "state=x", "watch=x", "on=x", "after=x", "after=2026-01-01.x", "who=1x", "who=999999",
])  # fmt: skip
def test_filters_that_cannot_be_are_not_found(lin, query):
    assert lin.get(f"/opportunities/list/?{query}").status_code == 404


def test_the_calendar_shows_the_days_of_a_month(lin, row):
    page = said(lin.get(f"/opportunities/calendar/?month={in_days(60):%Y-%m}"))
    assert "公务车五台" in page and "¥30万" in page
    assert "公务车五台" not in said(lin.get("/opportunities/calendar/"))
    assert lin.get("/opportunities/calendar/?month=x").status_code == 404


def test_the_review_shows_the_four_answers(cast, act, lin, row):
    moved(act(cast.lin), row, "DISCOVERY")
    page = said(lin.get("/opportunities/reviews/"))
    for words in ("做完这一步", "客户来函确认立项", "约见总经理", "下周递方案"):
        assert words in page


def test_the_page_says_why_to_follow_or_drop(lin, row):
    page = said(lin.get(f"/opportunities/{row.pk}/"))
    assert "先问清楚" in page and "立项确认" in page


def test_moving_on_the_page(lin, row):
    url = f"/opportunities/{row.pk}/progress/"
    assert 'value="DISCOVERY" selected' in said(lin.get(f"{url}?to=DISCOVERY"))
    form = {"version": 1, "stage": "DISCOVERY", "finished": "预算批了", "evidence": "批复文号", "action": "调研",
            "expected_close_on": in_days(50).isoformat()}  # fmt: skip
    assert lin.post(url, form | {"evidence": ""}).status_code == 422
    assert lin.post(url, form | {"file": SimpleUploadedFile("批复.pdf", PDF)}).status_code == 303
    assert (stored(row).stage, stored(row).expected_close_on) == ("DISCOVERY", in_days(50))
    stale = lin.post(url, form | {"stage": "PROPOSAL"})
    assert stale.status_code == 409 and "批复文号" in stale.content.decode()


def test_a_file_is_only_ever_downloaded_by_who_may_see_it(cast, act, lin, client_for, row):
    name = '合同 "终稿".pdf'
    item = add_evidence(act(cast.lin), row.pk, [EvidenceDraft(file=SimpleUploadedFile(name, PDF))])[0]
    url = f"/opportunities/{row.pk}/evidence/{item.pk}/"
    answer = lin.get(url)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert client_for(cast.wu).get(url).status_code == 404
    other = opened(act(cast.lin), row.customer)
    assert lin.get(f"/opportunities/{other.pk}/evidence/{item.pk}/").status_code == 404


def test_opening_one_on_the_card_with_products(cast, lin, card):
    van = Product.objects.create(store=cast.store, name="商务车", list_price=Decimal(187_000))
    url = f"/customers/{card.pk}/opportunities/"
    form = {"title": "商务车 3 台", "stage": "QUALIFIED", "expected_close_on": in_days(40).isoformat(), "process": 0,
            "product_0": van.pk, "quantity_0": 3}  # fmt: skip
    assert lin.post(url, form | {"title": ""}).status_code == 422
    assert lin.post(url, form).status_code == 303
    row = Opportunity.objects.get()
    assert (row.amount, row.lines.get().quantity) == (561_000, 3)
    page = said(lin.get(f"/opportunities/{row.pk}/edit/"))
    assert "商务车 3 台" in page
    edited = form | {
        "version": 1,
        "title": "商务车 2 台",
        "quantity_0": 2,
        "line_0": "360000",
        "probability": 10,
    }
    assert lin.post(f"/opportunities/{row.pk}/edit/", edited).status_code == 303
    assert stored(row).amount == 360_000
    assert lin.post(f"/opportunities/{row.pk}/edit/", edited).status_code == 409


def test_assessing_on_the_page(lin, row):
    url = f"/opportunities/{row.pk}/assessment/"
    said(lin.get(url))
    form = {"version": 1, "bi__personal__yes": "yes", "bi__personal__who": "李总", "four__PROJECT": "+",
            "ucv__result__score": "2", "ucv__result__text": "油耗降 12%"}  # fmt: skip
    refused = lin.post(url, form | {"bi__personal__who": ""})
    assert refused.status_code == 422 and "油耗降 12%" in refused.content.decode()
    assert lin.post(url, form).status_code == 303
    assert stored(row).ucv["result"] == {"score": 2, "text": "油耗降 12%"}
    assert "李总" in said(lin.get(f"/opportunities/{row.pk}/"))


def test_rivals_time_and_evidence_on_the_page(lin, row):
    base = f"/opportunities/{row.pk}"
    assert lin.post(f"{base}/rivals/", {"name": "东风", "threat": 3, "strategy": "FLANK"}).status_code == 303
    rival = row.competitors.get()
    said(lin.get(f"{base}/rivals/{rival.pk}/"))
    gone = {"name": "东风", "threat": 1, "is_gone": "on", "version": 1}
    assert lin.post(f"{base}/rivals/{rival.pk}/", gone).status_code == 303
    assert lin.post(f"{base}/rivals/{rival.pk}/", gone).status_code == 409
    assert lin.post(f"{base}/time/", {"on": TODAY.isoformat(), "minutes": 60}).status_code == 303
    assert lin.post(f"{base}/time/", {"on": TODAY.isoformat()}).status_code == 422
    assert lin.post(f"{base}/evidence/", {"counter": "换了采购经理"}).status_code == 303
    assert EvidenceItem.objects.get().is_counter
    assert lin.post(f"{base}/evidence/", {}).status_code == 422
    page = said(lin.get(f"{base}/"))
    assert "东风" in page and "换了采购经理" in page and "¥100" in page


def test_winning_on_the_page(cast, act, lin, client_for, row):
    url = f"/opportunities/{row.pk}/win/"
    said(lin.get(url))
    form = {
        "version": 1,
        "order_no": "HT-9",
        "won_on": TODAY.isoformat(),
        "finished": "已签",
        "evidence": "合同扫描件",
    }
    assert lin.post(url, form | {"order_no": ""}).status_code == 422
    assert lin.post(url, form).status_code == 303
    page = said(lin.get(f"/opportunities/{row.pk}/"))
    assert "HT-9" in page and Deal.objects.count() == 1
    assert lin.get(url).status_code == 404
    undo = f"/opportunities/{row.pk}/win/undo/"
    said(lin.get(undo))
    assert lin.post(undo, {"version": 2, "reason": "合同作废"}).status_code == 303
    assert Deal.objects.count() == 2


def test_losing_and_opening_again_on_the_page(cast, act, lin, client_for, row):
    url = f"/opportunities/{row.pk}/loss/"
    said(lin.get(url))
    form = {
        "version": 1,
        "outcome": "COMPETITOR_BOUGHT",
        "reason": "PRICE",
        "second_reason": "BRAND",
        "competitor": "东风",
    }
    assert lin.post(url, form | {"competitor": ""}).status_code == 422
    assert lin.post(url, form).status_code == 303
    assert "公务车五台" in said(client_for(cast.chen).get("/today/?whose=team"))
    assert lin.post(f"{url}withdrawal/").status_code == 303
    assert stored(row).loss is None
    lost(act(cast.lin), act(cast.chen), row)
    again = f"/opportunities/{row.pk}/reopening/"
    said(lin.get(again))
    form = {"version": stored(row).version, "stage": "DISCOVERY", "expected_close_on": in_days(30).isoformat(),
            "reason": "重新招标"}  # fmt: skip
    assert lin.post(again, form).status_code == 303
    assert stored(row).cycle_no == 2


def test_r_prm_11_tender_items_on_the_page(cast, lin, client_for, row):
    Opportunity.objects.filter(pk=row.pk).update(process=3)
    assert "有利条款" not in said(lin.get(f"/opportunities/{row.pk}/"))
    assert lin.get(f"/opportunities/{row.pk}/bid/TERMS/").status_code == 404
    ma, legal = client_for(cast.ma), client_for(cast.legal)
    said(ma.get(f"/opportunities/{row.pk}/bid/TERMS/"))
    posted = {"version": 0, "evidence": "条款按国标写"}
    assert ma.post(f"/opportunities/{row.pk}/bid/TERMS/", posted).status_code == 303
    assert "条款按国标写" not in said(lin.get(f"/opportunities/{row.pk}/"))
    page = said(legal.get("/tender-items/"))
    assert "条款按国标写" in page and "甬锐模具" not in page
    task = BidTask.objects.get()
    decision = {"version": 1, "answer": "yes", "note": "中立"}
    assert legal.post(f"/tender-items/{task.pk}/decision/", decision).status_code == 303
    task.refresh_from_db()
    assert task.state == "DONE"
    assert legal.get("/").headers["Location"] == "/tender-items/"


def test_the_forecast_tells_what_it_rests_on(cast, act, client_for, card, row):
    ma = client_for(cast.ma)
    page = said(ma.get(f"/opportunities/forecast/?quarter={in_days(60).year}-2"))
    assert "样本不够" in page or "太少" in page
    assert "公务车五台" in page
    target = "/opportunities/forecast/2026/2/"
    assert ma.post(target, {"version": 0, "amount": "1000000"}).status_code == 303
    page = said(ma.get("/opportunities/forecast/?quarter=2026-2"))
    # 1,000,000 − 300,000 × 0.30 = 910,000; at 30 % that takes 3,033,333 more.
    assert "¥91万" in page and "¥303.3万" in page
    assert "¥91万" not in said(client_for(cast.lin).get("/opportunities/forecast/?quarter=2026-2"))
    for query in ("2026", "2026-5", "x-1", "1999-1"):
        assert ma.get(f"/opportunities/forecast/?quarter={query}").status_code == 404
    assert ma.get("/opportunities/forecast/2026/5/").status_code == 404


def test_what_moved_since_last_week(cast, act, client_for, card):
    with time_machine.travel(MORNING, tick=False):
        row = opened(act(cast.lin, MORNING.replace(day=1, month=2)), card, expected_close_on=in_days(60))
        moved(act(cast.lin), row, "DISCOVERY", evidence=SEEN)
        page = said(client_for(cast.ma).get("/opportunities/forecast/?quarter=2026-2"))
    assert "立项确认 → 需求调研" in page and "10 % → 25 %" in page


def test_a_product_without_a_price_cannot_be_quoted(cast, lin, card):
    """11.4: an amount for it has to be said."""
    van = Product.objects.create(store=cast.store, name="商务车")
    url = f"/customers/{card.pk}/opportunities/"
    form = {"title": "商务车 3 台", "stage": "QUALIFIED", "expected_close_on": in_days(40).isoformat(), "process": 0,
            "product_0": van.pk, "quantity_0": 3}  # fmt: skip
    refused = lin.post(url, form)
    assert refused.status_code == 422 and "商务车没有价格" in refused.content.decode()
    assert not Opportunity.objects.exists()
    assert lin.post(url, form | {"line_0": "540000"}).status_code == 303
    assert Opportunity.objects.get().amount == 540_000
