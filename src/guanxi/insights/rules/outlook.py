"""What the customers of a store will still bring: the model chosen, or why there is none.

Loads numpy: for the worker and for commands, never for a page.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from guanxi.lib.statistics.lifetimes import gamma_gamma, mbgnbd, pnbd
from guanxi.lib.statistics.lifetimes.fitting import Fitted
from guanxi.lib.statistics.lifetimes.histories import Histories as Compact
from guanxi.lib.statistics.lifetimes.intervals import Spend, bootstrap
from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
from guanxi.lib.statistics.lifetimes.value import value_at_risk
from guanxi.lib.statistics.purchases import Histories, Real

# Both tell an honest chance to be there. BG/NBD does not: who bought once is there for sure, in its eyes.
MODELS = (("PNBD", pnbd), ("MBGNBD", mbgnbd))
NONE = "NONE"
PENDING, UNSETTLED = "pending", "not_converged"
WEEK = 7
DRAWS = 60
SEED = 16


@dataclass(frozen=True)
class Outlook:
    """``purchases``, ``alive``, ``silence`` and, with money, ``value`` and ``at_risk`` (yuan) are one a customer; None
    where the model was refused. ``silence`` are days after the last purchase until to be there is no longer likelier
    than not, infinite where it never comes. ``band`` holds 10, 50 and 90 of 100 of what all bring together; yuan with
    ``value``, else purchases.
    """

    model: str = NONE
    refusal: str = ""
    spend_refusal: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    log_likelihood: float | None = None
    warnings: tuple[str, ...] = ()
    purchases: Real | None = None
    alive: Real | None = None
    silence: Real | None = None
    value: Real | None = None
    at_risk: Real | None = None
    band: dict[str, float] | None = None
    # Repeats to expect within the horizon of somebody who just bought for the first time, and what each brings.
    new_purchases: float | None = None
    new_spend: float | None = None


def outlook(of: Histories, horizon: float) -> Outlook:
    """What to expect within ``horizon`` weeks. ``of`` is in days; its mean repeat is the margin in yuan of a repeat.

    A repeat that brought nothing counts as a purchase, and tells nothing of what purchases bring.
    """
    assert of.mean_repeat is not None
    days = of.recency.astype(np.int64), of.age.astype(np.int64)
    compact = Compact.of_days(of.repeats, *days)
    try:
        name, fitted = _chosen(compact)
    except ModelRefused as refused:
        return Outlook(refusal=refused.code)
    model = fitted.parameters
    purchases = model.expected_purchases(compact, horizon)
    alive = np.clip(model.probability_alive(compact), 0, 1)
    silence = model.silence_until_half(Compact.of_days(of.repeats, days[0], days[0])) * WEEK
    parameters = {"purchases": asdict(model)}
    warnings: tuple[str, ...] = () if fitted.converged else (UNSETTLED,)
    spend = value = at_risk = None
    refusal, band, new_spend = "", None, None
    mean = np.nan_to_num(of.mean_repeat)
    told = np.where(mean > 0, of.repeats, 0)
    try:
        spending = gamma_gamma.fit(told, mean)
        each = spending.parameters.expected_spend(told, mean)
    except ModelRefused as refused:
        refusal = refused.code
    else:
        parameters["spend"] = asdict(spending.parameters)
        spend = Spend(spending.parameters, mean)
        value = purchases * each
        at_risk = value_at_risk(model.expected_if_alive(compact, horizon), each, alive)
        new_spend = float(spending.parameters.expected_spend([0], [0])[0])
    try:
        intervals = bootstrap(model, compact, horizon, seed=SEED, spend=spend, draws=DRAWS)
        low, middle, high = (float(getattr(intervals.total, name)) for name in ("low", "middle", "high"))
        band = {"10": low, "50": middle, "90": high}
    except ModelRefused as refused:
        warnings += (refused.code,)
    return Outlook(
        name, "", refusal, parameters, fitted.log_likelihood, warnings, purchases, alive, silence, value, at_risk,
        band, model.expected_of_new(horizon), new_spend,
    )  # fmt: skip


def _chosen(compact: Compact) -> tuple[str, Fitted[Any]]:
    """The first model whose search ended in an optimum, else the first. Raises ModelRefused."""
    first = None
    for name, module in MODELS:
        fitted: Fitted[Any] = module.fit(compact)  # type: ignore[attr-defined]
        if fitted.converged:
            return name, fitted
        first = first or (name, fitted)
    assert first is not None
    return first
