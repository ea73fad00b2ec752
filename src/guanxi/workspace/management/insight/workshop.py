"""``guanxi insight workshop``: of those who came to the workshop, how many stay away (R-LOY-04)."""

from argparse import ArgumentParser
from datetime import date

from guanxi.workspace.management.insight.questions import Answer, Asked, number, percent

HELP = "month by month, the share of the workshop entries of six months before that did not return since"
NEEDS_AMOUNT = False
FORECASTS = False


def add_arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def answer(asked: Asked) -> Answer:
    from guanxi.lib.statistics.retention import workshop_months

    of = asked.purchases
    came = zip(of.customer.tolist(), map(date.fromordinal, of.day.tolist()), strict=True)
    months = workshop_months(came, asked.until)
    if not months:
        asked.warnings.append(
            "No month has six known ones before it; the month of the last row counts once it has ended: say so with "
            "--until."
        )
    told = [
        {"month": f"{one.begins:%Y-%m}", "entries": one.entries, "returned": one.returned, "churn": number(one.churn)}
        for one in months
    ]  # fmt: skip
    lines = [f"{'month':<8} {'entries':>8} {'returned':>9} {'churn':>8}"]
    lines += [
        f"{one.begins:%Y-%m}  {one.entries:>8} {one.returned:>9} {percent(one.churn):>8}" for one in months
    ]
    columns = ["month", "entries", "returned", "churn"]
    return Answer(
        len(set(of.customer.tolist())), {"months": told}, lines, columns, [list(row.values()) for row in told]
    )
