"""Customers made up as a model has them: known truth for tests and measurements, new samples for intervals.

Exact and without a loop over purchases: how many times somebody buys in a span is Poisson; where among them the last
one before staying away lies, an order statistic of even draws.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guanxi.lib.statistics.lifetimes.histories import Floats, Histories


@dataclass(frozen=True, eq=False)
class Simulated:
    """The past of each customer, and what the models cannot see: who is still there, what each buys in the horizon."""

    repeats: Floats
    last: Floats
    age: Floats
    alive: NDArray[np.bool_]
    future: Floats

    def histories(self) -> Histories:
        return Histories.of(self.repeats, self.last, self.age)

    def histories_in_days(self, days_in_unit: int = 7) -> Histories:
        """The same with times in whole days, as ledgers keep them: many customers share a history."""
        age = np.rint(self.age * days_in_unit)
        last = np.minimum(np.ceil(self.last * days_in_unit), age)
        return Histories.of_days(self.repeats, last, age, days_in_unit=days_in_unit)


def with_dropout(
    parameters: tuple[float, float, float, float],
    ages: Floats,
    generator: np.random.Generator,
    horizon: float = 0,
    *,
    first_may_be_last: bool = False,
) -> Simulated:
    """BG/NBD, or with ``first_may_be_last`` MBG/NBD, with parameters (r, alpha, a, b)."""
    r, alpha, a, b = parameters
    customers = len(ages)
    rate = generator.gamma(r, size=customers) / alpha
    most = _until_staying_away(generator.beta(a, b, customers), generator) - first_may_be_last
    offered = generator.poisson(rate * ages).astype(float)
    alive = offered < most
    repeats = np.minimum(offered, most)
    # The x-th of all that would have come lies among even draws as Beta(x, n - x + 1).
    place = generator.beta(np.maximum(repeats, 1), offered - repeats + 1)
    future = np.minimum(generator.poisson(rate * horizon), most - repeats)
    return Simulated(repeats, np.where(repeats > 0, place * ages, 0.0), ages, alive, future)


def with_lifetime(
    parameters: tuple[float, float, float, float],
    ages: Floats,
    generator: np.random.Generator,
    horizon: float = 0,
) -> Simulated:
    """Pareto/NBD with parameters (r, alpha, s, beta)."""
    r, alpha, s, beta = parameters
    customers = len(ages)
    rate = generator.gamma(r, size=customers) / alpha
    leaving = np.maximum(generator.gamma(s, size=customers) / beta, 1e-300)
    lifetime = generator.exponential(size=customers) / leaving
    active = np.minimum(lifetime, ages)
    repeats = generator.poisson(rate * active).astype(float)
    last = active * generator.beta(np.maximum(repeats, 1), 1)
    ahead = np.clip(lifetime - ages, 0, horizon)
    future = generator.poisson(rate * ahead).astype(float)
    return Simulated(repeats, np.where(repeats > 0, last, 0.0), ages, lifetime > ages, future)


def until_dropout(
    rate: Floats, a: float, b: Floats, horizon: float, generator: np.random.Generator
) -> Floats:
    """Purchases within ``horizon`` of those who are there, with chances to stay away as Beta(a, b)."""
    most = _until_staying_away(generator.beta(a, b, len(rate)), generator)
    return np.minimum(generator.poisson(rate * horizon), most)


def _until_staying_away(chance: Floats, generator: np.random.Generator) -> Floats:
    """With which purchase each stays away: 1, 2, …; as floats, since small chances put it beyond any whole number."""
    ever = np.clip(chance, 1e-300, 1 - 1e-16)
    return np.floor(np.log(1 - generator.random(len(ever))) / np.log1p(-ever)) + 1
