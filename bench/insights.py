"""Times of the statistics of purchases, on as many random customers as the goals name.

    python -m bench.insights [--rounds 5]

In milliseconds, warm; opens no database. The floor is what cannot be spared in the same run: sorting the amounts,
sorting the rows by customer and day, one KMeans, splitting the lines of the file.
"""

import argparse
import csv
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from bench.measure import HEADING, times_of
from guanxi.lib.statistics.cohorts import churn_risks, cohorts, periods
from guanxi.lib.statistics.concentration import concentration, top_share_band
from guanxi.lib.statistics.purchase_files import Columns, read_purchases
from guanxi.lib.statistics.purchases import Purchases, histories
from guanxi.lib.statistics.rfm import rfm_scores
from guanxi.lib.statistics.segments import find_segments, rfm_features

CUSTOMERS, ROWS, SEGMENTED = 1_000_000, 3_000_000, 100_000
FIRST, UNTIL = date(2024, 1, 1), date(2026, 12, 31)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{rounds} rounds, milliseconds\n{'':52} {HEADING}")
    purchases = random_purchases(CUSTOMERS, ROWS)
    totals = purchases.totals()
    print(f"{CUSTOMERS:,} customers, {ROWS:,} rows")
    show("floor: amounts sorted", lambda: np.sort(totals), rounds)
    show("ABC, Gini, HHI and curve (R-VAL-07)", lambda: concentration(totals), rounds)
    show("band of the top share, 1,000 draws", lambda: top_share_band(totals), rounds)
    key = purchases.customer * 2_000 + purchases.day - FIRST.toordinal()
    show("floor: rows sorted by customer and day", lambda: np.argsort(key, kind="stable"), rounds)
    show("histories of the rows", lambda: histories(purchases, UNTIL), rounds)
    of = histories(purchases, UNTIL)
    show("RFM of the histories", lambda: rfm_scores(of), rounds)
    show("churn risks (R-LOY-06)", lambda: churn_risks(of, 60), rounds)
    show(
        "months and cohorts (R-LOY-03)",
        lambda: (periods(purchases, UNTIL), cohorts(purchases, UNTIL)),
        rounds,
    )
    segments(rounds)
    files(rounds)


def random_purchases(customers: int, rows: int) -> Purchases:
    """Buyers of very different rates, amounts and lengths of stay."""
    chance = np.random.default_rng(1)
    rate = chance.gamma(0.5, 1, customers)
    customer = chance.choice(customers, rows, p=rate / rate.sum())
    customer[:customers] = np.arange(customers)
    gone = chance.integers(30, (UNTIL - FIRST).days, customers)[customer]
    day = FIRST.toordinal() + (chance.random(rows) * gone).astype(np.int64)
    amount = np.exp(chance.normal(8, 1, customers)[customer] + chance.normal(0, 0.5, rows)).astype(np.int64)
    return Purchases([f"K{place}" for place in range(customers)], customer, day, amount)


def segments(rounds: int) -> None:
    features = rfm_features(histories(random_purchases(SEGMENTED, 6 * SEGMENTED), UNTIL))
    print(f"{len(features.values):,} customers")
    show(
        "floor: one KMeans of six, ten starts",
        lambda: KMeans(6, n_init=10, random_state=1).fit(features.values),
        rounds,
    )
    show("segments of three to six with their stability", lambda: find_segments(features), rounds)


def files(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "purchases.csv"
        purchases = random_purchases(CUSTOMERS // 5, 1_000_000)
        assert purchases.amount is not None
        with path.open("w", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(["customer", "date", "amount"])
            columns = purchases.customer.tolist(), purchases.day.tolist(), purchases.amount.tolist()
            writer.writerows(
                [f"K{who}", FIRST + timedelta(on - FIRST.toordinal()), f"{fen / 100:.2f}"]
                for who, on, fen in zip(*columns, strict=True)
            )
        print(f"1,000,000 rows of {path.stat().st_size / 1e6:.0f} MB")
        show("floor: split into cells", lambda: list(csv.reader(path.read_text().splitlines())), rounds)
        show("read", lambda: read_purchases(path, Columns("customer", "date", "amount")), rounds)


def show(what: str, call: Callable[[], object], rounds: int) -> None:
    print(f"  {what:50} {times_of(call, rounds, warm_up=1)}", flush=True)


if __name__ == "__main__":
    main()
