"""Retention, workshop churn, the leaky bucket, churn risk, months and cohorts (R-LOY-03 … R-LOY-06)."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lib.statistics.ledgers import ledger, lines

from guanxi.lib.statistics.cohorts import RISK_NAMES, churn_risks, cohorts, periods, usual_cycle
from guanxi.lib.statistics.purchases import histories
from guanxi.lib.statistics.retention import (
    LeakyBucket,
    churn_risk,
    cost_of_leak,
    own_cycle,
    retention,
    workshop_churn,
    workshop_months,
)

UNTIL = date(2024, 6, 30)


def test_r_loy_03_retention() -> None:
    assert retention(800, 640) == Fraction(80, 100)
    assert retention(0, 0) is None
    with pytest.raises(ValueError, match="both"):
        retention(10, 11)


def test_r_loy_04_g29_workshop_churn() -> None:
    assert workshop_churn(860, 645) == Fraction(25, 100)
    assert workshop_churn(0, 0) is None


def test_r_loy_05_g24_leaky_bucket() -> None:
    assert LeakyBucket(1_000, Fraction(20, 100)).lost() == 200
    assert LeakyBucket(1_000, Fraction(15, 100)).lost() == 150
    assert LeakyBucket(1_000, Fraction(20, 100), new=200).next() == 1_000
    assert cost_of_leak(200 - 150, 200) == 50_000
    assert cost_of_leak(50, 200, cost_ratio=6) == 60_000


@pytest.mark.parametrize(("base", "churn", "new"), [(-1, 0, 0), (1, 2, 0), (1, -1, 0), (1, 0, -1)])
def test_r_loy_05_a_bucket_that_cannot_be(base: int, churn: int, new: int) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        LeakyBucket(base, Fraction(churn), new)


@pytest.mark.parametrize(
    ("gap", "risk"),
    [(45, None), (46, "LOW"), (60, "LOW"), (61, "MID"), (65, "MID"), (90, "MID"), (91, "HIGH")],
)
def test_r_loy_06_by_its_own_cycle(gap: int, risk: str | None) -> None:
    assert churn_risk(gap, own=30, usual=1) == risk
    # Without a rhythm of its own the usual one counts.
    assert churn_risk(gap, own=None, usual=30) == risk


def test_r_loy_06_a_cycle_takes_three_purchases() -> None:
    assert own_cycle(0, 60, 3) == 30
    assert own_cycle(0, 61, 3) == Fraction(61, 2)
    assert own_cycle(0, 30, 2) is None


def test_r_loy_06_the_usual_cycle_is_the_median_of_those_who_have_one() -> None:
    gaps = {"a": 10, "b": 15, "c": 90}
    rows = [
        (who, (UNTIL - timedelta(days=days)).isoformat(), 100)
        for who, gap in gaps.items()
        for days in (0, gap, 2 * gap + 1)
    ]
    of = histories(ledger([*rows, ("d", "2024-01-01", 100)]), UNTIL)
    # Days are rounded up: two gaps of 15 days and a half.
    assert (usual_cycle(of), usual_cycle(of, 3), usual_cycle(of, 4)) == (16, 16, None)


@given(lines, st.integers(1, 200))
def test_r_loy_06_all_at_once_as_one_by_one(rows, usual: int) -> None:
    of = histories(ledger(rows), UNTIL)
    one_by_one = [
        churn_risk(gap, own_cycle(first, last, count), usual) or ""
        for gap, first, last, count in zip(
            of.days_since().tolist(),
            of.first_day.tolist(),
            of.last_day.tolist(),
            of.frequency().tolist(),
            strict=True,
        )
    ]
    assert [RISK_NAMES[place] for place in churn_risks(of, usual)] == one_by_one


VISITS = [
    ("甲", "2024-01-10", 10), ("甲", "2024-02-10", 10), ("甲", "2024-04-10", 10),
    ("乙", "2024-01-31", 10), ("丙", "2024-02-01", 10), ("丙", "2024-03-01", 10), ("丙", "2024-03-09", 10),
]  # fmt: skip


def test_r_loy_03_months() -> None:
    told = periods(ledger(VISITS), date(2024, 4, 15))
    assert [(one.begins.month, one.active, one.new, one.back, one.lost) for one in told] == [
        (1, 2, 2, 0, 0), (2, 2, 1, 0, 1), (3, 1, 0, 0, 1), (4, 1, 0, 1, 1),
    ]  # fmt: skip
    assert [one.retained for one in told] == [None, Fraction(1, 2), Fraction(1, 2), 0]


def test_cohorts_by_month_only_what_is_over() -> None:
    told = cohorts(ledger(VISITS), date(2024, 4, 15))
    assert [day.month for day in told.begins] == [1, 2]
    assert told.sizes == [2, 1]
    assert told.active == [[2, 1, 0, None], [1, 1, None, None]]
    assert told.shares()[0] == [1, Fraction(1, 2), 0, None]
    assert cohorts(ledger(VISITS), date(2024, 4, 30)).active[0] == [2, 1, 0, 1]


def test_nobody_yet() -> None:
    assert periods(ledger(VISITS), date(2023, 1, 1)) == []
    assert cohorts(ledger(VISITS), date(2023, 1, 1)).sizes == []


@given(lines)
def test_who_is_active_is_new_back_or_stayed(rows) -> None:
    purchases = ledger(rows)
    told, table = periods(purchases, UNTIL), cohorts(purchases, UNTIL)
    before = 0
    for one in told:
        assert one.active - one.new - one.back + one.lost == before
        assert min(one.new, one.back, one.lost) >= 0
        before = one.active
    assert sum(one.new for one in told) == sum(table.sizes) == len(histories(purchases, UNTIL))
    assert sum(here or 0 for row in table.active for here in row) == sum(one.active for one in told)


def test_r_loy_04_g29_month_by_month() -> None:
    came = [(place, date(2025, 9, 1 + place % 28)) for place in range(860)]
    came += [(place, date(2025, 10 + place % 3, 15)) for place in range(600)]
    # On the last day of N counts, a day later does not, nor does a second entry in N−6.
    came += [(place, date(2026, 3, 31)) for place in range(600, 645)]
    came += [(place, date(2026, 4, 1)) for place in range(645, 860)]
    came += [(place, date(2025, 9, 30)) for place in range(700, 860)]
    (march,) = workshop_months(came, date(2026, 3, 31))
    assert (march.begins, march.entries, march.returned) == (date(2026, 3, 1), 860, 645)
    assert march.churn == Fraction(1, 4)
    assert workshop_months(came, date(2026, 3, 30)) == [], "March has not ended"
    later = workshop_months(came, date(2026, 7, 1))
    assert [month.begins.month for month in later] == [3, 4, 5, 6]
    assert workshop_months([], date(2026, 3, 31)) == []


def test_r_loy_04_a_month_without_entries_has_no_churn() -> None:
    months = workshop_months([("a", date(2025, 1, 5)), ("a", date(2025, 9, 5))], date(2025, 9, 30))
    assert [(month.entries, month.churn) for month in months] == [(1, 1), (0, None), (0, None)]
