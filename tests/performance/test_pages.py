"""The pages of the reports: what they say, who acts on them, and that they ask the database as often for many rows."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cadence.desk import at, call, march
from tests.cast import MORNING

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.instructions import instruct
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss, decide_loss
from guanxi.organization.models import User
from guanxi.performance.models import DailyReport, MonthComment, Target, TargetMeasure
from guanxi.performance.operations.daily_reports import submit_report
from guanxi.performance.operations.targets import set_targets
from guanxi.performance.queries.rates import own_rates
from guanxi.performance.queries.targets import sheet_of
from guanxi.performance.rules.backward import Rate
from guanxi.performance.views import backward

EVENING = at(2, 18)


@pytest.fixture(autouse=True)
def _evening(request):
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
        User.objects.update(joined_at=at(5, month=1))
    with time_machine.travel(EVENING, tick=False):
        yield


def grow(cast, act, make_customer, count):
    """``count`` more of everything the reports list, all of today."""
    for _ in range(count):
        hot = make_customer(cast.lin, level="A", evidence={"TERMS"}, at=at(1))
        record_contact(act(cast.lin, at(2, 11)), call(hot, at=at(2, 11)))
        instruct(act(cast.chen, at(2, 12)), hot.pk, "送脚垫")
        moved = make_customer(cast.lin, level="C", at=at(1))
        ticks = frozenset({"TERMS"})
        record_contact(act(cast.lin, at(2, 13)), call(moved, at=at(2, 13), level="A", evidence=ticks))
        lost = make_customer(cast.lin, level="C", at=at(1))
        report = apply_for_loss(act(cast.lin, MORNING), lost.pk, LossDraft("PLAN_CANCELLED", "FINANCE"))
        decide_loss(act(cast.chen, at(2, 14)), report.pk, approve=True, called_back=True, note="属实")
        late = make_customer(cast.lin, level="A", evidence={"TERMS"}, at=at(10, month=2))
        Task.objects.open().filter(customer=late).update(due_on=march(1))
        cells = {("USER", cast.lin.pk, "ORDERS"): Decimal(Target.objects.count() + 1)}
        set_targets(act(cast.ma, at(2, 15)), march(1), cells)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("lin", "/daily-report/"), ("ma", "/daily-reports/"), ("chen", "/daily-reports/{lin}/2026-03-02/"),
        ("ma", "/evening/"), ("auditor", "/evening/"), ("ma", "/losses/analysis/"), ("lin", "/losses/analysis/"),
        ("ma", "/targets/"), ("lin", "/targets/"), ("ma", "/targets/set/"), ("ma", "/targets/backward/"),
        ("ma", "/effectiveness/"), ("lin", "/effectiveness/"),
    ],
)  # fmt: skip
def test_three_times_the_rows_take_no_more_queries(cast, act, make_customer, client_for, who, path):
    client = client_for(cast.users[who])
    url = path.format(lin=cast.lin.pk)
    grow(cast, act, make_customer, 2)
    client.get(url)
    counted = []
    for more in (0, 4):
        grow(cast, act, make_customer, more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1], [query["sql"][:200] for query in queries]


def test_r_day_03_the_day_of_a_report(cast, act, make_customer, client_for):
    """Lin sends, takes back and sends again; Chen comments; Lin reads it."""
    grow(cast, act, make_customer, 1)
    lin, chen = client_for(cast.lin), client_for(cast.chen)
    page = lin.get("/daily-report/").content.decode()
    assert "提交日报" in page and "聊了配置和价格" in page
    sent = {"on": "2026-03-02", "version": "0", "remark": "需要价格支持"}
    assert lin.post("/daily-report/", sent).status_code == 303
    report = DailyReport.objects.get()
    lin.post(f"/daily-report/{report.pk}/return/")
    assert lin.post("/daily-report/", sent | {"version": "2"}).status_code == 303
    assert lin.post("/daily-report/", sent | {"version": "3"}).status_code == 422
    address = f"/daily-reports/{cast.lin.pk}/2026-03-02/"
    assert "需要价格支持" in chen.get(address).content.decode()
    answer = chen.post(
        f"/daily-report/{report.pk}/review/", {"version": "3", "note": "明早谈", "answer": "done"}
    )
    assert answer.status_code == 303
    assert "明早谈" in lin.get("/daily-report/").content.decode()
    assert chen.post(f"/daily-report/{report.pk}/review/", {"version": "3", "note": "x"}).status_code == 422


def test_a_day_to_come_and_what_is_no_day_are_absent(cast, client_for):
    for path in ("/daily-report/?on=2026-03-03", "/daily-reports/?on=2026-13-01", "/evening/?on=2026-03-03"):
        assert client_for(cast.chen).get(path).status_code in (302, 404)
    assert client_for(cast.lin).get("/daily-report/?on=2026-03-03").status_code == 404
    assert client_for(cast.ma).get("/losses/analysis/?month=2026-04").status_code == 404
    assert client_for(cast.chen).get(f"/losses/analysis/?who={cast.wu.pk}").status_code == 404


def test_r_day_03_the_evening_meeting_and_tomorrows_today(cast, act, make_customer, client_for):
    grow(cast, act, make_customer, 1)
    wus = make_customer(cast.wu, name="吴的客户", level="A", evidence={"TERMS"}, at=at(1))
    record_contact(act(cast.wu, at(2, 11)), call(wus, at=at(2, 11)))
    submit_report(act(cast.lin, EVENING), march(2))
    chen = client_for(cast.chen)
    page = chen.get("/evening/").content.decode()
    assert all(words in page for words in ("林晓", "赵磊", "已提交", "陈静", "送脚垫", "当天未联系"))
    assert "吴的客户" not in page and "吴的客户" in client_for(cast.ma).get("/evening/").content.decode()
    card = Task.objects.filter(kind="INSTRUCT").get().customer
    chen.post(f"/evening/{card.pk}/instruction/", {"words": "请他太太来试驾"})
    with time_machine.travel(at(3, 9), tick=False):
        assert "陈静指示：请他太太来试驾" in client_for(cast.lin).get("/today/").content.decode()
    task = Task.objects.open().get(kind="INSTRUCT")
    chen.post(f"/instructions/{task.pk}/return/")
    assert not Task.objects.open().filter(kind="INSTRUCT").exists()
    assert chen.post(f"/evening/{wus.pk}/instruction/", {"words": "x"}).status_code == 404


def test_r_day_05_leaders_are_told_what_is_missing(cast, act, make_customer, client_for):
    make_customer(cast.lin, at=at(1))
    with time_machine.travel(at(3, 9, 30), tick=False):
        assert "2 份日报未交" in client_for(cast.chen).get("/today/").content.decode()
    submit_report(act(cast.lin, EVENING), march(2))
    submit_report(act(cast.zhao, EVENING), march(2))
    with time_machine.travel(at(3, 9, 30), tick=False):
        assert "份日报未交" not in client_for(cast.chen).get("/today/").content.decode()


def test_r_team_03_the_manager_sets_shares_out_and_takes_back(cast, act, make_customer, client_for):
    make_customer(cast.lin, level="A", evidence={"TERMS"}, at=at(1))
    ma = client_for(cast.ma)
    sent = {"STORE-0-ORDERS": "30", "stamp": "0", "split": "ORDERS"}
    assert ma.post("/targets/set/?month=2026-03", sent).status_code == 303
    values = sheet_of(cast.store, march(1)).values
    # Half and a fifth are shared equally, the three tenths go to Lin, who has the one A: 16 + 7 + 7.
    assert [values["USER", person.pk, "ORDERS"] for person in (cast.lin, cast.zhao, cast.wu)] == [16, 7, 7]
    assert ma.post("/targets/set/?month=2026-03", sent).status_code == 422, "the grid was an old one"
    for bad in ("abc", "-1", "2.5", "1e99"):
        stamp = str(sheet_of(cast.store, march(1)).stamp)
        assert ma.post("/targets/set/", {"STORE-0-CARDS": bad, "stamp": stamp}).status_code == 422
    assert "16" in client_for(cast.lin).get("/targets/").content.decode()
    ma.post("/targets/undo/?month=2026-03")
    assert not Target.objects.exists()
    assert client_for(cast.chen).get("/targets/set/").status_code == 404


def test_r_tgt_01_a_gap_is_shown_in_words_and_noted(cast, act, client_for):
    set_targets(act(cast.ma, at(1)), march(1), {("USER", cast.lin.pk, "ORDERS"): Decimal(30)})
    chen = client_for(cast.chen)
    page = chen.get(f"/targets/?of=user-{cast.lin.pk}").content.decode()
    assert "落后" in page and "填写对策" in page
    url = f"/targets/measure/?month=2026-03&of=user-{cast.lin.pk}&metric=ORDERS"
    sent = {
        "version": "0",
        "cause": "客流少",
        "measure": "外展",
        "owner": cast.lin.pk,
        "due_on": "2026-03-20",
    }
    assert chen.post(url, sent).status_code == 303
    assert TargetMeasure.objects.get().owner == cast.lin
    assert "外展" in client_for(cast.lin).get("/targets/").content.decode()
    assert chen.get("/targets/measure/?month=2026-03&metric=ORDERS").status_code == 404


def test_r_team_01_g12_on_the_page(cast, client_for):
    asked = {
        "deliveries": 30, "carry_orders": 8, "work_days": 26, "delivery_rate": 85, "p_new": 20, "showroom_share": 70,
        "filing_rate": 70, "lead_card_rate": 35, "stock_H": 10, "stock_A": 20, "stock_B": 40, "stock_C": 0,
        "chance_H": 50, "chance_A": 25, "chance_B": 10, "chance_C": 3,
    }  # fmt: skip
    ma = client_for(cast.ma)
    answer = ma.get("/targets/backward/", asked)
    assert [step["needed"] for step in answer.context["steps"]] == [36, 28, 14, 14, 70, 49, 70, 21, 60]
    blocked = ma.get("/targets/backward/", asked | {"p_new": 0}).content.decode()
    assert "无法推算" in blocked and "新建卡成交率" in blocked
    assert ma.get("/targets/backward/", {"deliveries": "abc", "p_new": "-4"}).status_code == 200


def test_r_team_05_a_leader_comments_on_a_month(cast, client_for):
    chen = client_for(cast.chen)
    chen.post(f"/effectiveness/{cast.lin.pk}/comment/", {"month": "2026-03", "comment": "稳"})
    assert MonthComment.objects.get().comment == "稳"
    assert chen.post(f"/effectiveness/{cast.wu.pk}/comment/", {"comment": "x"}).status_code == 404
    page = client_for(cast.lin).get("/effectiveness/").content.decode()
    assert "稳" in page and "吴刚" not in page


def test_r_day_05_one_s_own_today_tells_what_is_owed(cast, act, client_for):
    lin = client_for(cast.lin)
    with time_machine.travel(at(3, 9, 30), tick=False):
        assert "/daily-report/?on=2026-03-02" in lin.get("/today/").content.decode()
    submit_report(act(cast.lin, EVENING), march(2))
    assert "已提交" in lin.get("/today/").content.decode()
    with time_machine.travel(at(3, 9, 30), tick=False):
        assert "/daily-report/?on=2026-03-02" not in lin.get("/today/").content.decode()


def test_r_team_02_a_rate_left_as_shown_is_the_exact_one(cast, client_for, monkeypatch):
    def a_third(store, month):
        third = Rate(Fraction(1, 3), 60, "OWN")
        own = own_rates(store, month)
        return replace(own, rates=own.rates | {"delivery_rate": third})

    monkeypatch.setattr(backward, "own_rates", a_third)
    ma = client_for(cast.ma)

    def pool(**asked):
        return ma.get("/targets/backward/", {"deliveries": 10} | asked).context["plan"].pool

    assert pool() == pool(delivery_rate="33.3") == 30
    assert pool(delivery_rate="33.30") == 30
    assert pool(delivery_rate="33.2") == 31


MONTHLY = ("/month/", "/targets/", "/targets/set/", "/targets/measure/", "/targets/backward/", "/effectiveness/",
           "/losses/analysis/", "/registers/statistics/")  # fmt: skip
DAILY = ("/daily-report/", "/daily-reports/", "/evening/", "/registers/")


@pytest.mark.parametrize(
    "month", ["0001-01", "1999-12", "2201-01", "9999-12", "2026-13", "2026-3", "x", "2026-W01"]
)
@pytest.mark.parametrize("path", MONTHLY)
def test_a_month_no_store_keeps_is_absent(cast, client_for, path, month):
    given = {"month": month, "of": f"user-{cast.lin.pk}", "metric": "ORDERS"}
    assert client_for(cast.ma).get(path, given).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2201-01-01", "9999-12-31", "2026-02-30", "x"])
@pytest.mark.parametrize("path", DAILY)
def test_a_day_no_store_keeps_is_absent(cast, client_for, path, day):
    user = cast.lin if path == "/daily-report/" else cast.ma
    assert client_for(user).get(path, {"on": day}).status_code == 404


@pytest.mark.parametrize("path", MONTHLY)
@pytest.mark.parametrize("month", ["2000-01", "2200-12"])
def test_the_first_and_the_last_month_are_no_accident(cast, client_for, path, month):
    given = {"month": month, "of": f"user-{cast.lin.pk}", "metric": "ORDERS"}
    assert client_for(cast.ma).get(path, given).status_code in (200, 404)


@pytest.mark.parametrize("path", DAILY)
@pytest.mark.parametrize("day", ["2000-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_are_no_accident(cast, client_for, path, day):
    user = cast.lin if path == "/daily-report/" else cast.ma
    assert client_for(user).get(path, {"on": day}).status_code in (200, 404)
