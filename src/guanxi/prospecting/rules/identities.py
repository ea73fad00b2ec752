"""R-REG-05: the sums that must come out, checked every night."""

from collections.abc import Mapping

from guanxi.prospecting.rules.visits import FIRSTS, INCOMPLETE, NON_INTENT, RETURN


def first_total(counts: Mapping[str, int]) -> int:
    return sum(counts.get(kind, 0) for kind in FIRSTS)


def broken_identities(total: int, counts: Mapping[str, int], filed_firsts: int) -> dict[str, tuple[int, int]]:
    """Name → (left side, right side) of each identity that does not hold. ``total`` and ``filed_firsts`` are
    counted by other columns than ``counts``, which is by visit type."""
    parts = first_total(counts) + sum(counts.get(kind, 0) for kind in (RETURN, NON_INTENT, INCOMPLETE))
    sides = {
        "total": (total, parts),
        "first_filed": (filed_firsts, counts.get("FIRST_FILED", 0)),
    }
    return {name: pair for name, pair in sides.items() if pair[0] != pair[1]}
