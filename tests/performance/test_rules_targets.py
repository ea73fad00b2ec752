"""R-TGT-01, R-TGT-02, R-TEAM-01 … R-TEAM-04: targets, their split, and planning back from deliveries (G12)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from guanxi.performance.rules.backward import Assumptions, ceiling, chosen_rate, plan_back
from guanxi.performance.rules.targets import (
    Month,
    attainment,
    colour,
    forecast,
    forecast_of_rest,
    person_weights,
    pro_rated,
    proportional,
    share_there,
    split,
    week_plans,
)

EXAMPLE = Assumptions(
    deliveries=30, carry_orders=8, stock={"H": 10, "A": 20, "B": 40},
    chances={"H": Decimal("0.5"), "A": Decimal("0.25"), "B": Decimal("0.1"), "C": Decimal("0.03")},
    delivery_rate=Decimal("0.85"), p_new=Decimal("0.20"), showroom_share=Decimal("0.70"),
    filing_rate=Decimal("0.70"), lead_card_rate=Decimal("0.35"), work_days=26,
)  # fmt: skip


def test_r_team_01_g12_back_from_thirty_deliveries():
    """36 / 28 / 70 cards / 70 walk-ins / 60 leads, 2.7 walk-ins a day."""
    plan = plan_back(EXAMPLE)
    assert (plan.pool, plan.new_orders, plan.from_carry, plan.from_new) == (36, 28, 14, 14)
    assert (plan.cards, plan.cards_showroom, plan.cards_leads) == (70, 49, 21)
    assert (plan.walkins, plan.leads, plan.blocked_by) == (70, 60, [])
    assert plan.walkins_a_day is not None and round(plan.walkins_a_day, 1) == Decimal("2.7")


def test_a_ceiling_is_exact():
    assert ceiling(21, Decimal("0.35")) == 60
    assert (ceiling(0, Decimal(0)), ceiling(1, Decimal(0))) == (0, None)


@pytest.mark.parametrize("rate", ["delivery_rate", "p_new", "filing_rate", "lead_card_rate"])
def test_r_team_02_a_rate_of_nothing_cannot_be_planned(rate):
    plan = plan_back(replace(EXAMPLE, **{rate: Decimal(0)}))
    assert plan.blocked_by == [rate]
    assert None in (plan.pool, plan.cards, plan.walkins, plan.leads)


def test_enough_orders_carried_in_need_no_new_cards():
    plan = plan_back(replace(EXAMPLE, carry_orders=40, p_new=Decimal(0)))
    assert (plan.new_orders, plan.cards, plan.walkins, plan.leads, plan.blocked_by) == (0, 0, 0, 0, [])


def test_r_team_02_own_rates_from_thirty_cases():
    pack = Decimal("0.70")
    assert (chosen_rate(20, 29, pack).value, chosen_rate(20, 29, pack).source) == (Fraction(pack), "PACK")
    assert (chosen_rate(15, 30, pack).value, chosen_rate(15, 30, pack).source) == (Decimal("0.5"), "OWN")
    assert chosen_rate(0, 0, pack).source == "PACK"
    # Thirty cases without one hit is an own rate of nothing: it cannot be planned with.
    assert chosen_rate(0, 30, pack).value == 0


def test_r_team_03_the_parts_add_up():
    """70 cards by .45/.35/.20 → 31.5/24.5/14 → 32/24/14: of equal remainders the higher weight first."""
    assert split(70, [Fraction(45, 100), Fraction(35, 100), Fraction(20, 100)]) == [32, 24, 14]
    assert split(7, [Fraction(1)] * 3) == [3, 2, 2]
    assert split(0, [Fraction(1), Fraction(2)]) == [0, 0] and split(5, []) == []


def test_r_team_03_weights_of_deliveries_hot_customers_and_an_equal_part():
    weights = person_weights([6, 3, 1], [4, 4, 2])
    assert weights == [Fraction(60, 100) * Fraction(1, 2) + Fraction(40, 100) * Fraction(3, 10) + Fraction(1, 15),
                       Fraction(15, 100) + Fraction(12, 100) + Fraction(1, 15),
                       Fraction(5, 100) + Fraction(6, 100) + Fraction(1, 15)]  # fmt: skip
    assert sum(weights) == 1
    assert person_weights([0, 0], [0, 0]) == [Fraction(1, 2), Fraction(1, 2)]


@pytest.mark.parametrize(
    ("actual", "target", "told"),
    [
        (79, 100, "RED"), (80, 100, "AMBER"), (99, 100, "AMBER"), (100, 100, "GREEN"), (5, 0, ""), (5, None, ""),
    ],
)  # fmt: skip
def test_r_tgt_01_colours(actual, target, told):
    assert colour(attainment(actual, target)) == told


def test_7_6_a_target_of_nothing_has_no_attainment():
    assert attainment(3, 0) is None


MARCH = Month.of(date(2026, 3, 1), lambda day: day.isoweekday() == 7)


def test_r_tgt_02_the_time_proportional_target():
    """March 2026 has five Sundays: 26 working days, 13 of them gone on the 15th."""
    assert len(MARCH.worked) == 26 and MARCH.elapsed(date(2026, 3, 15)) == 12
    assert proportional(26, MARCH.elapsed(date(2026, 3, 16)), 26) == 13
    assert proportional(26, 0, 0) is None and proportional(None, 3, 26) is None


def test_weeks_begin_on_monday_and_a_sixth_joins_the_fifth():
    weeks = MARCH.weeks()
    assert weeks[0] == (date(2026, 3, 1), date(2026, 3, 1)) and len(weeks) == 5
    assert weeks[-1] == (date(2026, 3, 23), date(2026, 3, 31))
    february = Month.of(date(2026, 2, 1), lambda day: False)
    assert february.weeks()[-1] == (date(2026, 2, 23), date(2026, 2, 28))
    assert len(Month.of(date(2027, 2, 1), lambda day: False).weeks()) == 4


def test_the_plans_of_the_weeks_add_up():
    plans = week_plans(Decimal(30), MARCH)
    assert sum(plan or 0 for plan in plans) == 30 and plans[0] == 0
    assert week_plans(None, MARCH) == [None] * 5
    assert sum(plan or 0 for plan in week_plans(Decimal("100.50"), MARCH)) == pytest.approx(Decimal("100.50"))


def test_r_team_04_the_forecast():
    chances = {"H": Decimal("0.5"), "A": Decimal("0.25"), "O": Decimal("0.9")}
    assert forecast(4, {"H": 2, "A": 4, "O": 3, "N": 5}, chances) == 6


def test_17_5_who_joins_or_leaves_mid_month_has_part_of_the_target():
    joined, left = share_there(date(2026, 3, 16), None, MARCH), share_there(None, date(2026, 3, 14), MARCH)
    assert pro_rated(Decimal(26), joined) == 14 and pro_rated(Decimal(26), left) == 12
    assert pro_rated(Decimal(30), joined) == Decimal("16.15")


def test_17_5_only_within_the_month():
    assert share_there(date(2026, 2, 27), None, MARCH) == 1
    assert share_there(date(2026, 4, 1), None, MARCH) == 1, "set for a month before the records began"
    assert share_there(None, date(2026, 2, 28), MARCH) == 0
    assert share_there(None, date(2026, 3, 31), MARCH) == 1
    assert share_there(None, None, Month(date(2026, 3, 1), ())) == 0


def test_r_team_02_one_s_own_rate_is_exact():
    """20 of 60 is a third: 14 orders come of 42 cards, not of 43."""
    third = chosen_rate(20, 60, Decimal("0.2")).value
    assert ceiling(14, third) == 42
    plan = plan_back(replace(EXAMPLE, p_new=third, chances={"H": third}, stock={"H": 42}))
    assert (plan.from_carry, plan.from_new, plan.cards) == (14, 14, 42)


def test_r_team_04_the_rest_of_the_month_counts_by_its_working_days():
    chances = {"H": Decimal("0.5"), "A": Decimal("0.25")}
    stock = {"H": 4, "A": 4, "O": 9}
    assert forecast(6, stock, chances) == 9
    assert forecast_of_rest(6, stock, chances, 0, 20) == 9
    assert forecast_of_rest(6, stock, chances, 15, 20) == Decimal("6.75")
    assert forecast_of_rest(6, stock, chances, 20, 20) == 6
    assert forecast_of_rest(6, stock, chances, 0, 0) == 6
