"""``guanxi insight churn``: how likely each contractual customer is to leave, learnt from those who did."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from guanxi.lib.money import NONE_SHOWN
from guanxi.lib.spreadsheets.precheck import WorkbookRefused
from guanxi.organization.command_line import USAGE
from guanxi.workspace.management.insight.questions import Answer, percent

if TYPE_CHECKING:
    from guanxi.lib.statistics.churn import Encoded, Scored
    from guanxi.lib.statistics.churn_files import ChurnFile

HELP = "the chance of each contractual customer to leave, out of a file with a row for each customer"
REASONS = 3
LEFT_OUT = {
    "same": "it says the same of all",
    "names": "its words differ from row to row",
    "far": "a number in it is too large to reckon with",
}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="the customers: .csv, .xlsx, .xls, or text with spaces between"
    )
    column = "a header, or the number of the column from 1"
    parser.add_argument("--customer", required=True, metavar="COL", help=column)
    parser.add_argument(
        "--churned", required=True, metavar="COL", help=f"who left, yes or no, empty if open: {column}"
    )
    parser.add_argument("--features", metavar="COL,COL", help="what was known before; else all other columns")
    parser.add_argument("--yes", metavar="WORD", help="what stands in --churned for those who left")
    parser.add_argument("--keep", action="store_true", help="keep columns that give the answer away")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write a row for each customer")


def answer(options: dict[str, Any]) -> tuple[Answer, list[str]]:
    """The answer, and what is to be said beside it. Raises CommandError."""
    import numpy as np

    from guanxi.lib.statistics.churn import encoded, enough, leaks, score
    from guanxi.lib.statistics.lifetimes.refusals import ModelRefused

    cases = _read(options)
    warnings = cases.warnings
    known = np.array([one is not None for one in cases.churned])
    churned = np.array([one for one in cases.churned if one is not None], bool)
    try:
        enough(churned)
        columns, left_out = encoded(cases.columns)
        warnings += [f"Column {name} left out: {LEFT_OUT[why]}." for name, why in left_out.items()]
        suspects = leaks(columns, known, churned)
        for name, share in suspects.items():
            said = "kept as asked" if options["keep"] else "left out; --keep takes it in"
            warnings.append(
                f"Column {name} alone tells who left in {percent(share)} of pairs: probably written down because they "
                f"left, {said}."
            )
        if not options["keep"]:
            columns = [column for column in columns if column.name not in suspects]
        found = score(columns, known, churned)
    except ModelRefused as refused:
        raise CommandError(f"No model: {refused}.") from refused
    return _told(cases, columns, found, suspects, churned), warnings


def _read(options: dict[str, Any]) -> "ChurnFile":
    from guanxi.lib.statistics.churn_files import CasesRefused, read_cases
    from guanxi.lib.statistics.purchase_rows import PurchasesRefused

    path: Path = options["file"]
    if not path.is_file():
        raise CommandError(f"There is no file {path}.", returncode=USAGE)
    features = [one.strip() for one in options["features"].split(",")] if options["features"] else None
    try:
        return read_cases(path, options["customer"], options["churned"], features, options["yes"])
    except (CasesRefused, PurchasesRefused, WorkbookRefused) as refused:
        raise CommandError(str(refused)) from refused
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).") from error


def _told(
    cases: "ChurnFile",
    columns: Sequence["Encoded"],
    found: "Scored",
    suspects: dict[str, float],
    churned: Any,
) -> Answer:
    judged = found.judged
    weights = sorted(zip(found.weights, columns, strict=True), key=lambda pair: -pair[0])
    told = {
        "known": len(churned), "churned": int(churned.sum()), "base_rate": float(churned.mean()),
        "judged": {
            "folds": len(found.folds), "auc": judged.auc, "auc_by_fold": list(found.folds), "brier": judged.brier,
            "brier_of_base_rate": judged.brier_of_rate, "ece": judged.gap, "lift_10": found.lift,
            "bins": [vars(one) for one in judged.bins],
        },
        "columns": {column.name: round(weight, 4) for weight, column in weights},
        "suspected": {name: round(share, 4) for name, share in suspects.items()},
    }  # fmt: skip
    lines = [
        f"{int(churned.sum())} of {len(churned)} left, {percent(churned.mean())}.",
        f"Each told by a model that had not seen them ({len(found.folds)} folds): AUC {_shown(judged.auc)} "
        f"({_shown(min(found.folds))} to {_shown(max(found.folds))} by fold), Brier {_shown(judged.brier)} "
        f"(telling all the base rate {_shown(judged.brier_of_rate)}), told and happened {percent(judged.gap)} apart.",
        f"The tenth told the highest chance left {_shown(found.lift, 2)} times as often as all.",
        "what counts, in spreads of the log-odds: "
        + ", ".join(f"{column.name} {weight:.2f}" for weight, column in weights[:8]),
        f"{'told':<15} {'customers':>9} {'on average':>11} {'left':>8}",
    ]
    lines += [
        f"{percent(one.low):>6} – {percent(one.high):<6} {one.count:>9} {percent(one.told):>11} "
        f"{percent(one.happened):>8}"
        for one in judged.bins
    ]
    heads = [
        "customer",
        "churned",
        "probability",
        *(f"reason_{place + 1}" for place in range(REASONS)),
        "because",
    ]
    return Answer(len(cases.labels), told, lines, heads, _rows(cases, columns, found))


def _rows(cases: "ChurnFile", columns: Sequence["Encoded"], found: "Scored") -> Iterator[Sequence[Any]]:
    import numpy as np

    furthest = np.argsort(-np.abs(found.parts), axis=1, kind="stable")[:, :REASONS]
    for row, (label, left, chance, places) in enumerate(
        zip(cases.labels, cases.churned, found.chances.tolist(), furthest.tolist(), strict=True)
    ):
        raised: list[str] = []
        lowered: list[str] = []
        reasons = []
        for place in places:
            column, part = columns[place], found.parts[row, place]
            words = f"{column.name} {column.cells[row] or 'missing'}"
            (raised if part > 0 else lowered).append(words)
            reasons.append(f"{words} ({part:+.2f})")
        said = [
            f"{verb} by {', '.join(words)}"
            for verb, words in (("raised", raised), ("lowered", lowered))
            if words
        ]
        reasons += [""] * (REASONS - len(reasons))
        shown = "" if left is None else "yes" if left else "no"
        yield [label, shown, f"{chance:.4f}", *reasons, f"Churn {percent(chance)}: {'; '.join(said)}."]


def _shown(value: float | None, places: int = 4) -> str:
    return NONE_SHOWN if value is None else f"{value:.{places}f}"
