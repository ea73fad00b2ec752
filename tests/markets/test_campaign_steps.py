"""A campaign looked at before the draw, taken back, stopped; what its pages tell and refuse (handbook 11.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from tests.cadence.desk import call
from tests.cast import MORNING
from tests.markets.desk import TODAY, bought, campaign_of, product, segment_of

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.tasks import finish_task
from guanxi.customers.models import Customer
from guanxi.markets.models import Campaign, MarketPlan
from guanxi.markets.operations.campaign_ends import stop_campaign, take_back_draw
from guanxi.markets.operations.campaigns import draw_groups, evaluate_campaign, preview_draw, save_campaign
from guanxi.markets.operations.segments import save_levels, save_market_plan, save_segment
from guanxi.markets.queries.campaigns import held_back
from guanxi.markets.queries.outcomes import outcome_of, outcome_told, without_margins
from guanxi.markets.refusals import CampaignRefused, MarketRefused
from guanxi.markets.rules.campaigns import Group, Outcome, Phase
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=2)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def ten(cast, make_customer):
    return [make_customer(owner, name=f"客{number}") for number in range(5) for owner in (cast.lin, cast.wu)]


def drawn(act, who, campaign):
    return draw_groups(act(who), campaign.pk, version=1)


def test_the_preview_says_what_the_draw_gives(cast, act, ten, client_for):
    Customer.objects.filter(pk=ten[0].pk).update(opt_outs=["CALL", "SMS", "WECHAT", "MAIL"])
    Customer.objects.filter(pk=ten[1].pk).update(owner=None)
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)), control_percent=25)
    told = preview_draw(act(cast.ma), campaign)
    assert told.pool.left_out == {"refuses": 1, "nobody": 1, "elsewhere": 0}
    assert (len(told.held), len(told.calls), len(told.days)) == (2, 6, 7)
    page = client_for(cast.ma).get(f"/campaigns/{campaign.pk}/draw/").content.decode()
    assert all(words in page for words in ("1 位拒绝一切联系方式", "1 位没有顾问", cast.lin.name, "25%"))
    assert not campaign.members.exists() and not Task.objects.filter(origin=campaign.origin).exists()
    done = drawn(act, cast.ma, campaign)
    assert {member.customer for member in done.members.filter(side="CONTROL")} == set(told.held)
    days = dict(Task.objects.filter(origin=campaign.origin).values_list("customer", "due_on"))
    assert days == {card.pk: day for card, day in told.calls}


def test_a_version_that_is_no_number_draws_nobody(cast, act, ten, client_for):
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    for version in ("", "x", "9" * 5000):
        answer = client_for(cast.ma).post(f"/campaigns/{campaign.pk}/draw/", {"version": version})
        assert answer.status_code == 303
    assert not campaign.members.exists()


def test_what_cannot_be_drawn_is_said_before(cast, act, client_for):
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    page = client_for(cast.ma).get(f"/campaigns/{campaign.pk}/draw/").content.decode()
    assert "没有可以联系的客户" in page and 'name="version"' in page and "btn-block" not in page


def test_a_draw_is_taken_back_until_somebody_worked(cast, act, ten, client_for):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    before = dict(campaign.members.values_list("customer", "side"))
    ma, url = client_for(cast.ma), f"/campaigns/{campaign.pk}/"
    assert "撤回抽取" in ma.get(url).content.decode()
    assert ma.post(f"{url}draw/back/", {"version": campaign.version}).status_code == 303
    campaign.refresh_from_db()
    assert campaign.drawn_at is None and not campaign.members.exists()
    assert not Task.objects.filter(origin=campaign.origin).exists()
    assert AuditEntry.objects.get(action="campaign_draw_taken_back").changes["target"] == [8, None]
    # The same seed: nobody draws until they like the groups.
    again = draw_groups(act(cast.ma), campaign.pk, version=campaign.version)
    assert dict(again.members.values_list("customer", "side")) == before
    assert Task.objects.open().filter(origin=campaign.origin).count() == 8
    task = Task.objects.filter(origin=campaign.origin, owner=cast.lin).first()
    finish_task(act(cast.lin), task.pk)
    with pytest.raises(CampaignRefused, match="已经有人动过"):
        take_back_draw(act(cast.ma), campaign.pk, version=again.version)
    assert "撤回抽取" not in ma.get(url).content.decode()
    for somebody in (cast.lin, cast.chen, cast.gao):
        with pytest.raises(Campaign.DoesNotExist):
            take_back_draw(act(somebody), campaign.pk, version=again.version)


def test_what_is_over_or_not_drawn_is_not_taken_back(cast, act, ten):
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    with pytest.raises(CampaignRefused, match="还没有抽取"):
        take_back_draw(act(cast.ma), campaign.pk, version=1)
    drawn(act, cast.ma, campaign)
    with pytest.raises(CampaignRefused, match="已经结束"):
        take_back_draw(act(cast.ma, MORNING + timedelta(days=8)), campaign.pk, version=2)


def test_a_running_campaign_is_stopped_early(cast, act, ten, client_for):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    target, other = (member.customer for member in campaign.members.filter(side="TARGET")[:2])
    held = campaign.members.filter(side="CONTROL")[0].customer
    service = product(cast.store)
    bought(act(cast.ma), target, service, on=LATER.date())
    bought(act(cast.ma), other, service, on=LATER.date() + timedelta(days=1))
    with pytest.raises(StaleEdit):
        stop_campaign(act(cast.ma, LATER), campaign.pk, version=1)
    with time_machine.travel(LATER, tick=False):
        ma, url = client_for(cast.ma), f"/campaigns/{campaign.pk}/"
        assert ma.post(f"{url}stop/", {"version": "2"}).status_code == 303
        told = ma.get(url).content.decode()
    assert "提前结束，原定到 2026-03-08" in told and "今天结束" not in told and "撤回抽取" not in told
    campaign.refresh_from_db()
    assert (campaign.ends_on, campaign.planned_end) == (LATER.date(), TODAY + timedelta(days=6))
    assert not Task.objects.open().filter(origin=campaign.origin).exists()
    assert outcome_of(campaign, cast.ma).target.buyers == 1
    assert held_back(held, LATER.date() + timedelta(days=1)) == []
    assert AuditEntry.objects.get(action="campaign_stopped").changes == {
        "ends_on": ["2026-03-08", "2026-03-04"], "withdrawn": [None, 8],
    }  # fmt: skip
    with pytest.raises(CampaignRefused, match="进行中"):
        stop_campaign(act(cast.ma, LATER), campaign.pk, version=3)
    assert campaign in Campaign.objects.to_evaluate(LATER.date())
    told = {"cost": Decimal(300), "next_step": "STOP", "lesson": ""}
    assert (
        evaluate_campaign(act(cast.ma, LATER), campaign.pk, told, version=3).phase(LATER.date())
        == Phase.EVALUATED
    )


def test_what_a_running_campaign_cost_so_far_is_written_down(cast, act, ten, client_for):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    with time_machine.travel(LATER, tick=False):
        ma, url = client_for(cast.ma), f"/campaigns/{campaign.pk}/edit/"
        told = {"version": "2", "name": campaign.name, "offer": campaign.offer, "cost": "-1"}
        assert 'name="cost"' in ma.get(url).content.decode()
        assert ma.post(url, told).status_code == 422
        assert ma.post(url, told | {"cost": "120.50"}).status_code == 303
    campaign.refresh_from_db()
    assert (campaign.cost, campaign.phase(LATER.date())) == (Decimal("120.50"), Phase.RUNNING)
    over, said = LATER + timedelta(days=9), {"cost": Decimal(130), "next_step": "STOP", "lesson": ""}
    evaluate_campaign(act(cast.ma, over), campaign.pk, said, version=campaign.version)
    with pytest.raises(CampaignRefused, match="已评估"):
        save_campaign(act(cast.ma, over), campaign.pk, {"cost": Decimal(5)}, version=campaign.version + 1)


def test_only_what_runs_is_stopped(cast, act, ten):
    begins = TODAY + timedelta(days=3)
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)), starts_on=begins)
    for version in (1, 2):
        with pytest.raises(CampaignRefused, match="进行中"):
            stop_campaign(act(cast.ma), campaign.pk, version=version)
        if version == 1:
            drawn(act, cast.ma, campaign)


def test_a_drawn_campaign_shows_what_stays(cast, act, ten, client_for):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    ma, url = client_for(cast.ma), f"/campaigns/{campaign.pk}/edit/"
    page = ma.get(url).content.decode()
    assert "分组已抽取" in page and "20%" in page and "2026-03-08" in page
    for name in ("segment", "starts_on", "ends_on", "control_percent", "kind", "product", "scheme"):
        assert f'name="{name}"' not in page
    given = {"name": "改名", "offer": "送保养", "budget": "500", "control_percent": "0", "version": "2"}
    assert ma.post(url, given).status_code == 303
    campaign.refresh_from_db()
    assert (campaign.name, campaign.budget, campaign.control_percent) == ("改名", 500, 20)


def test_a_saved_campaign_opens_its_page(cast, act, client_for):
    segment = segment_of(act(cast.ma))
    given = {"name": "春季", "kind": "FESTIVAL", "segment": segment.pk, "offer": "送保养", "starts_on": TODAY,
             "ends_on": TODAY, "control_percent": 20, "version": "0"}  # fmt: skip
    answer = client_for(cast.ma).post("/campaigns/new/", given)
    assert answer["Location"] == f"/campaigns/{Campaign.objects.get().pk}/"


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2206, 3, 2), date(2010, 3, 2)])
def test_years_that_cannot_be_meant(cast, act, client_for, day):
    segment = segment_of(act(cast.ma))
    with pytest.raises(CampaignRefused, match="年份不对"):
        campaign_of(act(cast.ma), segment, starts_on=day, ends_on=max(day, TODAY))
    sizes = {"potential": 4, "available": 3, "served": 2, "penetrated": 1}
    with pytest.raises(MarketRefused, match="年份不对"):
        save_levels(act(cast.ma), segment.pk, day, sizes, {})
    given = {"name": "x", "kind": "FESTIVAL", "segment": segment.pk, "offer": "x", "starts_on": f"{day:%m/%d}",
             "ends_on": day.isoformat(), "control_percent": 20, "version": "0"}  # fmt: skip
    answer = client_for(cast.ma).post("/campaigns/new/", given | {"starts_on": day.isoformat()})
    assert answer.status_code == 422 and "年份不对" in answer.content.decode()


def test_amounts_below_nothing_are_refused(cast, act):
    segment = segment_of(act(cast.ma))
    with pytest.raises(CampaignRefused, match="不能小于 0") as refused:
        campaign_of(act(cast.ma), segment, budget=Decimal(-1))
    assert refused.value.field == "budget"
    for name in ("budget", "actual"):
        with pytest.raises(MarketRefused, match="不能小于 0") as plan:
            save_market_plan(act(cast.ma), segment.pk, {name: Decimal(-1)})
        assert plan.value.field == name
    with pytest.raises(MarketRefused, match="不能小于 0"):
        save_segment(act(cast.ma), segment.pk, {"cost": Decimal(-1)}, version=segment.version)


def test_the_plan_sums_what_its_campaigns_cost(cast, act, client_for):
    segment = segment_of(act(cast.ma))
    url = f"/segments/{segment.pk}/"
    for cost in (1_200, 300):
        campaign = campaign_of(act(cast.ma), segment, f"活动 {cost}")
        Campaign.objects.filter(pk=campaign.pk).update(cost=Decimal(cost))
    save_market_plan(act(cast.ma), segment.pk, {"step": "SELECT"})
    assert "¥1,500" in client_for(cast.ma).get(url).content.decode()
    save_market_plan(act(cast.ma), segment.pk, {"actual": Decimal(200)}, version=1)
    page = client_for(cast.ma).get(url).content.decode()
    assert "¥1,700" in page and "¥1,500" in page and "¥200" in page and MarketPlan.objects.get().actual == 200


def test_the_added_margin_has_an_interval():
    """Two of five earn 1,000, one of five held back 500: 300 a head for five, and far too few to tell."""
    target = Group((Decimal(1_000), Decimal(1_000), Decimal(0), Decimal(0), Decimal(0)), 2)
    control = Group((Decimal(500), Decimal(0), Decimal(0), Decimal(0), Decimal(0)), 1)
    outcome = Outcome(target, control, Decimal(100))
    assert outcome.incremental_margin == 1_500 and not outcome.margin_tells
    assert outcome.added.estimate == pytest.approx(1_500)
    assert outcome.added.low < 0 < outcome.added.high
    low, high = outcome.roi_range
    assert low < outcome.roi == 14 < high
    assert low == (Decimal(f"{outcome.added.low:.2f}") - 100) / 100
    told = outcome_told(outcome)
    assert len(told["added"]) == 3 and len(told["roi_range"]) == 2
    assert not {"added", "roi_range"} & set(without_margins(told))
    sure = Outcome(Group((Decimal(100), Decimal(101)) * 9, 18), Group((Decimal(0), Decimal(1)) * 9, 9), None)
    assert sure.margin_tells and sure.roi_range is None


def test_a_campaign_says_when_its_result_can_be_read(cast, act, ten, client_for):
    segment = segment_of(act(cast.ma))
    begins = TODAY + timedelta(days=3)
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment, starts_on=begins))
    url = f"/campaigns/{campaign.pk}/"
    page = client_for(cast.ma).get(url).content.decode()
    assert "还没有结果：从 2026-03-05 起" in page and "2026-03-09" in page
    assert "还没有结果" not in client_for(cast.lin).get(url).content.decode()
    with time_machine.travel(MORNING + timedelta(days=3), tick=False):
        assert "到现在还没有人购买" in client_for(cast.ma).get(url).content.decode()
        bought(
            act(cast.ma), campaign.members.filter(side="TARGET")[0].customer, product(cast.store), on=begins
        )
        page = client_for(cast.ma).get(url).content.decode()
    assert "2026-03-09 出最终结果" in page and "人数太少" in page


def test_who_is_counted_as_penetrated_is_listed(cast, act, ten, client_for):
    segment = segment_of(act(cast.ma))
    sizes = {"potential": 10, "available": 8, "served": 5, "penetrated": 1}
    save_levels(act(cast.ma), segment.pk, TODAY, sizes, {})
    service = product(cast.store)
    for card in ten[:3]:
        bought(act(cast.ma), card, service)
    url = f"/segments/{segment.pk}/"
    page = client_for(cast.ma).get(url).content.decode()
    assert "渗透市场 1 是当天登记的数" in page and "有 3 位客户买过" in page and "两个数对不上" in page
    assert f"{url}buyers/" in page
    listed = client_for(cast.ma).get(f"{url}buyers/").content.decode()
    assert [card.name in listed for card in ten[:3]] == [True] * 3 and ten[4].name not in listed
    assert ten[1].name not in client_for(cast.lin).get(f"{url}buyers/").content.decode().replace(
        ten[0].name, ""
    )
    assert (
        client_for(cast.ma).get(f"{url}buyers/?after={Customer.objects.latest('pk').pk}").status_code == 200
    )
    assert client_for(cast.ma).get(f"{url}buyers/?after=x").status_code == 404
    # A team's count says nothing against what was written down for the store.
    assert "两个数对不上" not in client_for(cast.chen).get(url).content.decode()


def test_a_draft_may_be_changed_after_the_draw_was_taken_back(cast, act, ten):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    back = take_back_draw(act(cast.ma), campaign.pk, version=campaign.version)
    changed = save_campaign(act(cast.ma), campaign.pk, {"control_percent": 40}, version=back.version)
    assert (
        draw_groups(act(cast.ma), campaign.pk, version=changed.version).members.filter(side="CONTROL").count()
        == 4
    )


def test_who_was_in_touch_since_the_draw_has_worked_on_it(cast, act, ten):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    card = Task.objects.filter(origin=campaign.origin, owner=cast.lin).first().customer
    record_contact(act(cast.lin), call(card, content="说了团购，他要来"))
    with pytest.raises(CampaignRefused, match="已经有人动过"):
        take_back_draw(act(cast.ma), campaign.pk, version=campaign.version)
    assert campaign.members.exists()


def test_an_old_undo_leaves_a_later_draw_alone(cast, act, ten, client_for):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    back = take_back_draw(act(cast.ma), campaign.pk, version=campaign.version)
    again = draw_groups(act(cast.ma), campaign.pk, version=back.version)
    ma, url = client_for(cast.ma), f"/campaigns/{campaign.pk}/draw/back/"
    for old in (f"{url}?version={campaign.version}", url):
        assert ma.post(old).status_code == 303
        assert again.members.count() == 10
    ma.post(f"{url}?version={again.version}")
    assert not again.members.exists()


@pytest.mark.parametrize("path", ["draw", "draw/back", "stop"])
def test_a_version_nobody_could_have_seen_changes_nothing(cast, act, ten, client_for, path):
    campaign = drawn(act, cast.ma, campaign_of(act(cast.ma), segment_of(act(cast.ma))))
    answer = client_for(cast.ma).post(f"/campaigns/{campaign.pk}/{path}/", {"version": "9" * 5000})
    assert answer.status_code == 303
    assert Campaign.objects.get().version == campaign.version
