"""The pages of markets: what is typed becomes rows, and each reader sees what is theirs."""

from datetime import timedelta

import pytest
import time_machine
from tests.cast import MORNING
from tests.markets.desk import PASSED, TODAY, campaign_of, segment_of

from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.markets.models import Campaign, MarketLevel, MarketPlan, Segment
from guanxi.markets.operations.campaigns import draw_groups
from guanxi.markets.operations.segments import save_levels, save_segment
from guanxi.markets.refusals import MarketRefused
from guanxi.organization.models import AuditEntry
from guanxi.workspace.administration.audit_words import changes
from guanxi.workspace.forms.segments import segment_sheet

pytestmark = pytest.mark.django_db
AFTER = MORNING + timedelta(days=7)


@pytest.fixture(autouse=True)
def _morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def test_from_a_filter_to_an_evaluated_campaign(cast, act, make_customer, client_for):
    for _ in range(5):
        make_customer(cast.lin, kind="ORG", org_name="物流")
    ma = client_for(cast.ma)
    assert "segments/new/?kind=ORG" in ma.get("/customers/?kind=ORG").content.decode()
    assert 'value="ORG" selected' in ma.get("/segments/new/?kind=ORG").content.decode()
    tests = {name: "True" if value is True else value for name, value in PASSED.items()}
    ma.post(
        "/segments/new/", {"name": "企业", "bases": ["POPULATION"], "kind": "ORG", "version": "0"} | tests
    )
    segment = Segment.objects.get()
    assert segment.rule == {"kind": "ORG"} and segment.is_profitable is True
    url = f"/segments/{segment.pk}/"
    ma.post(f"{url}choice/", {"answer": "yes", "version": "1"})
    ma.post(f"{url}plan/", {"step": "SELECT", "path": "DIRECT", "goal": "每月五台", "version": "0"})
    assert MarketPlan.objects.get().goal == "每月五台"
    sizes = {
        "on": TODAY,
        "potential": 10_000,
        "available": 4_000,
        "served": 1_500,
        "penetrated": 450,
        "version": "0",
    }
    assert ma.post(f"{url}levels/", sizes | {"served": 5_000}).status_code == 422
    ma.post(f"{url}levels/", sizes)
    assert MarketLevel.objects.get().penetrated == 450
    page = ma.get(url).content.decode()
    assert all(text in page for text in ("40.0%", "37.5%", "30.0%", "1050", "4.5%"))
    given = {"name": "春季", "kind": "FESTIVAL", "segment": segment.pk, "offer": "送保养", "starts_on": TODAY,
             "ends_on": TODAY, "control_percent": 20, "version": "0"}  # fmt: skip
    ma.post("/campaigns/new/", given)
    campaign = Campaign.objects.get()
    ma.post(f"/campaigns/{campaign.pk}/draw/", {"version": "1"})
    assert campaign.members.filter(side="CONTROL").count() == 1
    with time_machine.travel(AFTER, tick=False):
        ma = client_for(cast.ma)
        assert "春季" in ma.get("/today/").content.decode()
        assert (
            ma.post(f"/campaigns/{campaign.pk}/evaluation/", {"version": "2", "cost": "100"}).status_code
            == 422
        )
        ma.post(f"/campaigns/{campaign.pk}/evaluation/", {"version": "2", "cost": "100", "next_step": "STOP"})
        campaign.refresh_from_db()
        assert campaign.next_step == "STOP"
        assert "春季" not in ma.get("/today/").content.decode()


def test_a_stale_edit_shows_both(cast, act, client_for):
    segment = segment_of(act(cast.ma))
    answer = client_for(cast.ma).post(
        f"/segments/{segment.pk}/plan/", {"step": "SELECT", "path": "DIRECT", "version": "3"}
    )
    assert answer.status_code == 409


def test_margins_are_not_for_consultants(cast, act, make_customer, client_for):
    cards = [make_customer(cast.lin) for _ in range(5)]
    campaign = draw_groups(
        act(cast.ma), campaign_of(act(cast.ma), segment_of(act(cast.ma))).pk, version=1, seed=1
    )
    target = campaign.members.filter(side="TARGET")[0].customer
    write_deals(
        act(cast.lin), target, TODAY, [Sold(None, 1, 90_000, 7_654)], seller_id=None, source="t", number="1"
    )
    url = f"/campaigns/{campaign.pk}/"
    assert "7,654" in client_for(cast.ma).get(url).content.decode()
    # The supervisor reads who bought, not what it earned (11.3).
    page = client_for(cast.chen).get(url).content.decode()
    assert "7,654" not in page and "25.0%" in page and "成交比例提升" in page
    assert not any(word in page for word in ("毛利", "回报"))
    assert "7,654" not in client_for(cast.cs).get(url).content.decode()
    assert "7,654" not in client_for(cast.sun).get(url).content.decode()
    mine = client_for(cast.lin).get(url).content.decode()
    assert "7,654" not in mine and target.name in mine
    assert target.name not in client_for(cast.wu).get(url).content.decode()
    held = campaign.members.get(side="CONTROL").customer
    assert campaign.name in client_for(cast.lin).get(f"/customers/{held.pk}/").content.decode()
    assert campaign.name in client_for(cast.lin).get(f"{url}?side=CONTROL").content.decode()
    assert client_for(cast.lin).get(f"{url}?side=x").status_code == 404
    assert len(cards) == 5


