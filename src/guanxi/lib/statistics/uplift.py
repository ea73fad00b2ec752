"""What a treatment changed: two groups drawn at random, compared with an interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, isclose, lgamma, log, sqrt
from statistics import NormalDist, fmean, variance

LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """Treated minus control, with the ends of its interval."""

    estimate: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether the interval leaves 0 out; otherwise the groups are too small to tell."""
        return self.low > 0 or self.high < 0


def wilson(successes: int, count: int, level: float = LEVEL) -> tuple[float, float]:
    """The score interval of a share. Raises ValueError unless 0 ≤ successes ≤ count and count is above 0."""
    if count <= 0 or not 0 <= successes <= count:
        raise ValueError("a share needs 0 ≤ successes ≤ count and somebody to count")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = successes / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def share_difference(
    treated: tuple[int, int], control: tuple[int, int], level: float = LEVEL
) -> Difference | None:
    """Newcombe's hybrid score interval of the difference of two shares, each (successes, count); None when a group is
    empty. Holds for small groups and for shares of 0 and 1, where the plain normal interval has no width."""
    if not treated[1] or not control[1]:
        return None
    one, other = treated[0] / treated[1], control[0] / control[1]
    (low, high), (base_low, base_high) = wilson(*treated, level), wilson(*control, level)
    estimate = one - other
    return Difference(
        estimate,
        estimate - sqrt((one - low) ** 2 + (base_high - other) ** 2),
        estimate + sqrt((high - one) ** 2 + (other - base_low) ** 2),
    )


def mean_difference(
    treated: Sequence[float], control: Sequence[float], level: float = LEVEL
) -> Difference | None:
    """Welch's interval of the difference of two means; None when a group has fewer than two values, or when no value
    differs from the others of its group, for then nothing says how much chance there is."""
    if len(treated) < 2 or len(control) < 2:
        return None
    one, other = variance(treated) / len(treated), variance(control) / len(control)
    error = one + other
    if not error:
        return None
    freedom = error**2 / (one**2 / (len(treated) - 1) + other**2 / (len(control) - 1))
    half = student_quantile((1 + level) / 2, freedom) * sqrt(error)
    estimate = fmean(treated) - fmean(control)
    return Difference(estimate, estimate - half, estimate + half)


def student_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's t above the middle, to 1e-9 of its size. Raises ValueError outside 0.5 ≤ p < 1."""
    if not 0.5 <= probability < 1 or freedom <= 0:
        raise ValueError("a probability from one half to below 1, and some freedom")

    def upper_tail(t: float) -> float:
        return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2

    top = 1.0
    while upper_tail(top) > 1 - probability:
        top *= 2
    return _bisected(lambda t: upper_tail(t) - (1 - probability), 0.0, top)


def _bisected(falling: Callable[[float], float], low: float, high: float) -> float:
    while not isclose(low, high, rel_tol=1e-11, abs_tol=1e-12):
        middle = (low + high) / 2
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    tiny, c, d = 1e-300, 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    fraction = d
    for m in range(1, 500):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + step * d) or tiny)
            c = (1 + step / c) or tiny
            fraction *= c * d
        if isclose(c * d, 1, rel_tol=1e-14):
            break
    return front * fraction
