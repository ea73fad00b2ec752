"""The month close of a store: 50 consultants with 400 prospects each, every form.

    GUANXI_HOME=… DATABASE_URL=… python -m bench.month_close [--consultants 50] [--prospects 400]

Seconds by the wall clock and of the processor; the slowest person is the longest chunk. Fills an empty database.
"""

import argparse
import time
from datetime import datetime

from django.db import connection

from bench.month_population import MONTH, ZONE, populate
from guanxi.performance.operations import closes


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--consultants", type=int, default=50)
    parser.add_argument("--prospects", type=int, default=400)
    options = parser.parse_args()
    store = populate(options.consultants, options.prospects)
    taken: list[float] = []
    freeze = closes.freeze_person

    def timed(*about: object) -> int:
        start = time.perf_counter()
        kept = freeze(*about)  # type: ignore[arg-type]
        taken.append(time.perf_counter() - start)
        return kept

    closes.freeze_person = timed  # type: ignore[assignment]
    wall, processor = time.perf_counter(), time.process_time()
    close = closes.close_month(store, MONTH, datetime(2026, 4, 1, 0, 6, tzinfo=ZONE))
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(
        f"{connection.vendor}, {options.consultants} consultants of {options.prospects}: {wall:.1f} s "
        f"({processor:.1f} s of processor time), slowest person {max(taken) * 1000:.0f} ms, "
        f"{close.figures.count()} sheets kept"
    )


if __name__ == "__main__":
    main()
