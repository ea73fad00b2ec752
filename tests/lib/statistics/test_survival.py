"""Cox, Kaplan-Meier and cumulative incidence against lifelines and against sums made by hand."""

import numpy as np
import pytest

from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.survival import cox, cumulative_incidence, kaplan_meier

lifelines = pytest.importorskip("lifelines")
pandas = pytest.importorskip("pandas")

NAMES = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture(scope="module")
def rossi():
    from lifelines.datasets import load_rossi

    return load_rossi()


def test_cox_tells_the_published_recidivism_of_rossi(rossi):
    found = cox(rossi["week"], rossi["arrest"], rossi[NAMES])
    published = [-0.379, -0.057, 0.314, -0.150, -0.434, -0.085, 0.091]
    assert found.coefficients == pytest.approx(published, abs=5e-4)
    assert found.log_likelihood == pytest.approx(-658.748, abs=5e-4)
    assert found.events == 114


def test_cox_equals_lifelines_with_ties_and_censoring(rossi):
    oracle = lifelines.CoxPHFitter().fit(rossi, "week", "arrest")
    found = cox(rossi["week"], rossi["arrest"], rossi[NAMES])
    assert found.coefficients == pytest.approx(oracle.params_[NAMES].to_numpy(), abs=1e-4)
    assert found.standard_errors == pytest.approx(oracle.standard_errors_[NAMES].to_numpy(), abs=1e-4)
    assert found.log_likelihood == pytest.approx(oracle.log_likelihood_, abs=1e-4)


def test_cox_of_one_event_and_of_heavy_ties_equals_lifelines():
    generator = np.random.default_rng(5)
    frame = pandas.DataFrame(
        {
            "x": generator.normal(size=300),
            "time": generator.integers(1, 6, 300),
            "seen": generator.random(300) < 0.6,
        }
    )
    oracle = lifelines.CoxPHFitter().fit(frame, "time", "seen")
    found = cox(frame["time"], frame["seen"], frame[["x"]])
    assert found.coefficients[0] == pytest.approx(oracle.params_["x"], abs=1e-4)
    alone = cox([1, 2, 3, 4, 5], [0, 0, 1, 0, 0], [[0.1], [0.5], [0.2], [-0.4], [0.6]])
    assert alone.events == 1 and np.isfinite(alone.coefficients).all()


@pytest.mark.parametrize(
    ("code", "durations", "seen", "columns"),
    [
        ("no_event", [1, 2, 3], [0, 0, 0], [[1], [2], [3]]),
        ("constant_column", [1, 2, 3], [1, 0, 1], [[1], [1], [1]]),
        ("dependent_columns", [1, 2, 3, 4], [1, 1, 0, 1], [[1, 2], [3, 6], [0, 0], [2, 4]]),
        ("no_maximum", [1, 2, 3, 4], [1, 1, 0, 0], [[1], [1], [0], [0]]),
        ("not_a_duration", [-1, 2], [1, 0], [[1], [2]]),
        ("not_a_duration", [1, 2], [1, 0], [[1]]),
        ("not_a_duration", [], [], np.zeros((0, 1))),
    ],
)
def test_cox_refuses_what_it_cannot_carry(code, durations, seen, columns):
    with pytest.raises(ModelRefused) as refused:
        cox(durations, seen, columns)
    assert refused.value.code == code


def test_kaplan_meier_equals_lifelines(rossi):
    oracle = lifelines.KaplanMeierFitter().fit(rossi["week"], rossi["arrest"])
    found = kaplan_meier(rossi["week"], rossi["arrest"])
    for week in range(53):
        assert found.at(week) == pytest.approx(float(oracle.predict(week)), abs=1e-9)


def test_cumulative_incidence_equals_lifelines_without_ties():
    generator = np.random.default_rng(2)
    times = generator.exponential(50, 400)
    causes = generator.choice([0, 1, 2], 400, p=[0.3, 0.4, 0.3])
    oracle = lifelines.AalenJohansenFitter(calculate_variance=False).fit(times, causes, event_of_interest=1)
    found = cumulative_incidence(times, causes, 1)
    told = oracle.cumulative_density_.iloc[:, 0]
    for time in np.linspace(0, 200, 50):
        last = told[told.index <= time].iloc[-1]
        assert found.at(time) == pytest.approx(float(last), abs=1e-4)


def test_cumulative_incidence_of_ties_is_the_sum_made_by_hand():
    # Six cases: on day 2 one won and one lost, on day 3 one given up watching, on day 5 two won, one open.
    times, causes = [2, 2, 3, 5, 5, 6], [1, 2, 0, 1, 1, 0]
    won, lost = cumulative_incidence(times, causes, 1), cumulative_incidence(times, causes, 2)
    assert won.at(1) == 0 and won.at(2) == pytest.approx(1 / 6)
    # Four of six are left after day 2, three are watched on day 5.
    assert won.at(5) == pytest.approx(1 / 6 + (4 / 6) * (2 / 3))
    left = kaplan_meier(times, np.array(causes) > 0)
    assert won.at(9) + lost.at(9) + left.at(9) == pytest.approx(1)


def test_a_curve_without_events_stays_where_it_starts():
    assert kaplan_meier([1, 2], [0, 0]).at(5) == 1
    assert cumulative_incidence([1, 2], [0, 0], 1).at(5) == 0
