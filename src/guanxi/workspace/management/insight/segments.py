"""``guanxi insight segments``: groups of like customers that hold, named the same from run to run."""

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from guanxi.workspace.management.insight.judging import judge, judged_lines
from guanxi.workspace.management.insight.questions import Answer, Asked, percent, yuan

if TYPE_CHECKING:
    from guanxi.lib.statistics.purchases import Real
    from guanxi.lib.statistics.segments import Finished

HELP = "stable groups of customers alike in recency, frequency and money, and how many there are"
NEEDS_AMOUNT = True
FORECASTS = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--sizes",
        type=_sizes,
        default=range(3, 7),
        metavar="3-6",
        help="how many groups may be found, within 2-12",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--previous", type=Path, metavar="FILE.json", help="the JSON of an earlier run, whose labels are kept"
    )


def answer(asked: Asked) -> Answer:
    import numpy as np

    from guanxi.lib.statistics.purchases import histories
    from guanxi.lib.statistics.segments import TooFewToSegment, find_segments, rfm_features

    of = histories(asked.purchases, asked.until)
    assert of.total is not None
    try:
        found = find_segments(
            rfm_features(of),
            asked.options["sizes"],
            finished=_finished(asked),
            previous=_previous(asked),
            seed=asked.options["seed"] % 2**31,
        )
    except TooFewToSegment as refused:
        raise CommandError(str(refused)) from refused
    if not found.stable:
        asked.warnings.append(f"No number of segments is stable; {found.chosen.size} is the least unstable.")
    if of.without_purchase:
        asked.warnings.append(f"Customers with refunds only left out: {of.without_purchase}.")
    judged, following = judge(asked, of.customer, of.total, found.segment)
    segments: list[dict[str, Any]] = []
    for label, centre in found.centres.items():
        inside = found.segment == label
        segments.append({
            "segment": label, "customers": int(inside.sum()), "total": yuan(int(of.total[inside].sum())),
            "mean_recency_days": float(of.days_since()[inside].mean()),
            "mean_frequency": float(of.frequency()[inside].mean()),
            "mean_monetary": float(of.total[inside].mean() / 100), "centre": centre.tolist(),
        } | ({"mean_next_spend": float(following[inside].mean() / 100)} if following is not None else {}))  # fmt: skip
    told = {
        "suggested": found.chosen.size,
        "stable": found.stable,
        "tries": [
            {"size": one.size, "stability": one.stability, "explained": one.explained} for one in found.tries
        ],
        "features": list(found.features),
        "segments": segments,
    }
    lines = [f"{'segment':>7} {'customers':>9} {'days since':>10} {'purchases':>9} {'amount each':>12}"]
    lines += [
        f"{one['segment']:>7} {one['customers']:>9} {one['mean_recency_days']:>10.0f} {one['mean_frequency']:>9.1f} "
        f"{one['mean_monetary']:>12.2f}"
        for one in segments
    ]
    lines += [
        f"{one.size} segments: stability {one.stability:.3f}, explaining {percent(one.explained)} of the last third"
        for one in found.tries
    ]
    more = [following] if following is not None else []
    rows = (
        [asked.purchases.labels[place], since, often, yuan(total), label, *map(yuan, rest)]
        for place, since, often, total, label, *rest in zip(
            of.customer.tolist(), of.days_since().tolist(), of.frequency().tolist(), of.total.tolist(),
            found.segment.tolist(), *(np.asarray(each).tolist() for each in more), strict=True,
        )
    )  # fmt: skip
    columns = ["customer", "recency_days", "frequency", "monetary", "segment"] + ["next_spend"] * len(more)
    return Answer(len(of), told | judged, lines + judged_lines(judged), columns, rows)


def _finished(asked: Asked) -> "Finished | None":
    """The last third of the time known chooses the number of segments; the period after ``--until`` only judges."""
    from guanxi.lib.statistics.purchases import histories
    from guanxi.lib.statistics.segments import Finished, rfm_features

    until = asked.until.toordinal()
    cut = date.fromordinal(until - (until - int(asked.purchases.day.min())) // 3)
    before = histories(asked.purchases, cut)
    spend = asked.purchases.between(cut, asked.until).totals()[before.customer]
    return Finished(rfm_features(before), spend) if len(before) else None


def _previous(asked: Asked) -> "dict[int, Real] | None":
    path = asked.options["previous"]
    if path is None:
        return None
    import numpy as np

    from guanxi.lib.statistics.segments import RFM_FEATURES

    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        centres = {int(one["segment"]): np.array(one["centre"], np.float64) for one in told["segments"]}
        alike = tuple(told["features"]) == RFM_FEATURES
        usable = alike and all(
            label > 0 and centre.shape == (len(RFM_FEATURES),) and np.isfinite(centre).all()
            for label, centre in centres.items()
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        usable = False
    if not usable:
        raise CommandError(f"{path} is not the JSON of an earlier guanxi insight segments.")
    return centres


def _sizes(text: str) -> range:
    match = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", text)
    if not match or not 2 <= int(match[1]) <= int(match[2]) <= 12:
        raise ArgumentTypeError("from and to within 2-12, like 3-6")
    return range(int(match[1]), int(match[2]) + 1)
