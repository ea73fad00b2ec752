"""Segments: kept, tested, chosen; the levels of their market (handbook 11.1, 11.2, 11.4)."""

from datetime import timedelta

import pytest
from tests.markets.desk import TODAY, segment_of

from guanxi.deals.operations.ledger import Sold, reverse_deals, write_deals
from guanxi.markets.models import MarketLevel, Segment
from guanxi.markets.operations.segments import choose_segment, save_levels, save_market_plan, save_segment
from guanxi.markets.queries.segments import buyers_of, segment_board
from guanxi.markets.refusals import MarketRefused
from guanxi.markets.rules.segments import SCORES
from guanxi.organization.models import AuditEntry
from guanxi.organization.refusals import StaleEdit

SIZES = {"potential": 10_000, "available": 4_000, "served": 1_500, "penetrated": 450}
FACTS = {"gain": 10, "margin": 8_000, "source": "乘联会"}


@pytest.mark.parametrize(
    ("broken", "said"),
    [({"is_profitable": False}, "有利润"), ({"measurable_evidence": " "}, "可衡量"),
     ({"is_accessible": None}, "容易进入")],
)  # fmt: skip
def test_a_segment_that_fails_a_test_is_not_served(cast, act, broken, said):
    segment = segment_of(act(cast.ma), chosen=False, **broken)
    with pytest.raises(MarketRefused) as refused:
        choose_segment(act(cast.ma), segment.pk, chosen=True, version=1)
    assert said in str(refused.value.message)
    assert Segment.objects.get().chosen_on is None


def test_a_served_segment_keeps_its_tests(cast, act):
    segment = segment_of(act(cast.ma))
    with pytest.raises(MarketRefused):
        save_segment(act(cast.ma), segment.pk, {"is_accessible": False}, version=2)
    with pytest.raises(StaleEdit):
        save_segment(act(cast.ma), segment.pk, {"name": "x"}, version=1)
    left = choose_segment(act(cast.ma), segment.pk, chosen=False, version=2)
    assert save_segment(act(cast.ma), left.pk, {"is_accessible": False}, version=3).version == 4
    assert list(AuditEntry.objects.filter(entity="Segment").values_list("action", flat=True).order_by("pk")) == [
        "segment_saved", "segment_chosen", "segment_left", "segment_saved",
    ]  # fmt: skip


def test_what_is_no_segment(cast, act):
    for values, field in (
        ({"name": " "}, "name"), ({"bases": []}, "bases"), ({"bases": ["x"]}, "bases"),
        ({"rule": {"owner": "1"}}, "rule"),
        ({"rule": {"level": "Z"}}, "level"), ({"rule": {"product": "987654"}}, "product"),
        ({"score_need": 6}, "score_need"),
    ):  # fmt: skip
        with pytest.raises(MarketRefused) as refused:
            save_segment(act(cast.ma), None, {"name": "企业", "bases": ["POPULATION"]} | values)
        assert refused.value.field == field
    segment_of(act(cast.ma))
    with pytest.raises(MarketRefused):
        segment_of(act(cast.chen))
    assert Segment.objects.count() == 1


def test_who_plans(cast, act):
    segment = segment_of(act(cast.ma))
    for somebody in (cast.lin, cast.cs, cast.auditor, cast.finance, cast.gao):
        with pytest.raises(Segment.DoesNotExist):
            save_segment(act(somebody), segment.pk, {"name": "x"}, version=2)
        with pytest.raises(Segment.DoesNotExist):
            choose_segment(act(somebody), segment.pk, chosen=False, version=2)
    with pytest.raises(Segment.DoesNotExist):
        save_segment(act(cast.lin), None, {"name": "x", "bases": ["POPULATION"]})
    assert save_segment(act(cast.proprietor), segment.pk, {"name": "公司"}, version=2).name == "公司"
    assert (
        not Segment.objects.visible_to(cast.gao).exists()
        and not Segment.objects.visible_to(cast.desk).exists()
    )


def test_everybody_counts_their_own_cards(cast, act, make_customer):
    for owner in (cast.lin, cast.lin, cast.zhao, cast.wu):
        make_customer(owner, kind="ORG", org_name="物流")
    make_customer(cast.lin, level="C")
    make_customer(cast.gao)
    segment_of(act(cast.ma), rule={"kind": "ORG"})
    counts = {
        name: segment_board(cast.users[name], cast.store, TODAY)[0][0].count
        for name in ("lin", "chen", "wu", "ma")
    }
    assert counts == {"lin": 2, "chen": 3, "wu": 1, "ma": 4}


