"""The likeliest parameters of a model: L-BFGS on their logarithms, with the gradient each model reckons itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import ThreadpoolController

from guanxi.lib.statistics.lifetimes.histories import Floats, Histories
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.lifetimes.sums import weighted

Model = TypeVar("Model")
# The log-likelihood of parameters and its derivative by each of them.
Score = Callable[[Floats], tuple[float, Floats]]

# Below, parameters say more of chance than of customers.
FEWEST_REPEAT_BUYERS = 100
# Logarithms of parameters, in units in which they are near 1. What runs further tells of a trait all customers share.
FURTHEST = 12.0
# Of the gradient for one customer, where the optimum counts as found.
FLAT = 1e-6


@dataclass(frozen=True)
class Fitted(Generic[Model]):
    """A model with its likeliest parameters.

    ``log_likelihood`` is that of the data in their own unit of time or money. ``converged`` is False when the search
    did not end in an optimum, or ended at its border: the predictions may serve, single parameters mean nothing.
    """

    parameters: Model
    log_likelihood: float
    customers: int
    converged: bool


@dataclass(frozen=True)
class Found:
    values: Floats
    log_likelihood: float
    converged: bool


def maximise(score: Score, start: Floats, customers: int) -> Found:
    """The positive values, from ``start``, at which ``score`` is highest."""

    def loss(logarithms: Floats) -> tuple[float, Floats]:
        values = np.exp(logarithms)
        height, slope = score(values)
        return -height / customers, -slope * values / customers

    borders = [(-FURTHEST, FURTHEST)] * len(start)
    first = np.clip(np.log(start), -FURTHEST, FURTHEST)
    options = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9, "maxls": 40}
    with _one_thread().limit(limits=1, user_api="blas"):
        found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=borders, options=options)
    inside = bool((np.abs(found.x) < FURTHEST - 1e-6).all())
    flat = bool((np.abs(found.jac) < FLAT).all())
    return Found(np.exp(found.x), -float(found.fun) * customers, inside and flat)


@cache
def _one_thread() -> ThreadpoolController:
    """The search turns matrices of four by four: threads for them take ten times the work and gain nothing."""
    return ThreadpoolController()


def fit_histories(
    model: Callable[..., Model],
    score: Callable[[Floats, Histories], tuple[float, Floats]],
    histories: Histories,
    *,
    start: tuple[float, ...] | None,
    times: list[int],
    fewest_repeat_buyers: int,
) -> Fitted[Model]:
    """``model`` with its likeliest parameters; those at the places ``times`` are counted in units of time.

    Searched from ``start``, else from where all are 1, in units of the mean age, so that days and weeks find the same
    customers.
    Raises `ModelRefused`: ``too_few_repeat_buyers``, ``identical``.
    """
    if histories.repeat_buyers < max(fewest_repeat_buyers, 1):
        raise ModelRefused(
            "too_few_repeat_buyers",
            f"{histories.repeat_buyers} customers bought again; the model needs {max(fewest_repeat_buyers, 1)}",
        )
    if all(np.ptp(column) == 0 for column in (histories.repeats, histories.last, histories.age)):
        raise ModelRefused("identical", "all customers have the same history: nothing tells them apart")
    unit = float(np.average(histories.age, weights=histories.counts))
    scale = np.ones(4)
    scale[times] = unit
    scaled = histories.in_unit(unit)
    first = np.ones(4) if start is None else np.array(start) / scale
    found = maximise(lambda values: score(values, scaled), first, histories.customers)
    # A purchase is as likely per day as it is seven times per week.
    purchases = weighted(histories.counts, histories.repeats)
    return Fitted(
        model(*map(float, found.values * scale)), found.log_likelihood - purchases * float(np.log(unit)),
        histories.customers, found.converged,
    )  # fmt: skip