def test_f_seg_1_prints_and_exports(cast, act, make_customer, client_for):
    make_customer(cast.lin)
    segment_of(act(cast.ma), "企业用车", market_size=1_200, est_margin=8_000, cost=2_000)
    segment_of(act(cast.ma), "弱", chosen=False, is_profitable=False)
    ma = client_for(cast.ma)
    assert ma.get("/segments/F-SEG-1.pdf").content.startswith(b"%PDF")
    rows = ma.get("/segments/F-SEG-1.csv").content.decode("utf-8-sig")
    assert "区隔,依据,规模,容易进入,可衡量,有利润,预计毛利,成本,选定" in rows
    assert "1,200" in rows and "√ 车队经理名单齐全" in rows and "×" in rows and "2026-03-02" in rows
    assert client_for(cast.lin).get("/segments/F-SEG-1.xlsx").status_code == 404
    assert client_for(cast.lin).get("/segments/F-SEG-1.pdf").status_code == 200
    assert ma.get("/segments/F-SEG-1.exe").status_code == 404
    assert AuditEntry.objects.filter(action="form_printed").count() == 3
    assert "F-SEG-1.pdf" in ma.get("/forms/").content.decode()


SIZES = {"potential": 100, "available": 80, "served": 60, "penetrated": 10}


def test_margins_of_segments_are_told_to_few(cast, act, client_for):
    """11.3: estimated margin, average margin, plan value (50 × 10 % × 7,654) and margin ÷ cost, on page and paper."""
    segment = segment_of(act(cast.ma), est_margin=8_123, cost=2_000)
    save_levels(act(cast.ma), segment.pk, TODAY, SIZES, {"gain": 10, "margin": 7_654, "source": ""})
    secrets = ("8,123", "7,654", "38,270", "4.1")
    told = [
        (cast.ma, True),
        (cast.proprietor, True),
        *((who, False) for who in (cast.chen, cast.lin, cast.auditor)),
    ]
    for user, is_told in told:
        client = client_for(user)
        pages = [client.get(url).content.decode() for url in ("/segments/", f"/segments/{segment.pk}/")]
        assert [text in "".join(pages) for text in secrets] == [is_told] * 4
        assert "2,000" in "".join(pages)
        table = segment_sheet(act(user), "pdf", "zh-hans").sheets[0].blocks[0]
        assert ("8,123" in str(table), "预计毛利" in str(table)) == (is_told, is_told)
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_who_sees_no_margins_edits_none(cast, act, client_for):
    segment = segment_of(act(cast.ma), est_margin=8_123)
    save_levels(act(cast.ma), segment.pk, TODAY - timedelta(days=1), SIZES, {"gain": 10, "margin": 7_654})
    chen, url = client_for(cast.chen), f"/segments/{segment.pk}/"
    for form, field in (("edit", "est_margin"), ("levels", "margin")):
        page = chen.get(f"{url}{form}/").content.decode()
        assert f'name="{field}"' not in page and "8123" not in page and "7654" not in page
        assert f'name="{field}"' in client_for(cast.ma).get(f"{url}{form}/").content.decode()
    chen.post(f"{url}levels/", SIZES | {"on": TODAY, "gain": 20, "margin": 1, "version": "0"})
    level = MarketLevel.objects.get(on=TODAY)
    assert (level.gain, level.margin) == (20, 7_654)
    with pytest.raises(MarketRefused):
        save_segment(act(cast.chen), segment.pk, {"est_margin": 1}, version=2)
    with pytest.raises(MarketRefused):
        save_levels(act(cast.chen), segment.pk, TODAY, SIZES, {"margin": 1}, version=1)
    edited = AuditEntry(action="segment_saved", entity="Segment", changes={"est_margin": [None, "8123"]})
    assert "8123" not in str(changes(edited)) and "8123" in str(changes(edited, secrets=True))


def test_only_who_reads_the_whole_store_is_proposed_its_buyers(cast, act, make_customer, client_for):
    """The row of a day is the store's: a team's two buyers are not its penetrated market."""
    segment = segment_of(act(cast.ma))
    save_levels(act(cast.ma), segment.pk, TODAY - timedelta(days=1), SIZES, {})
    for owner in (cast.lin, cast.lin, cast.wu):
        card = make_customer(owner)
        write_deals(
            act(owner), card, TODAY, [Sold(None, 1, 90)], seller_id=None, source=f"t{card.pk}", number="1"
        )
    for user, proposed in ((cast.ma, 3), (cast.chen, 10)):
        form = client_for(user).get(f"/segments/{segment.pk}/levels/").context["form"]
        assert form["penetrated"].value() == proposed
