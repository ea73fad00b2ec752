"""What the losses of a month say together (F-LOSS-1, handbook 7.5, R-LOSS-01). Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guanxi.lib.money import ratio

TOP = 3
ASPECTS = ("reason", "competitor", "consultant", "level")
BUCKETS = ("F1", "L", "F2")


@dataclass(frozen=True)
class LossFact:
    """One application: by what it is counted, and how it ended."""

    reason: str
    competitor: str
    consultant: str
    level: str
    bucket: str
    outcome: str
    applied: bool
    approved: bool
    rejected: bool
    verified: bool


def shares(values: Iterable[str]) -> list[dict[str, Any]]:
    """How often each value stands, most often first, with its share and whether it is among the first three.

    What is tied with the third is among them too; nothing said ("") is counted but never among them.
    """
    counted = Counter(values)
    total = sum(counted.values())
    ordered = sorted(counted.items(), key=lambda item: (not item[0], -item[1], item[0]))
    named = [count for value, count in ordered if value]
    least = named[min(TOP, len(named)) - 1] if named else 0
    return [
        {
            "value": value,
            "count": count,
            "share": text(ratio(count, total)),
            "top": bool(value) and count >= least,
        }
        for value, count in ordered
    ]


def summary(facts: Sequence[LossFact]) -> dict[str, Any]:
    """The summary block: only approved losses count (R-LVL-05); clarity is of all applications (4.4)."""
    lost = [fact for fact in facts if fact.approved]
    applied = [fact for fact in facts if fact.applied]
    crossed = Counter(tuple(getattr(fact, aspect) for aspect in ASPECTS) for fact in lost)
    buckets = Counter(fact.bucket for fact in lost)
    return {
        "applied": len(applied),
        "approved": len(lost),
        "rejected": sum(fact.rejected for fact in applied),
        "pending": sum(not fact.approved and not fact.rejected for fact in applied),
        "verified": sum(fact.verified for fact in applied),
        "clarity": text(ratio(sum(fact.verified for fact in applied), len(applied))),
        "buckets": [
            {"value": code, "count": buckets[code], "share": text(ratio(buckets[code], len(lost)))}
            for code in BUCKETS
        ],
        "outcomes": shares(fact.outcome for fact in lost),
        "by": {aspect: shares(getattr(fact, aspect) for fact in lost) for aspect in ASPECTS},
        "crossed": [
            {
                **dict(zip(ASPECTS, values, strict=True)),
                "count": count,
                "share": text(ratio(count, len(lost))),
            }
            for values, count in sorted(crossed.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


def text(value: Decimal | None) -> str | None:
    """A ratio in JSON: its exact digits, None without a denominator."""
    return None if value is None else str(value)
