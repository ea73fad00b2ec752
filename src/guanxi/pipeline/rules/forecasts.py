"""What the open opportunities are worth: sum, spread, gap, and how far stated probabilities hold (8.4)."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from fractions import Fraction
from itertools import accumulate, pairwise
from math import gcd

# A distribution has at most so many steps. Amounts with a common divisor that fits are exact; others are rounded to
# one step, a thousandth of their sum.
STEPS = 1000
# Enough for the product of 25 probabilities in whole percent without any rounding.
PRECISE = Context(prec=50)
QUANTILES = (10, 50, 90)
# Where bands of stated probability begin, in %.
BANDS = (0, 20, 40, 60, 80)


def forecast(chances: Iterable[tuple[Decimal, int]]) -> Decimal:
    """R-OPP-02: the sum of amount (yuan) times probability (%)."""
    return sum((amount * percent for amount, percent in chances), Decimal(0)) / 100


@dataclass(frozen=True)
class Coverage:
    """R-OPP-03 in yuan. ``gap`` is 0 when the pipeline covers the target; ``extra_pipeline`` is what would have to be
    added at the same win rate, None when nobody ever wins."""

    expected: Decimal
    gap: Decimal
    extra_pipeline: Decimal | None


def coverage(target: Decimal, pipeline: Decimal, win_rate: Fraction) -> Coverage:
    """gap = target − pipeline × historic win rate."""
    expected = _yuan(Fraction(pipeline) * win_rate)
    gap = max(target - expected, Decimal(0))
    return Coverage(expected, gap, _yuan(Fraction(gap) / win_rate) if win_rate else None)


@dataclass(frozen=True)
class Distribution:
    """The sum of what will be won, as certain as it is: ``step`` is its grain and ``weights[k]`` the probability of
    ``k`` steps, both exact where ``is_exact``. Amounts in yuan."""

    step: Decimal
    weights: tuple[Decimal, ...]
    is_exact: bool

    def quantile(self, percent: int) -> Decimal:
        """The smallest sum that is not exceeded with at least this probability: with 90 % certainty at least the
        10 % quantile comes."""
        with localcontext(PRECISE):
            reached = list(accumulate(self.weights))
            return self.step * bisect_left(reached, Decimal(percent) / 100 * reached[-1])

    def at_least(self, amount: Decimal) -> Decimal:
        """The probability that the sum reaches ``amount``."""
        with localcontext(PRECISE):
            first = max(int((amount / self.step).to_integral_value(ROUND_CEILING)), 0)
            return sum(self.weights[first:], Decimal(0))


def distribution(chances: Sequence[tuple[Decimal, int]]) -> Distribution:
    """The sum of independent opportunities, each won with its probability (%) for its amount (yuan) or not at all.

    The sums are convolved on a grid in fen: the common divisor of the amounts when that makes at most STEPS steps, else
    a STEPS-th of their sum, each amount rounded half up to it.
    """
    certain = [(_fen(amount), percent) for amount, percent in chances if amount > 0 and percent > 0]
    total = sum(fen for fen, _percent in certain)
    grain = gcd(*(fen for fen, _percent in certain)) or 1
    is_exact = total <= grain * STEPS
    if not is_exact:
        grain = -(-total // STEPS)
    weights = [Decimal(1)]
    with localcontext(PRECISE):
        for fen, percent in sorted(certain):
            shift = (2 * fen + grain) // (2 * grain)
            success, failure = Decimal(percent) / 100, Decimal(100 - percent) / 100
            kept = [weight * failure for weight in weights] + [Decimal(0)] * shift
            for place, weight in enumerate(weights, shift):
                kept[place] += weight * success
            weights = kept
    return Distribution(Decimal(grain) / 100, tuple(weights), is_exact)


@dataclass(frozen=True)
class Band:
    """Of the closed opportunities ever stated between ``low`` and ``high`` %: how many, how many won, and the mean of
    what was stated. ``rate`` is None below the least number, where the pack's numbers hold."""

    low: int
    high: int
    count: int
    won: int
    stated: Decimal | None
    rate: Fraction | None


def band_of(percent: int) -> int:
    """Where the band of a stated probability begins."""
    return max(low for low in BANDS if low <= percent)


def calibration(closed: Iterable[tuple[Sequence[int], bool]], least: int) -> list[Band]:
    """The table of stated probability against outcome. ``closed`` are (what was stated while it was open, whether it
    was won); an opportunity counts once in each band it was ever in."""
    told: dict[int, list[tuple[Fraction, bool]]] = {low: [] for low in BANDS}
    for stated, was_won in closed:
        for low in BANDS:
            within = [percent for percent in stated if band_of(percent) == low]
            if within:
                told[low].append((Fraction(sum(within), len(within)), was_won))
    table = []
    for low, after in zip(BANDS, (*BANDS[1:], 101), strict=True):
        rows = told[low]
        won = sum(bool(one) for _stated, one in rows)
        mean = sum((stated for stated, _won in rows), Fraction(0)) / len(rows) if rows else None
        rate = Fraction(won, len(rows)) if len(rows) >= least else None
        table.append(Band(low, after - 1, len(rows), won, shown(mean), rate))
    return table


def win_percent(stated: int, of_stage: int, table: Sequence[Band]) -> int:
    """The probability (%) the forecast counts with: what became of earlier opportunities stated alike, rounded half
    up; the stage's own number from the pack while too few of them are closed."""
    band = next(row for row in table if row.low == band_of(stated))
    if band.rate is None:
        return of_stage
    return int(band.rate * 100 + Fraction(1, 2))


def win_rate(won: int, closed: int, least: int, default: Decimal) -> Fraction:
    """Won over closed opportunities; the pack's rate while fewer than ``least`` are closed."""
    return Fraction(won, closed) if closed >= max(least, 1) else Fraction(default)


def won_at_age(lives: Iterable[tuple[int, bool]], age: int, least: int) -> Fraction | None:
    """Of the closed opportunities (days they lived, whether won) that were still open at ``age`` days, the share that
    was won after all; None while fewer than ``least`` got that old."""
    after = [won for days, won in lives if days >= age]
    return Fraction(sum(after), len(after)) if len(after) >= least else None


def cost_share(
    minutes: int, cash: Decimal, hourly: Decimal, amount: Decimal
) -> tuple[Decimal, Fraction | None]:
    """R-OPP-05: what was invested (yuan) and its share of the amount; None without an amount."""
    cost = Fraction(minutes, 60) * Fraction(hourly) + Fraction(cash)
    return _yuan(cost), cost / Fraction(amount) if amount else None


def slipped(expected: Mapping[int, Sequence[str]]) -> dict[int, int]:
    """Opportunity → how often its closing date was put off. ``expected`` are its dates as ISO text, oldest first."""
    return {
        key: count
        for key, days in expected.items()
        if (count := sum(later > earlier for earlier, later in pairwise(days)))
    }


def shown(share: Fraction | None) -> Decimal | None:
    """A share as pages print it; None stays None."""
    return None if share is None else Decimal(share.numerator) / Decimal(share.denominator)


def _fen(amount: Decimal) -> int:
    return int(amount * 100)


def _yuan(value: Fraction) -> Decimal:
    """Rounded half up to fen."""
    fen = (abs(value) * 100 + Fraction(1, 2)) // 1
    return Decimal(int(fen if value >= 0 else -fen)) / 100
