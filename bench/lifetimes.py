"""Times of the models of customers' lifetimes, and how well the fitted ones forecast what was made up.

    python -m bench.lifetimes [--customers 1000000]

In milliseconds; opens no database. Customers are made up with the parameters published for CDNOW, in whole days. The
floor is sorting their histories, with which everything begins. The figures of CDNOW itself are those of
`tests/lib/statistics/lifetimes/test_cdnow.py`.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.measure import HEADING, times_of
from guanxi.lib.statistics.lifetimes import bgnbd, gamma_gamma, intervals, mbgnbd, pnbd
from guanxi.lib.statistics.lifetimes.histories import Histories

MODELS: list[tuple[Any, Any]] = [
    (bgnbd, bgnbd.BgNbd(0.243, 4.414, 0.793, 2.426)),
    (mbgnbd, mbgnbd.MbgNbd(0.525, 6.18, 0.891, 1.614)),
    (pnbd, pnbd.ParetoNbd(0.553, 10.58, 0.606, 11.67)),
]
SPEND = gamma_gamma.GammaGamma(6.25, 3.74, 15.44)
WEEKS = 39


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    generator = np.random.default_rng(1)
    ages = generator.integers(27 * 7, WEEKS * 7 + 1, asked.customers) / 7
    print(f"{asked.customers:,} customers, {asked.rounds} rounds, milliseconds\n{'':44} {HEADING}")
    for module, truth in MODELS:
        made_up = truth.simulate(ages, generator, WEEKS)
        columns = made_up.repeats, np.ceil(made_up.last * 7), np.rint(made_up.age * 7)
        histories = Histories.of_days(*columns)
        print(f"{type(truth).__name__}: {histories.rows:,} histories that differ")
        show("floor: sorted", lambda: np.sort(histories.keys), asked.rounds)  # noqa: B023
        show("read and fitted", lambda: module.fit(Histories.of_days(*columns)), asked.rounds)  # noqa: B023
        model = module.fit(histories).parameters
        show("expected purchases", lambda: model.expected_purchases(histories, WEEKS), asked.rounds)  # noqa: B023
        bias = model.expected_purchases(histories, WEEKS).sum() / made_up.future.sum() - 1
        print(f"  {'forecast of what was made up':42} {bias:+7.2%}", flush=True)
    show("  silence until half, Pareto/NBD", lambda: model.silence_until_half(histories), 1)
    means = SPEND.simulate(made_up.repeats, generator)
    show("Gamma-Gamma fitted", lambda: gamma_gamma.fit(made_up.repeats, means), asked.rounds)
    started = time.perf_counter()
    band = intervals.bootstrap(model, histories, WEEKS, seed=1, draws=20).expected
    print(
        f"  intervals, Pareto/NBD, 20 refits: {time.perf_counter() - started:.1f} s, {band.low:,.0f} … {band.high:,.0f}"
    )


def show(what: str, call: Callable[[], object], rounds: int) -> None:
    print(f"  {what:42} {times_of(call, rounds, warm_up=0)}", flush=True)


if __name__ == "__main__":
    main()
