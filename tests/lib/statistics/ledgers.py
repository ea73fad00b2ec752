"""Purchases for tests: written by hand, drawn by hypothesis, or CDNOW's where the shared data is at hand."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from guanxi.lib.statistics.purchase_files import Columns, PurchaseFile, read_purchases
from guanxi.lib.statistics.purchases import Purchases

CDNOW = Path(__file__).parents[4] / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
CALIBRATED = date(1997, 9, 30)
HELD_OUT = date(1998, 6, 30)

Line = tuple[str, str, int]


def ledger(lines: Iterable[Line]) -> Purchases:
    """Of (customer, day, yuan)."""
    rows = list(lines)
    labels = list(dict.fromkeys(name for name, _on, _yuan in rows))
    return Purchases(
        labels,
        np.array([labels.index(name) for name, _on, _yuan in rows], np.int64),
        np.array([date.fromisoformat(on).toordinal() for _name, on, _yuan in rows], np.int64),
        np.array([100 * yuan for _name, _on, yuan in rows], np.int64),
    )


def cdnow() -> PurchaseFile:
    if not CDNOW.exists():
        reason = f"needs {'/'.join(CDNOW.parts[-3:])} of the shared data beside the project"
        print(reason)
        pytest.skip(reason)
    return read_purchases(CDNOW, Columns("2", "3", "5"))


profits = st.lists(st.integers(-10_000, 10**9), min_size=1, max_size=60)
lines = st.lists(
    st.tuples(
        st.sampled_from("甲乙丙丁戊己"),
        st.dates(date(2023, 1, 1), date(2024, 6, 30)).map(date.isoformat),
        st.integers(-50, 500),
    ),
    min_size=1, max_size=60,
)  # fmt: skip
