"""The charts of the value page as places in an SVG, each drawn by the template beside the table it stands for."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from typing import Any

from guanxi.insights.models import CustomerValue
from guanxi.insights.value_words import alive
from guanxi.lib.money import exact, format_large
from guanxi.organization.labels import language

WIDTH, HEIGHT = 320, 200
NAMED = 10
SHADES = 8


def pareto_chart(pareto: dict[str, Any]) -> dict[str, Any] | None:
    """The curve of shares, the line of all alike, and the spot of the top 20 %; None when nothing was earned."""
    curve = pareto.get("curve")
    if not curve:
        return None
    points = " ".join(f"{x * WIDTH:.1f},{HEIGHT - y * HEIGHT:.1f}" for x, y in curve)
    at = next((y for x, y in curve if x >= 0.2), 1.0)
    rows = [
        {
            "customers": exact(tenth / 10, 4),
            "margin": exact(next(y for x, y in curve if x >= tenth / 10 - 1e-9), 4),
        }
        for tenth in range(1, 11)
    ]
    return {"points": points, "x": WIDTH * 0.2, "y": round(HEIGHT - at * HEIGHT, 1), "rows": rows}


def risk_chart(rows: Sequence[CustomerValue], *, tells_money: bool) -> dict[str, Any] | None:
    """A spot for each customer: the chance to be there to the right, what they bring if they are upwards; the first
    ten carry the number of their row in the list and are in the table. Height goes with the root of the money, or one
    large customer would press all others to the ground. None without a model."""
    known = [row for row in rows if row.alive is not None and row.expected_value is not None]
    if not known:
        return None
    worth = {row.pk: (row.expected_value or Decimal(0)) + (row.at_risk or Decimal(0)) for row in known}
    most = max(worth.values()) or Decimal(1)
    spots = [
        {
            "x": round(float(row.alive or 0) * WIDTH, 1),
            "y": round(HEIGHT - sqrt(float(max(worth[row.pk], Decimal(0)) / most)) * HEIGHT, 1),
            "number": number if number <= NAMED else "", "row": row, "chance": alive(row),
            "worth": worth[row.pk] if tells_money else None,
        }
        for number, row in enumerate(known, 1)
    ]  # fmt: skip
    # A quarter of the money stands half way up.
    ticks = [
        {"y": HEIGHT - HEIGHT * place // 4,
         "words": format_large(most * place * place / 16, language()) if tells_money else ""}
        for place in range(5)
    ]  # fmt: skip
    return {"spots": spots, "named": spots[:NAMED], "ticks": ticks}


def heat_map(cohorts: list[dict[str, Any]]) -> dict[str, Any]:
    """Cohort by cohort the share that came back each month since; ``shade`` 0 to 8 only repeats the number."""
    width = max((len(cohort["shares"]) for cohort in cohorts), default=0)
    width = min(width, 12)
    rows = []
    for cohort in cohorts:
        cells = [
            {"share": exact(share, 4), "shade": min(SHADES, round(share * SHADES / 0.5))}
            for share in cohort["shares"][:width]
        ]
        rows.append(
            {
                "month": cohort["month"][:7],
                "size": cohort["size"],
                "cells": cells,
                "blank": width - len(cells),
            }
        )
    return {"months": range(1, width + 1), "rows": rows}
