"""A rate of few cases, held near what is known in general: a beta-binomial."""

from dataclasses import dataclass

from scipy.special import betaincinv

from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

# As many cases as the general figure is worth: after twenty of its own a store speaks for half.
PRIOR_CASES = 20


@dataclass(frozen=True)
class Shrunk:
    """The chance, and the borders it lies within with 80 %."""

    chance: float
    lower: float
    upper: float


def shrunk(happened: int, cases: int, general: float, prior_cases: float = PRIOR_CASES) -> Shrunk:
    """``happened`` of ``cases``, beside ``prior_cases`` at the ``general`` rate.

    Raises `ModelRefused` ``not_a_rate`` for counts or a rate that cannot be.
    """
    if not 0 <= happened <= cases or not 0 <= general <= 1 or prior_cases <= 0:
        raise ModelRefused("not_a_rate", "a rate counts some of all cases, beside a figure from 0 to 1")
    yes, no = happened + prior_cases * general, cases - happened + prior_cases * (1 - general)
    if not yes or not no:
        # Nothing speaks for the other outcome, not even the general figure.
        return Shrunk(float(yes > 0), float(yes > 0), float(yes > 0))
    return Shrunk(yes / (yes + no), float(betaincinv(yes, no, 0.1)), float(betaincinv(yes, no, 0.9)))
