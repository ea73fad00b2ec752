"""Campaigns: planned, drawn once, evaluated against those held back (handbook 11.3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING
from tests.markets.desk import TODAY, campaign_of, segment_of

from guanxi.cadence.models import Task
from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.deals.operations.ledger import Sold, reverse_deals, write_deals
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.operations.campaigns import draw_groups, evaluate_campaign, save_campaign
from guanxi.markets.queries.campaigns import campaigns_of, held_back, members_of
from guanxi.markets.queries.outcomes import outcome_of
from guanxi.markets.refusals import CampaignRefused
from guanxi.organization.refusals import StaleEdit

AFTER = MORNING + timedelta(days=7)
VERDICT = {"cost": 400, "next_step": "ADJUST", "lesson": "老客户反应更好"}


@pytest.fixture
def ten(cast, make_customer):
    return [make_customer(owner, name=f"客{number}") for number in range(5) for owner in (cast.lin, cast.wu)]


def drawn(act, who, segment, **values):
    campaign = campaign_of(act(who), segment, **values)
    return draw_groups(act(who), campaign.pk, version=1, seed=7)


def sold(act, card, *, on=TODAY, margin=1_000):
    return write_deals(
        act, card, on, [Sold(None, 1, 9_000, margin)], seller_id=None, source=f"t{card.pk}", number="1"
    )


def test_only_those_addressed_get_a_task(cast, act, ten):
    campaign = drawn(act, cast.ma, segment_of(act(cast.ma)))
    sides = dict(campaign.members.values_list("customer", "side"))
    assert sorted(sides.values()).count("CONTROL") == 2 and len(sides) == 10
    tasks = Task.objects.filter(origin=campaign.origin)
    assert {task.customer_id for task in tasks} == {card for card, side in sides.items() if side == "TARGET"}
    assert all(task.owner_id == task.customer.owner_id and "送首次保养" in task.note for task in tasks)
    assert {task.due_on for task in tasks} <= {TODAY + timedelta(days=day) for day in range(7)}
    control = next(Customer.objects.get(pk=card) for card, side in sides.items() if side == "CONTROL")
    assert held_back(control, TODAY) == [campaign] and held_back(control, AFTER.date()) == []


def test_the_same_seed_draws_the_same(cast, act, ten):
    segment = segment_of(act(cast.ma))
    first = drawn(act, cast.ma, segment)
    groups = dict(first.members.values_list("customer", "side"))
    Task.objects.filter(origin=first.origin).delete()
    first.delete()
    assert dict(drawn(act, cast.ma, segment).members.values_list("customer", "side")) == groups


def test_who_is_left_out_of_the_draw(cast, act, ten):
    refuses, alone, elsewhere = ten[:3]
    Customer.objects.filter(pk=refuses.pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    Customer.objects.filter(pk=alone.pk).update(owner=None)
    Customer.objects.filter(pk=ten[4].pk).update(opt_outs=["SMS"])
    segment = segment_of(act(cast.ma))
    other = campaign_of(act(cast.ma), segment, "别的活动")
    CampaignMember.objects.create(campaign=other, customer=elsewhere, side="CONTROL")
    campaign = drawn(act, cast.ma, segment)
    assert campaign.left_out == {"refuses": 1, "nobody": 1, "elsewhere": 1}
    assert not campaign.members.filter(customer__in=[refuses, alone, elsewhere]).exists()
    assert campaign.members.filter(customer=ten[4]).exists()


def test_a_draw_is_for_good(cast, act, ten, make_customer):
    campaign = drawn(act, cast.ma, segment_of(act(cast.ma)))
    make_customer(cast.lin)
    for version in (1, 2):
        with pytest.raises(CampaignRefused):
            draw_groups(act(cast.ma), campaign.pk, version=version)
    for change in ({"ends_on": TODAY + timedelta(days=20)}, {"control_percent": 10}, {"kind": "POINTS"}):
        with pytest.raises(CampaignRefused):
            save_campaign(act(cast.ma), campaign.pk, change, version=2)
    assert save_campaign(act(cast.ma), campaign.pk, {"budget": 500}, version=2).version == 3
    assert campaign.members.count() == 10


def test_what_cannot_be_drawn(cast, act, make_customer):
    segment = segment_of(act(cast.ma))
    empty = campaign_of(act(cast.ma), segment)
    with pytest.raises(CampaignRefused, match="没有可以联系的客户"):
        draw_groups(act(cast.ma), empty.pk, version=1)
    make_customer(cast.lin)
    with pytest.raises(CampaignRefused, match="留不出对照组"):
        draw_groups(act(cast.ma), empty.pk, version=1)
    with pytest.raises(StaleEdit):
        draw_groups(act(cast.ma), empty.pk, version=3)
    save_campaign(act(cast.ma), empty.pk, {"control_percent": 0}, version=1)
    with pytest.raises(CampaignRefused, match="日期已过"):
        draw_groups(act(cast.ma, AFTER), empty.pk, version=2)
    assert draw_groups(act(cast.ma), empty.pk, version=2).members.count() == 1


def test_what_is_no_campaign(cast, act):
    segment, weak = (
        segment_of(act(cast.ma)),
        segment_of(act(cast.ma), "弱", chosen=False, is_profitable=False),
    )
    unpriced = Product.objects.create(store=cast.store, name="试驾车")
    for values, field in (
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"), ({"ends_on": TODAY + timedelta(days=400)}, "ends_on"),
        ({"name": " "}, "name"), ({"offer": ""}, "offer"), ({"segment": weak}, "segment"),
        ({"control_percent": 51}, "control_percent"), ({"kind": "DISCOUNT"}, "product"), ({"kind": "x"}, "kind"),
        # 11.4: a product without price cannot be quoted.
        ({"kind": "BUNDLE", "product": unpriced}, "product"),
    ):  # fmt: skip
        with pytest.raises(CampaignRefused) as refused:
            campaign_of(act(cast.ma), **{"segment": segment} | values)
        assert refused.value.field == field
    campaign_of(act(cast.ma), segment)
    with pytest.raises(CampaignRefused):
        campaign_of(act(cast.ma), segment)


def test_a_supervisor_runs_the_campaigns_of_the_team(cast, act, ten):
    segment = segment_of(act(cast.ma))
    mine = drawn(act, cast.chen, segment)
    assert mine.team == cast.team_a
    assert set(mine.members.values_list("customer__owner", flat=True)) == {cast.lin.pk}
    whole = campaign_of(act(cast.ma), segment, "全店")
    for somebody in (cast.sun, cast.lin, cast.auditor, cast.gao):
        with pytest.raises(Campaign.DoesNotExist):
            save_campaign(act(somebody), mine.pk, {"budget": 1}, version=2)
        with pytest.raises(Campaign.DoesNotExist):
            draw_groups(act(somebody), whole.pk, version=1)
    with pytest.raises(Campaign.DoesNotExist):
        draw_groups(act(cast.chen), whole.pk, version=1)
    with pytest.raises(Campaign.DoesNotExist):
        campaign_of(act(cast.lin), segment, "自办")


def test_everybody_sees_their_own_customers_in_it(cast, act, ten):
    campaign = drawn(act, cast.ma, segment_of(act(cast.ma)))
    for user, count in ((cast.lin, 5), (cast.wu, 5), (cast.zhao, 0), (cast.ma, 10), (cast.auditor, 10)):
        row = campaigns_of(user, cast.store).get()
        assert row.addressed + row.held == count
        shown = [*members_of(campaign, user, "TARGET").rows, *members_of(campaign, user, "CONTROL").rows]
        assert len(shown) == count
    assert not campaigns_of(cast.gao, cast.store).exists()
    assert outcome_of(campaign, cast.lin).target.count + outcome_of(campaign, cast.lin).control.count == 5


def test_the_result_is_net_of_returns_and_of_other_days(cast, act, ten):
    campaign = drawn(act, cast.ma, segment_of(act(cast.ma)))
    one, other, returned, late = (member.customer for member in campaign.members.filter(side="TARGET")[:4])
    held = campaign.members.filter(side="CONTROL")[0].customer
    sold(act(cast.ma), one)
    sold(act(cast.ma), other, margin=None)
    sold(act(cast.ma), returned)
    sold(act(cast.ma), late, on=AFTER.date())
    sold(act(cast.ma), held, margin=600)
    reverse_deals(act(cast.ma, AFTER), f"t{returned.pk}", reason="退车")
    outcome = outcome_of(campaign, cast.ma)
    assert (outcome.target.buyers, outcome.target.margin, outcome.unpriced) == (2, 1_000, 1)
    assert (outcome.control.buyers, outcome.control.margin, outcome.control.count) == (1, 600, 2)
    # 125 a head against 300, for eight heads.
    assert outcome.incremental_margin == -1_400
    assert not outcome.tells


def test_executed_then_evaluated(cast, act, ten):
    campaign = drawn(act, cast.ma, segment_of(act(cast.ma)))
    with pytest.raises(CampaignRefused, match="才结束"):
        evaluate_campaign(act(cast.ma), campaign.pk, VERDICT, version=2)
    assert not Campaign.objects.editable_by(cast.ma).to_evaluate(TODAY).exists()
    assert list(Campaign.objects.editable_by(cast.ma).to_evaluate(AFTER.date())) == [campaign]
    for lacking in ({"cost": None}, {"cost": -1}, {"next_step": ""}):
        with pytest.raises(CampaignRefused):
            evaluate_campaign(act(cast.ma, AFTER), campaign.pk, VERDICT | lacking, version=2)
    with pytest.raises(StaleEdit):
        evaluate_campaign(act(cast.ma, AFTER), campaign.pk, VERDICT, version=1)
    done = evaluate_campaign(act(cast.ma, AFTER), campaign.pk, VERDICT, version=2)
    assert done.result["target"]["customers"] == 8 and done.result["plain_roi"] == "-1.0000"
    assert not done.result["tells"]
    assert not Task.objects.open().filter(origin=campaign.origin).exists()
    assert not Campaign.objects.to_evaluate(AFTER.date()).exists()


def test_a_supervisor_who_lost_a_customer_cannot_evaluate(cast, act, ten):
    campaign = drawn(act, cast.chen, segment_of(act(cast.ma)))
    Customer.objects.filter(pk=campaign.members.all()[0].customer_id).update(owner=cast.wu)
    with pytest.raises(CampaignRefused, match="已不归您查看"):
        evaluate_campaign(act(cast.chen, AFTER), campaign.pk, VERDICT, version=2)
    assert (
        evaluate_campaign(act(cast.ma, AFTER), campaign.pk, VERDICT, version=2).evaluated_on == AFTER.date()
    )


def test_the_draw_locks_its_campaign(cast, act, ten):
    """Two at once: the second waits for the first and is refused; SQLite lets one writer in at a time anyway."""
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    with CaptureQueriesContext(connection) as asked:
        draw_groups(act(cast.ma), campaign.pk, version=1)
    first = next(query["sql"] for query in asked if "markets_campaign" in query["sql"])
    assert first.endswith('FOR UPDATE OF "markets_campaign"') or connection.vendor == "sqlite"
    with pytest.raises(CampaignRefused, match="分组已经抽取"):
        draw_groups(act(cast.ma), campaign.pk, version=1)
    assert CampaignMember.objects.count() == 10


def test_two_draws_meet_at_the_store(cast, act, ten):
    """Two campaigns on the same days drawn at once: without a common lock each would take the same customer."""
    segment = segment_of(act(cast.ma))
    first, second = (campaign_of(act(cast.ma), segment, name) for name in ("春季", "团购"))
    with CaptureQueriesContext(connection) as asked:
        draw_groups(act(cast.ma), first.pk, version=1)
    told = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    pool = next(place for place, sql in enumerate(told) if 'FROM "customers_customer"' in sql)
    locks = [sql for sql in told[:pool] if 'FROM "organization_store"' in sql and sql.endswith("FOR UPDATE")]
    # SQLite lets one writer in at a time anyway.
    assert locks or connection.vendor == "sqlite"
    with pytest.raises(CampaignRefused, match="没有可以联系的客户"):
        draw_groups(act(cast.ma), second.pk, version=1)
