"""``guanxi insight rfm``: recency, frequency and monetary value scored 1 to 5, and whom to do what with."""

from argparse import ArgumentParser, ArgumentTypeError

from guanxi.workspace.management.insight.judging import judge, judged_lines
from guanxi.workspace.management.insight.questions import Answer, Asked, yuan

HELP = "scores of 1 to 5 for recency, frequency and monetary value, and six groups"
NEEDS_AMOUNT = True
FORECASTS = False


def add_arguments(parser: ArgumentParser) -> None:
    for name, unit in (("recency", "days"), ("frequency", "purchases"), ("monetary", "amount")):
        parser.add_argument(
            f"--{name}",
            type=_edges,
            metavar="A,B,C,D",
            help=f"the edges of the scores in {unit}; else quintiles",
        )


def answer(asked: Asked) -> Answer:
    import numpy as np

    from guanxi.lib.statistics.purchases import histories
    from guanxi.lib.statistics.rfm import GROUPS, Bands, rfm_scores

    edges = {name: asked.options[name] for name in ("recency", "frequency")}
    money = asked.options["monetary"]
    of = histories(asked.purchases, asked.until)
    scores = rfm_scores(of, Bands(**edges, monetary=money and tuple(100 * edge for edge in money)))
    assert of.total is not None
    sizes = np.bincount(scores.group, minlength=len(GROUPS))
    worth = np.zeros(len(GROUPS), np.int64)
    np.add.at(worth, scores.group, of.total)
    groups = {
        name: {"customers": int(size), "total": yuan(int(total))}
        for name, size, total in zip(GROUPS, sizes, worth, strict=True)
    }
    cells, counts = np.unique(scores.cell(), return_counts=True)
    told = {
        "edges": scores.edges | {"monetary": [yuan(edge) for edge in scores.edges["monetary"]]},
        "groups": groups,
        "cells": {str(cell): count for cell, count in zip(cells.tolist(), counts.tolist(), strict=True)},
    }
    lines = [f"{name:<9} {group['customers']:>9} {group['total']:>16}" for name, group in groups.items()]
    if of.without_purchase:
        asked.warnings.append(f"Customers with refunds only left out: {of.without_purchase}.")
    judged, following = judge(asked, of.customer, scores.sum(), scores.group)
    columns = {
        "recency_days": of.days_since(), "frequency": of.frequency(), "r": scores.recency, "f": scores.frequency,
        "m": scores.monetary, "sum": scores.sum(), "cell": scores.cell(),
    }  # fmt: skip
    money_columns = {"monetary": of.total} | ({"next_spend": following} if following is not None else {})
    rows = (
        [asked.purchases.labels[place], *figures[: len(columns)], GROUPS[group], *map(yuan, figures[len(columns) :])]
        for place, group, *figures in zip(
            of.customer.tolist(), scores.group.tolist(),
            *(column.tolist() for column in (*columns.values(), *money_columns.values())), strict=True,
        )
    )  # fmt: skip
    return Answer(
        len(of),
        told | judged,
        lines + judged_lines(judged),
        ["customer", *columns, "group", *money_columns],
        rows,
    )


def _edges(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    numbers = tuple(int(part) for part in parts if part.isdecimal() and len(part) <= 12)
    if len(numbers) != 4 or len(parts) != 4 or list(numbers) != sorted(set(numbers)):
        raise ArgumentTypeError("four whole numbers that rise, like 30,90,180,365")
    return numbers
