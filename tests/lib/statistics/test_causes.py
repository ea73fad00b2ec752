"""The few causes behind most of what goes wrong (R-VAL-08)."""

from fractions import Fraction

import numpy as np
import pytest

from guanxi.lib.statistics.causes import causes
from guanxi.lib.statistics.concentration import concentration


def main(counts: dict[str, int]) -> list[str]:
    return [cause.name for cause in causes(counts) if cause.is_main]


def test_r_val_08_few_causes_make_most() -> None:
    found = causes({"rude": 40, "late": 42, "price": 10, "noise": 5, "other": 3, "never": 0})
    assert [cause.name for cause in found] == ["late", "rude", "price", "noise", "other"]
    assert (found[1].reached, found[-1].reached) == (Fraction(82, 100), 1)
    assert [cause.is_main for cause in found] == [True, True, False, False, False]


def test_r_val_08_edges() -> None:
    # Reaching 80 % exactly ends them; who ties with the last is no less.
    assert main({"a": 80, "b": 15, "c": 5}) == ["a"]
    assert main({"a": 79, "b": 16, "c": 5}) == ["a", "b"]
    assert main({"a": 60, "b": 10, "c": 10, "d": 10, "e": 10}) == ["a", "b", "c", "d", "e"]
    assert causes({}) == causes({"a": 0}) == []
    with pytest.raises(ValueError, match="less than never"):
        causes({"late": -1})


@pytest.mark.parametrize(
    "counts", [[1], [3, 3, 3], [50, 7, 7, 7, 1, 1], [8, 1, 1], [9, 8, 7, 6, 5, 4, 3, 2, 1]]
)
def test_r_val_08_is_r_val_07_over_causes(counts: list[int]) -> None:
    sizes = concentration(np.array(counts)).sizes()
    assert len(main({f"{place}": count for place, count in enumerate(counts)})) == sizes["A"]
