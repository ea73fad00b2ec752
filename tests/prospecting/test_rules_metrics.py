"""Handbook 4.4: every metric on the worked example, and the golden examples G7 to G10."""

from dataclasses import replace
from decimal import Decimal

import pytest

from guanxi.lib.money import format_ratio
from guanxi.prospecting.rules.metrics import METRICS, MonthFacts, Variants, filing_rate, values_of

MONTH = MonthFacts(
    first_filed=120, first_with_card=30, first_not_filed=50, returned=60, non_intent=30, incomplete=10,
    leads_carded=45, leads_no_intent=60, leads_already_filed=15, other_cards=15, carry_in=220, came_twice=54,
    test_drives=84, orders=60, orders_of_first_filed=40, orders_of_invited=27, order_target=64,
    next_order_target=32, carry_orders=25, deliveries=52, deliveries_by_referral=8, cancelled=4, losses=70,
    losses_of_control=20, losses_applied=80, losses_verified=63, losses_rejected=10, sales_to_owners=13,
    recent_carry_in=200, orders_of_recent_carry_in=24,
)  # fmt: skip
EXAMPLES = {
    "filing_rate": "70.6%", "lead_card_rate": "37.5%", "invite_rate": "22.5%", "return_rate": "30.0%",
    "test_drive_rate": "40.0%", "showroom_close": "33.3%", "close_rate": "15.0%", "invite_close": "30.0%",
    "defeat_rate": "17.5%", "lost_control_rate": "5.0%", "loss_reason_clear": "78.8%",
    "loss_reject_rate": "12.5%", "delivery_rate": "61.2%", "cancel_rate": "4.7%", "order_attainment": "93.8%",
    "order_reserve": "90.6%", "base_share": "25.0%", "referral_share": "15.4%", "carry_close": "12.0%",
}  # fmt: skip
COUNTS = {"cards_new": 180, "invited": 90}


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_of_the_handbook(code):
    assert format_ratio(values_of(MONTH, Variants())[code]) == EXAMPLES[code]


def test_counts_of_the_example():
    found = values_of(MONTH, Variants())
    assert {code: found[code] for code in COUNTS} == COUNTS
    assert set(found) == {*EXAMPLES, *COUNTS}


def test_g7_filing_rate():
    assert format_ratio(filing_rate(120, 50)) == "70.6%"
    assert format_ratio(values_of(MONTH, Variants(filing="NATURAL"))["filing_rate"]) == "60.0%"


def test_g8_closing_rate_and_the_empty_pool():
    assert values_of(MONTH, Variants())["close_rate"] == Decimal("0.15")
    nobody = MonthFacts(orders=60)
    assert nobody.pool == 0
    assert values_of(nobody, Variants())["close_rate"] is None
    assert format_ratio(None) == "—"


def test_g9_defeat_rate_by_variant():
    assert MONTH.cards_new == 180
    assert format_ratio(values_of(MONTH, Variants(defeat="POOL"))["defeat_rate"]) == "17.5%"
    assert format_ratio(values_of(MONTH, Variants(defeat="P0_PLUS_LOSS"))["defeat_rate"]) == "24.1%"


def test_g10_orders_left_and_their_reserve():
    assert MONTH.undelivered == 29
    assert format_ratio(values_of(MONTH, Variants())["order_reserve"]) == "90.6%"


def test_without_facts_every_rate_is_a_dash_and_every_count_zero():
    for metric in METRICS:
        value = metric.reckon(MonthFacts(), Variants())
        assert value is None if metric.is_rate else value == 0, metric.code


def test_a_target_of_zero_is_no_attainment():
    assert values_of(replace(MONTH, order_target=0), Variants())["order_attainment"] is None


def test_every_metric_says_its_formula_in_both_languages_for_every_variant():
    for variants in (Variants(), Variants("NATURAL", "P0_PLUS_LOSS")):
        for metric in METRICS:
            words = metric.formula(variants)
            assert words.zh and words.en and words.zh != words.en
    natural = METRICS[0].formula(Variants("NATURAL"))
    assert natural != METRICS[0].formula(Variants())
