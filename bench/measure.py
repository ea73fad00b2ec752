"""Times of a call in milliseconds, and how they are printed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    fastest: float
    median: float
    p95: float
    slowest: float
    # Of this process alone: what stays when others use the machine (a database server is not counted).
    processor: float

    def __str__(self) -> str:
        times = (self.fastest, self.median, self.p95, self.slowest, self.processor)
        return " ".join(f"{one:7.1f}" for one in times)


HEADING = " ".join(f"{name:>7}" for name in ("min", "p50", "p95", "max", "cpu p50"))


def times_of(call: Callable[[], object], rounds: int, warm_up: int = 2) -> Times:
    """Call it ``rounds`` times after ``warm_up`` calls that are not counted."""
    for _round in range(warm_up):
        call()
    taken, worked = [], []
    for _round in range(rounds):
        start, work = time.perf_counter(), time.process_time()
        call()
        taken.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - work) * 1000)
    taken.sort()
    p95 = taken[min(int(rounds * 0.95), rounds - 1)]
    return Times(taken[0], statistics.median(taken), p95, taken[-1], statistics.median(worked))
