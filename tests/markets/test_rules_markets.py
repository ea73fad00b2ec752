"""Market levels, the three tests, the draw: rules from values alone (handbook 11, 16)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from guanxi.lib.money import format_ratio
from guanxi.markets.rules.campaigns import Group, Outcome, Phase, phase_of, roi
from guanxi.markets.rules.draws import control_group, spread_days
from guanxi.markets.rules.segments import is_attractive, open_tests, profit_ratio, total_score
from guanxi.markets.rules.sizes import MarketSizes, SizesRefused, plan_value

DAY = date(2026, 3, 2)


def test_r_mkt_01_g16_levels():
    sizes = MarketSizes(10_000, 4_000, 1_500, 450)
    assert (sizes.reach, sizes.focus, sizes.penetration) == (Decimal("0.4"), Decimal("0.375"), Decimal("0.3"))
    assert (sizes.headroom, sizes.share) == (1_050, Decimal("0.045"))


def test_r_mkt_01_zero_served_has_no_penetration():
    sizes = MarketSizes(10_000, 4_000, 0, 0)
    assert sizes.penetration is None and format_ratio(sizes.penetration) == "—"
    assert MarketSizes(0, 0, 0, 0).reach is None


@pytest.mark.parametrize(
    ("sizes", "name"),
    [((100, 200, 50, 10), "available"), ((100, 80, 90, 10), "served"), ((100, 80, 50, 51), "penetrated"),
     ((100, 80, 50, -1), "penetrated")],
)  # fmt: skip
def test_r_mkt_01_inverted_sizes_are_refused(sizes, name):
    with pytest.raises(SizesRefused) as refused:
        MarketSizes(*sizes)
    assert refused.value.name == name


def test_r_mkt_02_plan_value():
    sizes = MarketSizes(10_000, 4_000, 1_500, 450)
    assert plan_value(sizes, Decimal("0.1"), Decimal(8_000)) == 840_000
    assert plan_value(sizes, None, Decimal(8_000)) is None


def test_a_test_without_answer_or_evidence_is_open():
    answers = {"accessible": (True, "展厅附近"), "measurable": (True, " "), "profitable": (None, "")}
    assert open_tests(answers) == ([], ["measurable", "profitable"])
    assert open_tests(answers | {"profitable": (False, "亏损")}) == (["profitable"], ["measurable"])


def test_attractive_profit():
    assert is_attractive(Decimal(300), Decimal(100), Decimal("2.5"))
    assert is_attractive(Decimal(200), Decimal(100), Decimal("2.5")) is False
    assert is_attractive(Decimal(200), Decimal(0), Decimal(1)) is None
    assert profit_ratio(None, Decimal(1)) is None


def test_r_val_14_five_scores():
    scores = {"profit": 5, "need": 4, "trend": 3, "market": 2, "competition": 1}
    assert total_score(scores) == 15
    assert total_score(scores | {"trend": None}) is None


def test_the_draw_is_the_same_again_and_balanced():
    strata = {f"C{number:03}": "A/bought" if number < 40 else "B/new" for number in range(100)}
    held = control_group(strata, 7, 20)
    shuffled = dict(sorted(strata.items(), reverse=True))
    assert control_group(shuffled, 7, 20) == held and control_group(strata, 8, 20) != held
    assert len(held) == 20
    assert sum(strata[key] == "A/bought" for key in held) == 8


def test_the_draw_keeps_its_share_over_small_strata():
    strata = {f"C{number}": f"stratum {number % 7}" for number in range(23)}
    assert len(control_group(strata, 1, 20)) == 5
    assert control_group(strata, 1, 0) == set()


def test_the_draw_prefers_nobody():
    strata = {f"C{number:04}": "x" for number in range(400)}
    early = sum(int(key[1:]) < 200 for seed in range(40) for key in control_group(strata, seed, 25))
    # 4,000 places fall on either half; six standard deviations are 190.
    assert abs(early - 2_000) < 190


def test_work_is_spread_over_the_days():
    days = [DAY + timedelta(days=number) for number in range(5)]
    assert list(spread_days(10, days)) == [day for day in days for _ in range(2)]
    assert list(spread_days(2, days)) == [days[0], days[2]]
    assert list(spread_days(0, days)) == []


def test_phases():
    ends = DAY + timedelta(days=7)

    def at(on, **facts):
        return phase_of(
            on, DAY, ends, **{"is_drawn": True, "is_stopped": False, "evaluated_on": None} | facts
        )

    assert at(DAY, is_drawn=False) == Phase.DRAFT
    assert at(DAY - timedelta(days=1)) == Phase.PLANNED
    assert at(DAY) == at(ends) == Phase.RUNNING
    assert at(ends + timedelta(days=1)) == Phase.ENDED
    assert at(ends, evaluated_on=ends) == Phase.EVALUATED


def test_return_on_what_the_campaign_added():
    target = Group((Decimal(1_000), *[Decimal(0)] * 9, Decimal(2_000), *[Decimal(0)] * 9), 2)
    control = Group((Decimal(500), *[Decimal(0)] * 9), 1)
    outcome = Outcome(target, control, Decimal(400))
    # 150 a head against 50, for 20 heads.
    assert outcome.incremental_margin == 2_000
    assert (outcome.roi, outcome.plain_roi) == (4, Decimal("6.5"))
    assert not outcome.tells
    alone = Outcome(target, Group((), 0), Decimal(0))
    assert (alone.incremental_margin, alone.roi, alone.plain_roi, alone.uplift) == (None, None, None, None)
    assert roi(Decimal(150), Decimal(100)) == Decimal("0.5")
