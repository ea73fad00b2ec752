"""What a month's work came to: score, rank, and whether levels held what they promised (R-TEAM-05, R-TEAM-06). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from guanxi.lib.money import ratio

MOST = Decimal("1.20")
PLACES = Decimal("1E-12")
TIMELY_FROM = Decimal("0.80")
LATE_COSTS = 10
FEWEST_DAYS = 10
GROUPS = ("STOCK", "NEW", "ACTIVITY", "RESULTS")
# 2.1: a level promises an order within so many days.
JUDGED = ("H", "A", "B")


def weighed(parts: Iterable[tuple[Decimal | int, Decimal | None]]) -> Decimal | None:
    """The mean of ratios by weight; those that are not known are left out with their weight, None when all are."""
    known = [(Decimal(weight), value) for weight, value in parts if value is not None]
    total = sum((weight for weight, _value in known), Decimal(0))
    if not total:
        return None
    return sum((weight * value for weight, value in known), Decimal(0)) / total


def score(
    attained: Mapping[str, Decimal | None], weights: Mapping[str, int], follow_rate: Decimal | None
) -> Decimal | None:
    """R-TEAM-05: Σ weight × attainment, each at most 120 %; follow-ups in time under 80 % cost 10 points.

    G27: 90/100/80/105 % in time → 9 + 20 + 16 + 52.5 = 97.5. A group without a target is left out and the others
    weigh for it; without any there is no score. It is rounded where it is shown; the twelve places kept here make
    equal scores of unequal quotients equal.
    """
    whole = weighed(
        (weights[group], min(value, MOST) if (value := attained.get(group)) is not None else None)
        for group in GROUPS
    )
    if whole is None:
        return None
    points = whole * sum(weights[group] for group in GROUPS)
    if follow_rate is not None and follow_rate < TIMELY_FROM:
        points -= LATE_COSTS
    return max(points, Decimal(0)).quantize(PLACES, ROUND_HALF_UP)


def ranks(scores: Sequence[tuple[Decimal | None, int]]) -> list[int | None]:
    """R-TEAM-06: the place of each (score, working days); equal scores share it, and who worked fewer than ten
    days or has no score has none."""
    counted = sorted(
        (points for points, days in scores if points is not None and days >= FEWEST_DAYS), reverse=True
    )
    return [
        counted.index(points) + 1 if points is not None and days >= FEWEST_DAYS else None
        for points, days in scores
    ]


@dataclass(frozen=True)
class Call:
    """Somebody called a customer a level; ``ordered_on`` is the first order from then on."""

    person: int
    level: str
    on: date
    ordered_on: date | None


@dataclass(frozen=True)
class Held:
    """Of ``calls`` at a level that had the time, how many closed within its window."""

    calls: int
    closed: int

    @property
    def rate(self) -> Decimal | None:
        return ratio(self.closed, self.calls)


def calibration(
    calls: Iterable[Call], windows: Mapping[str, int], today: date
) -> dict[tuple[int, str], Held]:
    """Person and level → how many of the calls held. A call counts once its window has passed, or it closed."""
    counted: dict[tuple[int, str], list[int]] = {}
    for call in calls:
        window = windows.get(call.level)
        if window is None:
            continue
        until = call.on + timedelta(days=window)
        closed = call.ordered_on is not None and call.ordered_on <= until
        if until >= today and not closed:
            continue
        entry = counted.setdefault((call.person, call.level), [0, 0])
        entry[0] += 1
        entry[1] += closed
    return {key: Held(*entry) for key, entry in counted.items()}


def together(held: Mapping[tuple[int, str], Held], level: str, people: Iterable[int] | None = None) -> Held:
    """The calls of these people at a level, of everybody when not told whom."""
    wanted = None if people is None else set(people)
    rows = [
        row for (person, code), row in held.items() if code == level and (wanted is None or person in wanted)
    ]
    return Held(sum(row.calls for row in rows), sum(row.closed for row in rows))
