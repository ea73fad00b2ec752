"""``guanxi insight clv``: what each customer will still buy, by models of lifetime (docs/method/lifetimes.md)."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from guanxi.workspace.management.insight.questions import Answer, Asked, percent

if TYPE_CHECKING:
    from guanxi.lib.statistics.lifetimes.gamma_gamma import GammaGamma
    from guanxi.lib.statistics.lifetimes.histories import Floats
    from guanxi.lib.statistics.lifetimes.histories import Histories as Packed
    from guanxi.lib.statistics.purchases import Histories

HELP = "expected purchases and value of each customer: BG/NBD, MBG/NBD, Pareto/NBD and Gamma-Gamma"
NEEDS_AMOUNT = False
FORECASTS = True
MODELS = ("bgnbd", "mbgnbd", "pnbd", "gg")
A_YEAR = 364


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--model", choices=MODELS, default="pnbd", help="gg: Gamma-Gamma, what a purchase brings"
    )
    parser.add_argument("--unit", choices=("week", "day"), default="week", help="of times and parameters")
    parser.add_argument(
        "--draws", type=int, default=0, metavar="N", help="refits for the band of the sum; 100 say enough"
    )
    parser.add_argument("--seed", type=int, default=1)


@dataclass(frozen=True)
class Forecast:
    """Of each customer, over the horizon. ``alive`` and ``half`` (days of silence until one half) are None for BG/NBD,
    which cannot tell; ``spend``, ``value`` and ``at_risk`` in yuan are None without amounts or where Gamma-Gamma is
    refused."""

    expected: "Floats"
    alive: "Floats | None"
    half: "Floats | None"
    spend: "Floats | None"
    value: "Floats | None"
    at_risk: "Floats | None"


def answer(asked: Asked) -> Answer:
    from guanxi.lib.statistics.lifetimes.refusals import ModelRefused
    from guanxi.lib.statistics.purchases import histories

    of = histories(asked.purchases, asked.until, asked.options["unit"])
    if of.without_purchase:
        asked.warnings.append(f"Customers with refunds only left out: {of.without_purchase}.")
    try:
        if asked.options["model"] == "gg":
            return _of_spends(asked, of)
        return _of_purchases(asked, of)
    except ModelRefused as refused:
        raise CommandError(f"{refused} ({refused.code})") from refused


def _of_spends(asked: Asked, of: "Histories") -> Answer:
    from guanxi.lib.statistics.lifetimes import gamma_gamma

    if of.mean_repeat is None:
        raise CommandError("Gamma-Gamma is about money: name the column with --amount.")
    fitted = gamma_gamma.fit(of.repeats, of.mean_repeat)
    spend = fitted.parameters.expected_spend(of.repeats, of.mean_repeat)
    rows = (
        [asked.purchases.labels[place], repeats, f"{each:.2f}"]
        for place, repeats, each in zip(
            of.customer.tolist(), of.repeats.tolist(), spend.tolist(), strict=True
        )
    )
    found = _told(asked, fitted)
    return Answer(
        fitted.customers, found, [_parameters_line(found)], ["customer", "repeats", "expected_spend"], rows
    )


def _of_purchases(asked: Asked, of: "Histories") -> Answer:
    from guanxi.lib.statistics.lifetimes import bgnbd, mbgnbd, pnbd
    from guanxi.lib.statistics.lifetimes.histories import Histories as Packed

    module = {"bgnbd": bgnbd, "mbgnbd": mbgnbd, "pnbd": pnbd}[asked.options["model"]]
    days_in_unit = 7 if asked.options["unit"] == "week" else 1
    packed = Packed.of_days(
        of.repeats, of.last_day - of.first_day, of.until.toordinal() - of.first_day, days_in_unit=days_in_unit
    )
    fitted: Any = module.fit(packed)
    if not fitted.converged:
        asked.warnings.append(
            "The search ended at its border: trust the forecasts, not the single parameters."
        )
    horizon = (asked.horizon or A_YEAR) / days_in_unit
    spending = _spending(asked, of)
    forecast = _forecast(fitted.parameters, packed, horizon, days_in_unit, of, spending)
    told = _told(asked, fitted) | {
        "horizon_days": asked.horizon or A_YEAR,
        "expected_purchases": float(forecast.expected.sum()),
        "expected_value": None if forecast.value is None else float(forecast.value.sum()),
        "value_at_risk": None if forecast.at_risk is None else float(forecast.at_risk.sum()),
    }
    if asked.options["draws"]:
        told["bands"] = _bands(asked, fitted.parameters, packed, horizon, of, spending)
    judged = _judged(asked, of, forecast, fitted.parameters, days_in_unit)
    lines = [
        _parameters_line(told),
        f"In the next {told['horizon_days']} days {told['expected_purchases']:.1f} purchases are expected.",
    ]
    if judged:
        lines.append(
            f"There were {judged['judged']['purchases']} (bias {percent(judged['judged']['bias'])}); who buys again, "
            f"AUC {judged['judged']['auc_expected']:.3f}."
        )
    columns = ["customer", "repeats", "recency", "age", "expected_purchases", "probability_alive", "half_alive_on",
               "expected_spend", "expected_value", "value_at_risk"]  # fmt: skip
    return Answer(len(of), told | judged, lines, columns, _rows(asked, of, forecast))


def _spending(asked: Asked, of: "Histories") -> "GammaGamma | None":
    from guanxi.lib.statistics.lifetimes import gamma_gamma
    from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

    if of.mean_repeat is None:
        return None
    try:
        found = gamma_gamma.fit(of.repeats, of.mean_repeat).parameters
        found.expected_spend(of.repeats[:1], of.mean_repeat[:1])
    except ModelRefused as refused:
        asked.warnings.append(f"Without money: {refused} ({refused.code}).")
        return None
    return found


def _forecast(
    model: Any,
    packed: "Packed",
    horizon: float,
    days_in_unit: int,
    of: "Histories",
    spending: "GammaGamma | None",
) -> Forecast:
    from guanxi.lib.statistics.lifetimes.value import residual_value, value_at_risk

    expected = model.expected_purchases(packed, horizon)
    alive = half = spend = value = at_risk = None
    tells = hasattr(model, "probability_alive")
    if tells:
        alive = model.probability_alive(packed)
        half = model.silence_until_half(packed) * days_in_unit
    if spending is not None and of.mean_repeat is not None:
        spend = spending.expected_spend(of.repeats, of.mean_repeat)
        value = residual_value(expected, spend)
        if alive is not None:
            at_risk = value_at_risk(model.expected_if_alive(packed, horizon), spend, alive)
    return Forecast(expected, alive, half, spend, value, at_risk)


def _bands(
    asked: Asked, model: Any, packed: "Packed", horizon: float, of: "Histories", spending: "GammaGamma | None"
) -> dict[str, Any]:
    from guanxi.lib.statistics.lifetimes.intervals import Spend, bootstrap

    draws = min(max(asked.options["draws"], 10), 1000)
    spend = Spend(spending, of.mean_repeat) if spending is not None and of.mean_repeat is not None else None
    found = bootstrap(model, packed, horizon, seed=asked.options["seed"] % 2**31, spend=spend, draws=draws)
    return {
        "of": "value" if spend else "purchases", "refits": found.refits,
        "expected": asdict(found.expected), "total": asdict(found.total),
    }  # fmt: skip


def _told(asked: Asked, fitted: Any) -> dict[str, Any]:
    return {
        "model": asked.options["model"], "unit": asked.options["unit"], "parameters": asdict(fitted.parameters),
        "log_likelihood": fitted.log_likelihood, "converged": fitted.converged,
    }  # fmt: skip


def _parameters_line(told: dict[str, Any]) -> str:
    values = "  ".join(f"{name} {value:.4f}" for name, value in told["parameters"].items())
    return f"{told['model']}  {values}  log-likelihood {told['log_likelihood']:.3f}"


def _judged(
    asked: Asked, of: "Histories", forecast: Forecast, model: Any, days_in_unit: int
) -> dict[str, Any]:
    """The forecast against the period it did not see. ``bias`` is that of what customers known would buy in it, given
    what each did before; ``bias_to_date`` that of all their repeats from the first purchase to its end, as papers
    count. The AUC tells how well who bought again was ranked."""
    if asked.following is None or not len(asked.following):
        return {}
    import numpy as np

    from guanxi.lib.statistics.purchases import transactions
    from guanxi.lib.statistics.ranking import auc

    owners, _day, _worth = transactions(asked.following)
    came = np.bincount(owners, minlength=len(asked.purchases.labels))[of.customer]
    told: dict[str, Any] = {"purchases": int(came.sum()), "expected": float(forecast.expected.sum())}
    told["bias"] = told["expected"] / told["purchases"] - 1 if told["purchases"] else None
    ages, customers = np.unique(of.age, return_counts=True)
    ahead = (asked.horizon or A_YEAR) / days_in_unit
    ever = sum(model.expected_of_new(age + ahead) * count for age, count in zip(ages, customers, strict=True))
    told["bias_to_date"] = float(ever / (of.repeats.sum() + came.sum()) - 1) if told["purchases"] else None
    told["auc_expected"] = auc(forecast.expected, came > 0)
    if forecast.alive is not None:
        told["auc_alive"] = auc(forecast.alive, came > 0)
    return {"judged": told}


def _rows(asked: Asked, of: "Histories", forecast: Forecast) -> Iterator[Sequence[Any]]:
    columns = (
        forecast.expected,
        forecast.alive,
        forecast.half,
        forecast.spend,
        forecast.value,
        forecast.at_risk,
    )
    nothing = [None] * len(of)
    told = [nothing if column is None else column.tolist() for column in columns]
    for place, x, last, age, expected, alive, half, spend, value, at_risk in zip(
        of.customer.tolist(), of.repeats.tolist(), of.recency.tolist(), of.age.tolist(), *told, strict=True
    ):
        yield [
            asked.purchases.labels[place], x, f"{last:.4f}", f"{age:.4f}", f"{expected:.4f}", _shown(alive, 4),
            _day_of(asked.until, half), _shown(spend, 2), _shown(value, 2), _shown(at_risk, 2),
        ]  # fmt: skip


def _shown(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _day_of(until: date, days: float | None) -> str:
    """Empty where it does not come about in any time worth naming."""
    return "" if days is None or days > 36_500 else f"{until + timedelta(round(days))}"
