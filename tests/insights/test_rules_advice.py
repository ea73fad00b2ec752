"""One sentence of advice a customer, in an order of precedence."""

from datetime import date
from decimal import Decimal

import pytest

from guanxi.insights.rules.advice import (
    ADVICE,
    BY_GROUP,
    PEACE,
    advice,
    place_in_today,
    reached_lately,
    worth_a_call,
)


@pytest.mark.parametrize(
    ("square", "group", "called", "refuses", "expected"),
    [
        ("RAISE", "LOST", True, True, "PEACE"),
        # What stood side by side before: let go, raise, and first to be called.
        ("RAISE", "LOST", True, False, "CALL"),
        ("RAISE", "LOST", False, False, "RAISE"),
        ("KEEP", "NEW", False, False, "KEEP"),
        ("NURTURE", "FADING", False, False, "NURTURE"),
        ("MAINTAIN", "LOST", False, False, "LET_GO"),
        ("MAINTAIN", "NEW", False, False, "SECOND"),
        ("MAINTAIN", "SLIPPING", False, False, "REASON"),
        ("MAINTAIN", "BEST", False, False, "OFFER"),
    ],
)
def test_refusal_before_call_before_square_before_group(square, group, called, refuses, expected):
    assert advice(square, group, is_called=called, refuses=refuses) == expected


def test_every_group_and_square_has_an_advice_that_is_told():
    squares = ("KEEP", "RAISE", "NURTURE", "MAINTAIN")
    found = {advice(square, group, is_called=False) for square in squares for group in BY_GROUP}
    assert found | {"CALL", "CONTRACT", "LOSING"} == set(ADVICE) and PEACE not in found


@pytest.mark.parametrize(
    ("past", "called", "contract", "refuses", "expected"),
    [
        ("A", True, True, True, "PEACE"), ("LOSS", True, True, False, "CONTRACT"),
        ("LOSS", True, False, False, "CALL"), ("LOSS", False, False, False, "LOSING"),
        ("A", False, False, False, "KEEP"),
    ],
)  # fmt: skip
def test_contract_before_call_before_loss_before_square(past, called, contract, refuses, expected):
    assert advice("KEEP", "LOST", past, is_called=called, refuses=refuses, has_contract=contract) == expected


def test_who_was_reached_within_seven_days_is_not_called_again():
    told = [reached_lately(day, date(2026, 3, 8)) for day in (date(2026, 3, 2), date(2026, 3, 1), None)]
    assert told == [True, False, False]


@pytest.mark.parametrize(
    ("at_risk", "churn_risk", "expected"),
    [
        (Decimal("200.01"), "LOW", True), (Decimal(200), "HIGH", False), (Decimal(9000), "", False),
        (None, "MID", True), (None, "LOW", False), (None, "", False),
    ],
)  # fmt: skip
def test_r_loy_06_a_call_is_worth_it_when_they_are_missed_and_more_is_at_risk_than_keeping_costs(
    at_risk, churn_risk, expected
):
    assert worth_a_call(at_risk, churn_risk, Decimal(200)) is expected


def test_a_call_to_an_a_customer_stands_with_h():
    assert [place_in_today(code) for code in ("A", "B", "LOSS", "")] == ["H", "A", "A", "A"]
