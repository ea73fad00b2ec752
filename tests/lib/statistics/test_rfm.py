"""Scores of recency, frequency and money: equal is equal, more is never less."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lib.statistics.ledgers import ledger, lines

from guanxi.lib.statistics.purchases import Purchases, histories
from guanxi.lib.statistics.rfm import GROUPS, Bands, BandsRefused, rfm_scores

UNTIL = date(2024, 6, 30)


def bought(name: str, times: int, last: int, yuan: int) -> list[tuple[str, str, int]]:
    """So many purchases of so much, a month apart, the last so many days ago."""
    days = [UNTIL - timedelta(last + 30 * back) for back in range(times)]
    return [(name, day.isoformat(), yuan) for day in days]


def test_quintiles_of_five() -> None:
    rows = [row for rank in range(1, 6) for row in bought(f"c{rank}", rank, 10 * (6 - rank), 100)]
    scores = rfm_scores(histories(ledger(rows), UNTIL))
    assert scores.recency.tolist() == scores.frequency.tolist() == scores.monetary.tolist() == [1, 2, 3, 4, 5]
    assert (scores.cell().tolist()[-1], scores.sum().tolist()[0]) == (555, 3)


def test_half_that_bought_once_share_a_score() -> None:
    rows = [row for name in "甲乙丙" for row in bought(name, 1, 5, 10)] + bought("丁", 2, 5, 10)
    assert rfm_scores(histories(ledger(rows), UNTIL)).frequency.tolist() == [1, 1, 1, 4]


def test_bands_of_ones_own_include_their_upper_edge() -> None:
    rows = [*bought("甲", 2, 30, 100), *bought("乙", 3, 31, 100), *bought("丙", 1, 400, 9)]
    bands = Bands(
        recency=(30, 90, 180, 365), frequency=(1, 2, 4, 8), monetary=(1_000, 20_000, 50_000, 100_000)
    )
    scores = rfm_scores(histories(ledger(rows), UNTIL), bands)
    assert scores.recency.tolist() == [5, 4, 1]
    assert scores.frequency.tolist() == [2, 3, 1]
    assert scores.monetary.tolist() == [2, 3, 1]


@pytest.mark.parametrize("edges", [(1, 2, 3), (1, 2, 2, 3), (4, 3, 2, 1), (1, 2, 3, 4, 5)])
def test_bands_that_do_not_rise_are_refused(edges: tuple[int, ...]) -> None:
    with pytest.raises(BandsRefused, match="frequency"):
        Bands(frequency=edges)


def test_six_groups() -> None:
    rows = [
        *bought("best", 9, 5, 900), *bought("new", 1, 5, 50), *bought("growing", 2, 5, 50),
        *bought("slipping", 9, 200, 900), *bought("fading", 1, 100, 50), *bought("lost", 1, 500, 50),
    ]  # fmt: skip
    bands = Bands((30, 60, 120, 365), (1, 2, 4, 8), (10_000, 20_000, 50_000, 500_000))
    of = histories(ledger(rows), UNTIL)
    groups = [GROUPS[place].lower() for place in rfm_scores(of, bands).group]
    assert groups == ["best", "new", "growing", "slipping", "fading", "lost"]


def test_without_amounts_or_customers() -> None:
    row = ledger(bought("甲", 1, 5, 10))
    with pytest.raises(ValueError, match="amounts"):
        rfm_scores(histories(Purchases(row.labels, row.customer, row.day), UNTIL))
    assert rfm_scores(histories(row, date(2020, 1, 1))).edges["recency"] == []


@given(lines, st.randoms())
def test_scores_rise_with_the_measure_and_do_not_know_the_order(rows, chance) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    told = []
    for purchases in (ledger(rows), ledger(mixed)):
        of = histories(purchases, UNTIL)
        scores = rfm_scores(of)
        for measure, score in (
            (-of.days_since(), scores.recency), (of.frequency(), scores.frequency), (of.total, scores.monetary),
        ):  # fmt: skip
            assert set(score.tolist()) <= {1, 2, 3, 4, 5}
            assert (np.diff(score[np.argsort(measure, kind="stable")]) >= 0).all()
        told.append({purchases.labels[at]: cell for at, cell in zip(of.customer, scores.cell(), strict=True)})
    assert told[0] == told[1]
