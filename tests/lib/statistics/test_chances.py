"""Chances learnt from cases whose true probability is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.special import expit

from guanxi.lib.statistics.chances.judging import auc, judge
from guanxi.lib.statistics.chances.learning import learn, raised
from guanxi.lib.statistics.chances.shrinking import shrunk
from guanxi.lib.statistics.chances.snapshots import Known, LeakRefused, Snapshot, snapshot
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def made(count, seed=1, effects=(1.0, -0.7, 0.0), base=-0.4):
    """Cases that begin one after another and end 30 days on, with the chance each truly had."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(count, len(effects)))
    chances = expit(base + values @ np.array(effects))
    ended = generator.random(count) < chances
    rows = [
        Snapshot(key, START + key * DAY / 4, tuple(value), START + key * DAY / 4 + 30 * DAY, bool(won))
        for key, (value, won) in enumerate(zip(values, ended, strict=True))
    ]
    return rows, chances


def test_the_true_chance_is_found_again():
    rows, chances = made(4000)
    learnt = learn(rows)
    told = learnt.tell([row.values for row in rows])
    assert np.abs(np.array([one.chance for one in told]) - chances).mean() < 0.02
    assert learnt.effects == pytest.approx((1.0, -0.7, 0.0), abs=0.12)
    within = [one.lower <= true <= one.upper for one, true in zip(told, chances, strict=True)]
    assert np.mean(within) > 0.6


def test_what_is_told_of_later_cases_holds():
    rows, chances = made(6000, seed=7)
    judged = learn(rows).judged
    later = slice(len(rows) // 2, None)
    best = auc(chances[later], np.array([row.happened for row in rows[later]]))
    assert judged.gap < 0.04
    assert judged.auc == pytest.approx(best, abs=0.03)
    assert judged.brier < judged.brier_of_rate
    assert sum(one.count for one in judged.bins) == judged.rows
    assert all(one.low <= one.told <= one.high for one in judged.bins)


def test_noise_is_told_to_be_noise():
    rows, _chances = made(1500, seed=3, effects=(0.0, 0.0, 0.0))
    learnt = learn(rows)
    assert 0.42 < learnt.judged.auc < 0.58
    told = [one.chance for one in learnt.tell([row.values for row in rows])]
    assert np.std(told) < 0.05


def test_nothing_is_judged_by_its_own_future():
    """A column that tells the outcome, but only of cases that ended late: a random split would reward it."""
    rows, _chances = made(2000, seed=5, effects=(0.0, 0.0))
    half = len(rows) // 2
    turned = [
        replace(row, values=(float(row.happened) * (1 if at < half else -1), row.values[1]))
        for at, row in enumerate(rows)
    ]
    assert learn(turned).judged.auc < 0.5


def test_a_case_teaches_only_once_it_has_ended():
    rows, _chances = made(400)
    late = [replace(row, ended_at=START + 5000 * DAY) for row in rows]
    with pytest.raises(ModelRefused) as refused:
        learn(late)
    assert refused.value.code == "no_later_cases"


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("too_few_cases", made(199)[0]),
        ("too_few_of_one_outcome", [replace(row, happened=row.case < 10) for row in made(300)[0]]),
        ("still_open", [replace(row, ended_at=None, happened=None) for row in made(300)[0]]),
        ("too_few_cases", [replace(row, case=row.case % 50) for row in made(300)[0]]),
        ("too_few_cases", []),
    ],
)
def test_too_little_to_learn_from_is_refused(code, rows):
    with pytest.raises(ModelRefused) as refused:
        learn(rows)
    assert refused.value.code == code


def test_a_row_is_explained_against_the_average_row():
    rows, _chances = made(3000)
    learnt = learn(rows)
    average = tuple(np.mean([row.values for row in rows], axis=0))
    plain, high = learnt.tell([average, (2.0, *average[1:])])
    assert plain.contributions == pytest.approx((0, 0, 0), abs=1e-9)
    assert high.contributions[0] > 1.5 and high.contributions[1:] == pytest.approx((0, 0), abs=1e-9)
    assert raised(learnt, average, 0, 2.0) == pytest.approx(high.chance - plain.chance)
    assert raised(learnt, average, 1, 2.0) < 0


def test_the_churn_of_contracts_is_the_same_question():
    """Renewed or not: complaints make customers leave, tenure keeps them; judged on the later contracts."""
    rows, _chances = made(3000, seed=11, effects=(0.9, -1.2), base=-1.3)
    learnt = learn(rows)
    assert learnt.effects[0] > 0 > learnt.effects[1]
    assert learnt.judged.auc > 0.75


@pytest.mark.parametrize(
    ("code", "recorded", "ended"),
    [
        ("after_snapshot", START + 2 * DAY, None),
        ("after_snapshot", START + 2 * DAY, START + 9 * DAY),
        ("after_outcome", START + 9 * DAY, START + 9 * DAY),
        ("snapshot_after_outcome", START, START + DAY),
        ("snapshot_after_outcome", START, START),
    ],
)
def test_what_was_written_later_is_refused(code, recorded, ended):
    with pytest.raises(LeakRefused) as refused:
        snapshot(1, START + DAY, [Known("notes", 1.0, recorded)], ended_at=ended, happened=None)
    assert refused.value.code == code


def test_what_was_known_in_time_is_taken():
    row = snapshot(1, START + DAY, [Known("notes", 2.0, START + DAY), Known("visits", 0.0, None)])
    assert row.values == (2.0, 0.0)


def test_few_cases_stay_near_the_general_figure():
    assert shrunk(0, 0, 0.5).chance == pytest.approx(0.5)
    # Twenty general cases at .25 and ten of its own, all won: 15 of 30.
    assert shrunk(10, 10, 0.25).chance == pytest.approx(0.5)
    assert shrunk(600, 1000, 0.1).chance == pytest.approx(602 / 1020)
    few, many = shrunk(5, 10, 0.5), shrunk(500, 1000, 0.5)
    assert few.lower < many.lower < 0.5 < many.upper < few.upper
    assert shrunk(0, 5, 0.0).upper == 0
    with pytest.raises(ModelRefused):
        shrunk(3, 2, 0.5)


def test_equal_chances_count_half():
    happened = np.array([True, False, True, False])
    assert auc(np.array([0.5, 0.5, 0.5, 0.5]), happened) == 0.5
    assert auc(np.array([0.9, 0.1, 0.8, 0.2]), happened) == 1
    assert auc(np.array([0.9, 0.1]), np.array([True, True])) is None
    assert len(judge(np.full(4, 0.5), happened).bins) == 1
