"""``guanxi insight pareto``: who brings most, and how much hangs on few (R-VAL-07)."""

from argparse import ArgumentParser
from typing import Any

from guanxi.workspace.management.insight.judging import judge, judged_lines
from guanxi.workspace.management.insight.questions import Answer, Asked, number, percent, yuan

HELP = "classes A, B, C and LOSS by what each customer brings, and how concentrated the whole is"
NEEDS_AMOUNT = True
FORECASTS = False


def add_arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def answer(asked: Asked) -> Answer:
    import numpy as np

    from guanxi.lib.statistics.concentration import CLASSES, concentration, top_share_band

    bought = np.flatnonzero(np.bincount(asked.purchases.customer, minlength=len(asked.purchases.labels)))
    totals = asked.purchases.totals()[bought]
    found = concentration(totals)
    band = top_share_band(totals)
    told: dict[str, Any] = {
        "classes": found.sizes(),
        "total": yuan(found.total),
        "top_5_share": number(found.top_5),
        "top_20_share": number(found.top_20),
        "top_20_band": band,
        "customers_for_80": found.bring_80,
        "gini": found.gini,
        "hhi": found.hhi,
        "curve": found.curve,
    }
    lines = [f"{name:>4} {size:>9}" for name, size in found.sizes().items()]
    if found.top_20 is None:
        lines.append("Nobody brought anything: there is no Pareto, only LOSS.")
    elif band:
        lines += [
            f"The top 20 % bring {percent(found.top_20)} ({percent(band[0])} to {percent(band[1])} with 95 % "
            f"confidence), the top 5 % {percent(found.top_5)}.",
            f"{found.bring_80} of {found.counted} customers bring 80 %. Gini {found.gini:.3f}, HHI {found.hhi:.4f}.",
        ]
    judged, following = judge(asked, bought, totals)
    columns, more = ["customer", "total", "class"], [following] if following is not None else []
    rows = (
        [asked.purchases.labels[place], yuan(total), CLASSES[kind], *(yuan(spend) for spend in rest)]
        for place, total, kind, *rest in zip(
            bought.tolist(),
            totals.tolist(),
            found.classes.tolist(),
            *(each.tolist() for each in more),
            strict=True,
        )
    )
    return Answer(
        len(bought), told | judged, lines + judged_lines(judged), columns + ["next_spend"] * len(more), rows
    )
