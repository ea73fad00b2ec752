"""Time of a night's reckoning of a store with 20,000 made-up customers, part by part; opens no database.

    python -m bench.values [--customers 20000]

Processor seconds. The floor is what cannot be spared in the same run: sorting the lines by customer and day.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from guanxi.insights.rules.outlook import outlook
from guanxi.insights.rules.valuation import Lines, Terms, value_base
from guanxi.lib.statistics.lifetimes.pnbd import ParetoNbd
from guanxi.lib.statistics.purchases import Purchases, histories

UNTIL = date(2026, 6, 30)
MODEL = ParetoNbd(1.2, 14.0, 0.6, 20.0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=20_000)
    lines = made_up(parser.parse_args().customers)
    print(f"{len(lines.customers):,} customers, {len(lines.customer):,} lines, processor seconds")
    show(
        "floor: lines sorted by customer and day",
        lambda: np.argsort(lines.customer * 10_000 + lines.day % 10_000),
    )
    sold = Purchases([str(key) for key in lines.customers], lines.customer, lines.day, lines.margin)
    show("model, chances, days and bands", lambda: outlook(histories(sold, UNTIL, "day"), 52))
    month = UNTIL.replace(day=1) - timedelta(days=1)
    show("the whole reckoning", lambda: value_base(lines, UNTIL, Terms(), last_month=month))


def made_up(count: int) -> Lines:
    """Customers as Pareto/NBD has them, each with a first purchase, the last, and the others between."""
    chance = np.random.default_rng(1)
    found = MODEL.simulate(chance.uniform(20, 156, count), chance)
    repeats = found.repeats.astype(int)
    owner = np.repeat(np.arange(count), repeats + 1)
    first = np.concatenate(([0], np.cumsum(repeats + 1)[:-1]))
    weeks = chance.random(len(owner)) * found.last[owner]
    weeks[first], weeks[first + repeats] = 0, found.last
    days = UNTIL.toordinal() - np.rint((found.age[owner] - weeks) * 7).astype(np.int64)
    mean = 30_000 / np.maximum(chance.gamma(4, size=count), 0.3)
    margin = np.rint(mean[owner] * chance.gamma(6, size=len(owner)) / 6 + 1).astype(np.int64)
    return Lines(list(range(count)), owner, days, margin)


def show(what: str, work: Callable[[], object]) -> None:
    begun = time.process_time()
    work()
    print(f"{what:48} {time.process_time() - begun:8.2f}")


if __name__ == "__main__":
    main()
