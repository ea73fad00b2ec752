"""Charts as places of an SVG, drawn by the template with the table they stand for."""

from typing import Any

from guanxi.insights.models import ChanceRun
from guanxi.lib.money import exact, format_ratio

WIDTH, HEIGHT = 100, 60
MARKED = (7, 14, 30, 60, 90, 120, 180, 270, 365, 540, 730)


def calibration_chart(bins: list[dict[str, Any]]) -> dict[str, Any]:
    """A spot for each bin, told to the right, happened upwards; larger for more rows."""
    most = max((one["count"] for one in bins), default=1)
    return {
        "spots": [
            {"x": round(one["told"] * WIDTH, 2), "y": round(HEIGHT - one["happened"] * HEIGHT, 2),
             "r": round(1 + 1.4 * (one["count"] / most) ** 0.5, 2)}
            for one in bins
        ],
        "rows": [
            {"low": exact(one["low"], 4), "high": exact(one["high"], 4), "count": one["count"],
             "told": exact(one["told"], 4), "happened": exact(one["happened"], 4)}
            for one in bins
        ],
    }  # fmt: skip


def closing_chart(run: ChanceRun) -> dict[str, Any] | None:
    """The shares won and lost as areas from below and from above, what is between them still open; a row of the table
    for each mark of the calendar. None while nothing has ended."""
    points = run.curve
    if not points or points[-1]["day"] == 0:
        return None
    last = points[-1]["day"]

    def x(day: float) -> float:
        return round(day / last * WIDTH, 2)

    won = _steps([(x(one["day"]), HEIGHT - one["won"] * HEIGHT) for one in points])
    lost = _steps([(x(one["day"]), one["lost"] * HEIGHT) for one in points])
    rows = [_row(points, day) for day in (*(mark for mark in MARKED if mark < last), last)]
    return {
        "won": f"0,{HEIGHT} {won} {WIDTH},{HEIGHT}", "lost": f"0,0 {lost} {WIDTH},0", "last": last,
        "stale": None if run.stale_after is None else x(min(run.stale_after, last)), "rows": rows,
    }  # fmt: skip


def _steps(points: list[tuple[float, float]]) -> str:
    """A staircase: each height holds until the next point."""
    found, height = [], points[0][1]
    for place, next_height in points:
        found += [f"{place},{height:.2f}", f"{place},{next_height:.2f}"]
        height = next_height
    return " ".join(found)


def _row(points: list[dict[str, Any]], day: int) -> dict[str, Any]:
    point = next(one for one in reversed(points) if one["day"] <= day)
    left, after = 1 - point["won"] - point["lost"], point["after"]
    return {
        "day": day, "won": exact(point["won"], 4), "lost": exact(point["lost"], 4), "open": exact(max(left, 0), 4),
        "after": _told(after),
    }  # fmt: skip


def _told(after: float | None) -> str:
    """A share of cases; near zero it says so rather than never."""
    return "<1%" if after is not None and after < 0.01 else format_ratio(exact(after, 4))
