"""The published figures of CDNOW's sample, where its file lies beside the project (../shared/data; not shipped)."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from guanxi.lib.statistics.lifetimes import bgnbd, gamma_gamma, mbgnbd, pnbd
from guanxi.lib.statistics.lifetimes.histories import Histories

FILE = Path(__file__).parents[4] / ".." / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="CDNOW's sample is not in ../shared/data/cdnow")
UNTIL, WEEKS_AFTER = date(1997, 9, 30), 39


@pytest.fixture(scope="module")
def sample():
    """Histories until the day, mean spends of the repeats, and the purchases of the 39 weeks after."""
    spent = defaultdict(lambda: defaultdict(float))
    for line in FILE.read_text().splitlines():
        _, customer, day, _, amount = line.split()
        spent[customer][date.fromisoformat(day)] += float(amount)
    rows = []
    for by_day in spent.values():
        first, *later = sorted(by_day)
        repeats = [day for day in later if day <= UNTIL]
        last = (repeats[-1] - first).days if repeats else 0
        mean = np.mean([by_day[day] for day in repeats]) if repeats else 0
        rows.append((len(repeats), last, (UNTIL - first).days, mean, len(later) - len(repeats)))
    repeats, last, age, means, future = np.array(rows, dtype=float).T
    return Histories.of_days(repeats, last, age), repeats, means, future


@pytest.mark.parametrize(
    ("module", "parameters", "log_likelihood"),
    [
        (bgnbd, [0.2426, 4.4136, 0.7929, 2.4259], -9582.429),
        (pnbd, [0.5533, 10.578, 0.6062, 11.669], -9594.976),
    ],
)
def test_published_parameters(sample, module, parameters, log_likelihood):
    fitted = module.fit(sample[0])
    assert fitted.customers == 2357 and fitted.converged
    assert [*vars(fitted.parameters).values()] == pytest.approx(parameters, rel=1e-4)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)


def test_published_spends(sample):
    _, repeats, means, _ = sample
    fitted = gamma_gamma.fit(repeats, means)
    assert [*vars(fitted.parameters).values()] == pytest.approx([6.25, 3.744, 15.44], rel=1e-3)
    assert fitted.log_likelihood == pytest.approx(-4055.918, abs=1e-3)
    assert abs(gamma_gamma.correlation(repeats, means)) < 0.15


def test_the_published_customer(sample):
    model, row = pnbd.fit(sample[0]).parameters, Histories.of(26, 30.857, 31)
    assert model.expected_purchases(row, 52)[0] == pytest.approx(25.456, abs=2e-3)
    assert model.probability_alive(row)[0] == pytest.approx(0.99787, abs=1e-5)


def test_the_39_weeks_held_out(sample):
    """The cohort's purchases to the end of week 78 within 5 %, as published; who buys again, ranked."""
    histories, repeats, _, future = sample
    ages = histories.expand(histories.age)
    for module, rank in ((bgnbd, 0.625), (pnbd, 0.630)):
        model = module.fit(histories).parameters
        cohort = sum(model.expected_of_new(age + WEEKS_AFTER) for age in ages)
        assert cohort == pytest.approx(repeats.sum() + future.sum(), rel=0.05)
        expected = model.expected_purchases(histories, WEEKS_AFTER)
        assert np.corrcoef(expected, future)[0, 1] == pytest.approx(rank, abs=2e-3)
        assert roc_auc_score(future > 0, expected) > 0.76
    assert roc_auc_score(future > 0, model.probability_alive(histories)) >= 0.72
    assert roc_auc_score(future > 0, mbgnbd.fit(histories).parameters.probability_alive(histories)) > 0.68