def test_r_val_14_no_points_are_more_than_none_given(cast, act):
    for name, points in (("未评", None), ("零分", 0), ("五分", 1)):
        segment_of(act(cast.ma), name, **{f"score_{score}": points for score in SCORES})
    rows, _overlap = segment_board(cast.ma, cast.store, TODAY)
    assert [row.segment.name for row in rows] == ["五分", "零分", "未评"]


def test_overlap_is_counted_once_and_named(cast, act, make_customer):
    make_customer(cast.lin, kind="ORG", org_name="物流", level="B")
    make_customer(cast.lin, kind="ORG", org_name="学校", level="C")
    make_customer(cast.wu, level="B")
    one, other = (
        segment_of(act(cast.ma), rule={"kind": "ORG"}),
        segment_of(act(cast.ma), "乙级", {"level": "B"}),
    )
    segment_of(act(cast.ma), "未选", {"level": "B"}, chosen=False)
    _rows, overlap = segment_board(cast.ma, cast.store, TODAY)
    assert overlap.doubled == 1 and overlap.pairs == [(one, other, 1)]
    assert segment_board(cast.wu, cast.store, TODAY)[1].doubled == 0


def test_r_mkt_01_levels_are_dated(cast, act):
    segment = segment_of(act(cast.ma))
    save_levels(act(cast.ma), segment.pk, TODAY - timedelta(days=30), SIZES | {"penetrated": 300}, FACTS)
    level = save_levels(act(cast.ma), segment.pk, TODAY, SIZES, FACTS)
    assert [row.penetrated for row in segment.levels.all()] == [450, 300]
    level.refresh_from_db()
    assert level.plan_value == 840_000
    with pytest.raises(StaleEdit):
        save_levels(act(cast.ma), segment.pk, TODAY, SIZES, FACTS)
    assert (
        save_levels(act(cast.ma), segment.pk, TODAY, SIZES | {"penetrated": 500}, FACTS, version=1).version
        == 2
    )


def test_r_mkt_01_inverted_levels_are_refused_in_words(cast, act):
    segment = segment_of(act(cast.ma))
    with pytest.raises(MarketRefused) as refused:
        save_levels(act(cast.ma), segment.pk, TODAY, SIZES | {"served": 5_000}, FACTS)
    assert refused.value.field == "served"
    assert str(refused.value.message) == "服务市场是有效市场的一部分，不能比它大。"
    for on, facts, field in (
        (TODAY + timedelta(days=1), FACTS, "on"),
        (TODAY, FACTS | {"gain": 101}, "gain"),
    ):
        with pytest.raises(MarketRefused) as refused:
            save_levels(act(cast.ma), segment.pk, on, SIZES, facts)
        assert refused.value.field == field
    assert not MarketLevel.objects.exists()


def test_the_ledger_proposes_who_bought_net_of_returns(cast, act, make_customer):
    segment = segment_of(act(cast.ma))
    kept, returned, _none = (make_customer(cast.lin) for _ in range(3))
    for card in (kept, returned):
        write_deals(
            act(cast.lin),
            card,
            TODAY,
            [Sold(None, 1, 100, 10)],
            seller_id=None,
            source=f"t{card.pk}",
            number="1",
        )
    reverse_deals(act(cast.lin), f"t{returned.pk}", reason="退")
    assert buyers_of(segment, cast.ma, TODAY) == 1
    assert buyers_of(segment, cast.wu, TODAY) == 0
    assert buyers_of(segment_of(act(cast.ma), "无卡", {}), cast.ma, TODAY) is None


def test_one_concentrates_on_what_is_served(cast, act):
    segment = segment_of(act(cast.ma), chosen=False)
    with pytest.raises(MarketRefused) as refused:
        save_market_plan(act(cast.ma), segment.pk, {"step": "CONCENTRATE"})
    assert refused.value.field == "step"
    save_market_plan(act(cast.ma), segment.pk, {"step": "EVALUATE", "goal": "每月五台"})
    choose_segment(act(cast.ma), segment.pk, chosen=True, version=1)
    assert save_market_plan(act(cast.ma), segment.pk, {"step": "CONCENTRATE"}, version=1).version == 2
