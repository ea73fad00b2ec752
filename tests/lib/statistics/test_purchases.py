"""Histories of customers: one transaction a day, refunds netted, later rows counted."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lib.statistics.ledgers import CALIBRATED, cdnow, ledger, lines

from guanxi.lib.statistics.purchases import Purchases, histories

UNTIL = date(2024, 1, 29)


def test_one_transaction_a_day_in_weeks() -> None:
    of = histories(
        ledger([
            ("甲", "2024-01-15", 20), ("甲", "2024-01-01", 10), ("甲", "2024-01-01", 5), ("甲", "2024-01-22", 40),
            ("乙", "2024-01-08", 7), ("甲", "2024-01-30", 99),
        ]),
        UNTIL,
    )  # fmt: skip
    assert (of.repeats.tolist(), of.recency.tolist(), of.age.tolist()) == ([2, 0], [3, 0], [4, 3])
    assert (of.mean_repeat[0], np.isnan(of.mean_repeat[1])) == (30, True)
    assert (of.first_spend.tolist(), of.total.tolist()) == ([1500, 700], [7500, 700])
    assert (of.frequency().tolist(), of.days_since().tolist(), of.later_rows) == ([3, 1], [7, 21], 1)


def test_days_are_a_unit_too() -> None:
    bought = ledger([("甲", "2024-01-01", 10), ("甲", "2024-01-09", 10)])
    of = histories(bought, UNTIL, "day")
    assert (of.recency.tolist(), of.age.tolist()) == ([8], [28])


def test_refunds_are_netted_on_their_day() -> None:
    of = histories(
        ledger([
            ("sale taken back", "2024-01-01", 50), ("sale taken back", "2024-01-09", 80),
            ("sale taken back", "2024-01-09", -80), ("sale taken back", "2024-01-16", -20),
            ("gift", "2024-01-01", 0), ("gift", "2024-01-03", 0), ("only refunds", "2024-01-05", -5),
        ]),
        UNTIL,
    )  # fmt: skip
    assert of.customer.tolist() == [0, 1]
    assert (of.repeats.tolist(), of.total.tolist(), of.without_purchase) == ([0, 1], [3000, 0], 1)


def test_without_amounts_days_are_still_known() -> None:
    bought = ledger([("甲", "2024-01-01", 10), ("甲", "2024-01-09", 10)])
    of = histories(Purchases(bought.labels, bought.customer, bought.day), UNTIL)
    assert (of.repeats.tolist(), of.total, of.mean_repeat) == ([1], None, None)


def test_nothing_up_to_the_day() -> None:
    of = histories(ledger([("甲", "2024-02-01", 10)]), UNTIL)
    assert (len(of), of.later_rows) == (0, 1)


def test_the_published_counts_of_cdnow() -> None:
    of = histories(cdnow().purchases, CALIBRATED)
    assert (len(of), of.repeats.sum(), (of.repeats > 0).sum(), of.later_rows) == (2357, 2457, 946, 1959)
    assert np.nanmean(of.mean_repeat) == pytest.approx(35.08, abs=0.01)


@given(lines, st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows, chance) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    told = []
    for bought in (ledger(rows), ledger(mixed)):
        of = histories(bought, UNTIL)
        told.append({
            bought.labels[place]: figures
            for place, *figures in zip(
                of.customer.tolist(), of.repeats.tolist(), of.recency.tolist(), of.age.tolist(), of.total.tolist(),
                strict=True,
            )
        })  # fmt: skip
    assert told[0] == told[1]


@given(lines)
def test_repeats_fit_between_first_and_last(rows) -> None:
    of = histories(ledger(rows), UNTIL)
    assert ((of.recency >= 0) & (of.recency <= of.age)).all()
    assert ((of.repeats == 0) == (of.recency == 0)).all()
    assert (np.isnan(of.mean_repeat) == (of.repeats == 0)).all()
