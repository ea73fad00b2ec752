"""Targets: attainment, what time has asked for so far, weeks, and splitting to persons (R-TGT, R-TEAM-03). Pure."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from guanxi.lib.money import ratio

RED_UNDER = Decimal("0.80")
GREEN_FROM = Decimal(1)
WEEKS = 5
# R-TEAM-03: deliveries of the last three months, present H and A, an equal part.
SPLIT = (Fraction(50, 100), Fraction(30, 100), Fraction(20, 100))


def attainment(actual: Decimal | int, target: Decimal | int | None) -> Decimal | None:
    """R-TGT-01: actual over target; None without a target or with a target of 0."""
    return None if target is None else ratio(actual, target)


def colour(reached: Decimal | None) -> str:
    """R-TGT-01: RED under 80 %, AMBER under 100 %, GREEN from there; "" without a ratio."""
    if reached is None:
        return ""
    return "RED" if reached < RED_UNDER else "AMBER" if reached < GREEN_FROM else "GREEN"


@dataclass(frozen=True)
class Month:
    """The days of a month and which of them are worked."""

    first: date
    worked: tuple[date, ...]

    @classmethod
    def of(cls, first: date, is_closed: Callable[[date], bool]) -> "Month":
        days = (first + timedelta(days=day) for day in range(monthrange(first.year, first.month)[1]))
        return cls(first, tuple(day for day in days if not is_closed(day)))

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    def elapsed(self, on: date) -> int:
        """Working days that had passed by the evening of ``on``."""
        return sum(day <= on for day in self.worked)

    def weeks(self) -> list[tuple[date, date]]:
        """Weeks begin on Monday; the few days of a sixth week belong to the fifth."""
        found: list[tuple[date, date]] = []
        start = self.first
        while start <= self.last:
            end = min(start + timedelta(days=6 - start.weekday()), self.last)
            if len(found) == WEEKS:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
            start = end + timedelta(days=1)
        return found


def proportional(target: Decimal | int | None, elapsed: int, days: int) -> Decimal | None:
    """R-TGT-02: target × elapsed working days / working days; None without a target or a working day."""
    if target is None or not days:
        return None
    return Decimal(target) * elapsed / days


def split(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Parts by weight that add up to ``total``: largest remainder, and of equal ones the higher weight first."""
    whole = sum(weights, Fraction(0))
    if not weights or whole <= 0:
        return [0 for _ in weights]
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(
        range(len(weights)),
        key=lambda place: (exact[place] - parts[place], weights[place], -place),
        reverse=True,
    )
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def person_weights(deliveries: Sequence[int], hot: Sequence[int]) -> list[Fraction]:
    """R-TEAM-03 for persons in the same order. A part nobody has anything of is shared equally."""
    people = len(deliveries)
    found = []
    for delivered, warm in zip(deliveries, hot, strict=True):
        parts = (
            Fraction(delivered, sum(deliveries)) if sum(deliveries) else Fraction(1, people),
            Fraction(warm, sum(hot)) if sum(hot) else Fraction(1, people),
            Fraction(1, people),
        )
        found.append(sum((share * part for share, part in zip(SPLIT, parts, strict=True)), Fraction(0)))
    return found


def week_plans(target: Decimal | None, month: Month) -> list[Decimal | None]:
    """The target over the weeks by their working days; parts of a whole target are whole and add up."""
    days = [sum(first <= day <= last for day in month.worked) for first, last in month.weeks()]
    if target is None or not sum(days):
        return [None for _ in days]
    whole = target.to_integral_value(ROUND_FLOOR)
    if whole != target:
        return [target * count / sum(days) for count in days]
    return [Decimal(part) for part in split(int(whole), [Fraction(count) for count in days])]


def forecast(actual: int, stock: dict[str, int], chances: dict[str, Decimal]) -> Decimal:
    """R-TEAM-04: actual + Σ open customers × the chance of their level."""
    return Decimal(actual) + sum(
        (Decimal(count) * chances.get(level, Decimal(0)) for level, count in stock.items() if level != "O"),
        Decimal(0),
    )


def forecast_of_rest(
    actual: int, stock: dict[str, int], chances: dict[str, Decimal], elapsed: int, days: int
) -> Decimal:
    """What the rest of the month brings: the chances are those of a whole month, so they count by its working days
    still to come."""
    open_part = forecast(0, stock, chances)
    return Decimal(actual) + (open_part * (days - elapsed) / days if days else Decimal(0))


def share_there(joined: date | None, left: date | None, month: Month) -> Fraction:
    """17.5: the part of the month's working days of who joins or leaves within it; ``left`` is the last day.

    Who joined after the month had no part in it as far as the records go, so what was set for them stays whole.
    """
    begins = joined if joined is not None and month.first <= joined <= month.last else month.first
    there = sum(begins <= day and (left is None or day <= left) for day in month.worked)
    return Fraction(there, len(month.worked)) if month.worked else Fraction(0)


def pro_rated(target: Decimal, share: Fraction) -> Decimal:
    """17.5: the target of the working days they were there, exact to the hundredth."""
    exact = Fraction(target) * share
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
