"""Rivals, time and money, the tasks of being shortlisted, the target of a quarter (8.6, R-OPP-05, R-PRM-11)."""

from datetime import date
from decimal import Decimal

import pytest
from tests.pipeline.desk import TODAY, in_days, opened

from guanxi.organization.models import RoleGrant
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.models import BidTask, Opportunity
from guanxi.pipeline.operations.bids import decide_bid_task, report_bid_task
from guanxi.pipeline.operations.opportunities import OpportunityRefused, edit_opportunity
from guanxi.pipeline.operations.rivals import save_competitor, spend_time
from guanxi.pipeline.operations.targets import set_forecast_target


@pytest.fixture
def row(cast, act, make_customer):
    card = make_customer(cast.lin, name="何工", kind="ORG", org_name="甬锐模具", level="B")
    return opened(act(cast.lin), card, values={"process": Opportunity.Process.SHORTLIST})


def refused(field, work, *args, **asked):
    with pytest.raises(OpportunityRefused) as caught:
        work(*args, **asked)
    assert caught.value.field == field, caught.value.message


def test_a_rival_and_how_we_meet_it(cast, act, row):
    values = {"name": " 东风  商用 ", "threat": 3, "strategy": "FLANK", "note": "报价低 8%"}
    rival = save_competitor(act(cast.lin), row.pk, None, values=values)
    assert (rival.name, rival.version, rival.strategy) == ("东风 商用", 1, "FLANK")
    save_competitor(act(cast.lin), row.pk, rival.pk, version=1, values={"is_gone": True})
    with pytest.raises(StaleEdit):
        save_competitor(act(cast.chen), row.pk, rival.pk, version=1, values={"threat": 1})
    for field, wrong in (("name", {"name": "东风 商用"}), ("name", {"name": " "}), ("strategy", {"strategy": "WAR"}),
                         ("threat", {"threat": 9})):  # fmt: skip
        refused(field, save_competitor, act(cast.lin), row.pk, None, values={"name": "新对手"} | wrong)
    for who in ("wu", "cs", "gao"):
        with pytest.raises(Opportunity.DoesNotExist):
            save_competitor(act(cast.users[who]), row.pk, None, values=values)


def test_r_opp_05_time_and_money_are_noted(cast, act, row):
    spent = spend_time(act(cast.lin), row.pk, on=TODAY, minutes=90, cash=Decimal("120.50"), note="工厂参观")
    assert (spent.minutes, spent.cash, spent.by) == (90, Decimal("120.50"), cast.lin)
    for field, wrong in (
        ("minutes", {"minutes": 0}), ("minutes", {"minutes": -1}), ("minutes", {"minutes": 1441}),
        ("on", {"on": in_days(1)}), ("cash", {"cash": Decimal(-1)}),
    ):  # fmt: skip
        refused(field, spend_time, act(cast.lin), row.pk, **{"on": TODAY, "minutes": 10} | wrong)
    assert row.time_spent.count() == 1


def test_a_task_is_done_with_its_evidence(cast, act, row):
    task = report_bid_task(
        act(cast.lin), row.pk, "SHOW_VALUE", version=0, evidence="3 月 1 日参观工厂，7 人签到"
    )
    assert (task.state, task.asked_by) == ("DONE", cast.lin)
    refused("evidence", report_bid_task, act(cast.lin), row.pk, "GUIDE_NEEDS", version=0, evidence=" ")
    with pytest.raises(StaleEdit):
        report_bid_task(act(cast.lin), row.pk, "SHOW_VALUE", version=0, evidence="又一次")
    for code in ("TERMS", "RIVALS", "OTHER"):
        with pytest.raises(BidTask.DoesNotExist):
            report_bid_task(act(cast.lin), row.pk, code, version=0, evidence="x")


def test_the_tasks_belong_to_the_third_stage(cast, act, row):
    edit_opportunity(act(cast.lin), row.pk, version=1, values={"process": Opportunity.Process.TRUST})
    refused("", report_bid_task, act(cast.lin), row.pk, "SHOW_VALUE", version=0, evidence="x")


def test_r_prm_11_tender_items_are_the_managers_and_the_legal_roles(cast, act, row):
    task = report_bid_task(act(cast.ma), row.pk, "TERMS", version=0, evidence="技术条款按国标写，不指定品牌")
    assert task.state == "APPLIED"
    seeing = {name for name, user in cast.users.items() if BidTask.objects.visible_to(user).exists()}
    assert seeing == {"ma", "legal"}
    assert not Opportunity.objects.visible_to(cast.legal).exists()
    refused("note", decide_bid_task, act(cast.legal), task.pk, version=1, approve=True, note=" ")
    for name in ("ma", "lin", "chen", "gao", "auditor", "proprietor"):
        with pytest.raises(BidTask.DoesNotExist):
            decide_bid_task(act(cast.users[name]), task.pk, version=1, approve=True, note="x")
    with pytest.raises(StaleEdit):
        decide_bid_task(act(cast.legal), task.pk, version=9, approve=True, note="x")
    done = decide_bid_task(act(cast.legal), task.pk, version=1, approve=True, note="条款中立，可以")
    assert (done.state, done.decided_by) == ("DONE", cast.legal)
    with pytest.raises(BidTask.DoesNotExist):
        decide_bid_task(act(cast.legal), task.pk, version=2, approve=False, note="x")


def test_r_prm_11_nobody_approves_their_own(cast, act, row):
    RoleGrant.objects.create(user=cast.ma, role="LEGAL")
    cast.ma.__dict__.pop("roles", None)
    task = report_bid_task(act(cast.ma), row.pk, "RIVALS", version=0, evidence="公开邀请三家")
    with pytest.raises(BidTask.DoesNotExist):
        decide_bid_task(act(cast.ma), task.pk, version=1, approve=True, note="x")


def test_a_refused_item_is_reported_anew(cast, act, row):
    task = report_bid_task(act(cast.ma), row.pk, "RIVALS", version=0, evidence="只请一家")
    decide_bid_task(act(cast.legal), task.pk, version=1, approve=False, note="违反招标法")
    again = report_bid_task(act(cast.ma), row.pk, "RIVALS", version=2, evidence="公开邀请三家")
    assert (again.state, again.note, again.decided_by) == ("APPLIED", "", None)


def test_a_target_belongs_to_its_quarter(cast, act):
    target = set_forecast_target(act(cast.ma), date(2026, 5, 17), Decimal(5_000_000), version=0)
    assert target.quarter == date(2026, 4, 1)
    with pytest.raises(StaleEdit):
        set_forecast_target(act(cast.ma), date(2026, 4, 1), Decimal(1), version=0)
    assert set_forecast_target(act(cast.ma), date(2026, 6, 30), Decimal(6_000_000), version=1).version == 2
    refused("amount", set_forecast_target, act(cast.ma), date(2026, 7, 1), Decimal(0), version=0)
