"""``guanxi insight retention``: who stayed, came and left, and who is about to leave (R-LOY-03, R-LOY-05, R-LOY-06)."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from guanxi.organization.command_line import USAGE
from guanxi.workspace.management.insight.questions import Answer, Asked, number, percent, yuan

if TYPE_CHECKING:
    from guanxi.lib.statistics.purchases import Histories, Whole

HELP = "active, new and lost customers by month, cohorts, what the leak costs, and the risk of each customer"
NEEDS_AMOUNT = False
FORECASTS = False
MONTHS_SHOWN = 12


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--cycle", type=_days, metavar="DAYS",
        help="days between purchases usual in the trade, for customers with fewer than three; else their median",
    )  # fmt: skip
    parser.add_argument(
        "--keep-cost", type=_whole, metavar="YUAN", help="what keeping one customer costs a year"
    )
    parser.add_argument(
        "--cost-ratio", type=int, choices=(5, 6), default=5, help="of winning one to keeping one"
    )


def answer(asked: Asked) -> Answer:
    from guanxi.lib.statistics.cohorts import RISK_NAMES, churn_risks, cohorts, periods, usual_cycle
    from guanxi.lib.statistics.purchases import histories

    if asked.options["keep_cost"] is not None and asked.following is None:
        raise CommandError("--keep-cost is about those lost within --horizon; give both.", returncode=USAGE)
    of = histories(asked.purchases, asked.until, "day")
    usual = asked.options["cycle"] or usual_cycle(of)
    if usual is None:
        asked.warnings.append(
            "Nobody bought on three days, so no cycle is known; give the usual one with --cycle."
        )
    risks = churn_risks(of, usual) if usual is not None else None
    months = periods(asked.purchases, asked.until)
    table = cohorts(asked.purchases, asked.until)
    told: dict[str, Any] = {
        "periods": [
            {"month": f"{one.begins:%Y-%m}", "active": one.active, "new": one.new, "back": one.back, "lost": one.lost,
             "retained": number(one.retained)}
            for one in months
        ],
        "cohorts": [
            {"month": f"{begins:%Y-%m}", "customers": size, "active": row}
            for begins, size, row in zip(table.begins, table.sizes, table.active, strict=True)
        ],
        "usual_cycle_days": usual,
        "risks": None if risks is None else {
            name or "NONE": int((risks == place).sum()) for place, name in enumerate(RISK_NAMES)
        },
    }  # fmt: skip
    lines = [f"{'month':<8} {'active':>8} {'new':>8} {'back':>8} {'lost':>8} {'retained':>8}"]
    lines += [
        f"{one.begins:%Y-%m}  {one.active:>8} {one.new:>8} {one.back:>8} {one.lost:>8} {percent(one.retained):>8}"
        for one in months[-MONTHS_SHOWN:]
    ]
    lines += ["cohort    customers, then the share that bought again 1, 2, 3 … months later"]
    for begins, size, shares in islice(
        zip(table.begins, table.sizes, table.shares(), strict=True),
        max(0, len(table.begins) - MONTHS_SHOWN),
        None,
    ):
        cells = " ".join(
            f"{percent(share):>6}" for share in shares[1 : MONTHS_SHOWN + 1] if share is not None
        )
        lines.append(f"{begins:%Y-%m}  {size:>8}  {cells}".rstrip())
    if told["risks"]:
        lines.append("churn risk: " + ", ".join(f"{name} {count}" for name, count in told["risks"].items()))
    if asked.following is not None:
        _tell_next_period(asked, of, risks, told, lines)
    return Answer(len(of), told, lines, *_rows(asked, of, risks))


def _tell_next_period(
    asked: Asked, of: "Histories", risks: "Whole | None", told: dict[str, Any], lines: list[str]
) -> None:
    """Of those active as long before ``until`` as the horizon is after it, who came again; and what the rest cost."""
    import numpy as np

    from guanxi.lib.statistics.cohorts import RISK_NAMES
    from guanxi.lib.statistics.purchases import transactions
    from guanxi.lib.statistics.retention import LeakyBucket, cost_of_leak, retention

    assert asked.following is not None and asked.horizon is not None
    again = np.unique(transactions(asked.following)[0])
    since = date.fromordinal(max(1, asked.until.toordinal() - asked.horizon))
    active = np.unique(transactions(asked.purchases.between(since, asked.until))[0])
    kept = retention(len(active), int(np.isin(active, again).sum()))
    told["judged"] = {"days": asked.horizon, "active": len(active), "retained": number(kept)}
    if kept is not None:
        leak = LeakyBucket(len(active), 1 - kept)
        cost = asked.options["keep_cost"]
        spent = None if cost is None else cost_of_leak(leak.lost(), cost, asked.options["cost_ratio"])
        told["judged"] |= {
            "churn": number(leak.churn),
            "stand_still_new": number(leak.lost()),
            "cost_of_leak": None if spent is None else yuan(int(spent * 100)),
        }
        lines.append(
            f"Of {len(active)} customers active in the {asked.horizon} days up to {asked.until} {percent(kept)} bought "
            f"again in as many days after; standing still takes {leak.lost()} new ones"
            + (f" and costs an amount of {yuan(int(spent * 100))}." if spent is not None else ".")
        )
    if risks is not None:
        back = np.isin(of.customer, again)
        shares = {
            name or "NONE": number(_part(back, risks == place)) for place, name in enumerate(RISK_NAMES)
        }
        told["judged"]["back_by_risk"] = shares
        lines.append(
            "came again by churn risk: "
            + ", ".join(f"{name} {percent(share)}" for name, share in shares.items())
        )


def _part(back: Any, among: Any) -> Fraction | None:
    return Fraction(int(back[among].sum()), int(among.sum())) if among.any() else None


def _rows(asked: Asked, of: "Histories", risks: "Whole | None") -> tuple[list[str], Any]:
    from guanxi.lib.statistics.cohorts import RISK_NAMES

    columns = ["customer", "first_on", "last_on", "purchases", "days_since", "risk"]
    risk = [0] * len(of) if risks is None else risks.tolist()
    return columns, (
        [asked.purchases.labels[place], date.fromordinal(first), date.fromordinal(last), count, since, RISK_NAMES[at]]
        for place, first, last, count, since, at in zip(
            of.customer.tolist(), of.first_day.tolist(), of.last_day.tolist(), of.frequency().tolist(),
            of.days_since().tolist(), risk, strict=True,
        )
    )  # fmt: skip


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:5]) <= 3_650 or len(text) > 4:
        raise ArgumentTypeError("1 to 3650 days")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise ArgumentTypeError("a whole amount")
    return int(text)
