"""Segments and campaigns over the API."""

from datetime import timedelta

import pytest
from tests.cast import MORNING
from tests.markets.desk import TODAY, campaign_of, segment_of

from guanxi.markets.operations.campaigns import draw_groups, evaluate_campaign
from guanxi.markets.operations.segments import save_levels

pytestmark = pytest.mark.django_db
SIZES = {"potential": 10_000, "available": 4_000, "served": 1_500, "penetrated": 450}


def test_the_api_tells_segments_and_campaigns(cast, act, make_customer, program):
    for owner in (cast.lin, cast.lin, cast.lin, cast.wu, cast.wu):
        make_customer(owner)
    segment = segment_of(act(cast.ma), est_margin=8_000, cost=2_000)
    save_levels(act(cast.ma), segment.pk, TODAY, SIZES, {"gain": 10, "margin": 8_000, "source": ""})
    told = program(cast.lin).get("/segments").json()
    (row,) = told["items"]
    assert (row["customers"], row["levels"]["penetration"]) == (3, "0.3")
    # Margins (11.3) are for those who lead the store.
    for user, margins in (
        (cast.lin, (None, None)),
        (cast.chen, (None, None)),
        (cast.ma, ("8000.00", "840000.00")),
    ):
        (one,) = program(user).get("/segments").json()["items"]
        assert (one["est_margin"], one["levels"]["plan_value"], one["cost"]) == (*margins, "2000.00")
    assert row["tests"] == {"accessible": True, "measurable": True, "profitable": True}
    assert told["counted_twice"] == 0
    draw_groups(act(cast.ma), campaign_of(act(cast.ma), segment).pk, version=1, seed=1)
    (mine,) = program(cast.wu).get("/campaigns").json()["items"]
    (all_of_them,) = program(cast.ma).get("/campaigns").json()["items"]
    assert mine["addressed"] + mine["held_back"] == 2
    assert (all_of_them["addressed"], all_of_them["held_back"], all_of_them["phase"]) == (4, 1, "RUNNING")
    assert program(cast.gao).get("/segments").json()["items"] == []
    assert program(cast.gao).get("/campaigns").json()["items"] == []


def test_the_api_tells_what_a_campaign_earned_to_those_who_see_margins(cast, act, make_customer, program):
    for _ in range(5):
        make_customer(cast.lin)
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    draw_groups(act(cast.ma), campaign.pk, version=1, seed=1)
    verdict = {"cost": 400, "next_step": "ADJUST", "lesson": ""}
    evaluate_campaign(act(cast.ma, MORNING + timedelta(days=7)), campaign.pk, verdict, version=2)
    (whole,) = program(cast.ma).get("/campaigns").json()["items"]
    (audited,) = program(cast.auditor).get("/campaigns").json()["items"]
    (mine,) = program(cast.lin).get("/campaigns").json()["items"]
    assert whole["result"]["plain_roi"] == "-1.0000" and whole["result"]["target"]["margin"] == "0.00"
    assert set(whole["result"]) - set(audited["result"]) == {
        "uplift_per_head", "incremental_margin", "roi", "plain_roi", "added", "roi_range"
    }  # fmt: skip
    assert set(audited["result"]["control"]) == {"customers", "buyers", "share"}
    assert mine["result"] is None
