"""Which segments may be served (handbook 11.2), how attractive they are, and how they compare (R-VAL-14)."""

from collections.abc import Mapping
from decimal import Decimal

from guanxi.lib.money import ratio

TESTS = ("accessible", "measurable", "profitable")
SCORES = ("profit", "need", "trend", "market", "competition")
HIGHEST = 5
# The filters of the customer list that tell a segment; one of today's work or of a person is no market.
RULE = ("level", "source", "owner_kind", "status", "kind", "base", "region", "product")


def open_tests(answers: Mapping[str, tuple[bool | None, str]]) -> tuple[list[str], list[str]]:
    """The tests that failed, and those that lack an answer or its evidence. A segment is served only when both are
    empty."""
    failed = [test for test in TESTS if answers[test][0] is False]
    missing = [
        test
        for test in TESTS
        if answers[test][0] is None or (answers[test][0] and not answers[test][1].strip())
    ]
    return failed, missing


def profit_ratio(margin: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """Estimated margin over cost; None while one is unknown or nothing is spent."""
    return None if margin is None or cost is None else ratio(margin, cost)


def is_attractive(margin: Decimal | None, cost: Decimal | None, least: Decimal) -> bool | None:
    """Margin over cost reaches ``segment.min_roi``; None while it cannot be said."""
    reached = profit_ratio(margin, cost)
    return None if reached is None else reached >= least


def total_score(scores: Mapping[str, int | None]) -> int | None:
    """R-VAL-14: the five together, of 25; None while one is missing."""
    given = [scores[name] for name in SCORES]
    return None if None in given else sum(score for score in given if score is not None)
