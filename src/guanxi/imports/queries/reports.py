"""What became of a sheet, for people and programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanxi.imports.models import ImportBatch
from guanxi.lib.money import fen_to_yuan

COUNTS = ("rows", "created", "updated", "skipped", "failed")


@dataclass
class SheetReport:
    """Counts of one sheet, its failed rows and its warnings; ``refusal`` when the sheet was not taken at all. ``sums``:
    of sales, year → rows and yuan that go into the ledger."""

    sheet: str
    refusal: str = ""
    batch: int | None = None
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    kind: str = "customers"
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, row_no: int, reason: str, column: str, warnings: Iterable[Sequence[str]]) -> None:
        """Note what is to be said about a row, by the sheet's own row number."""
        if reason:
            self.errors.append({"row": row_no, "column": column, "reason": reason, "sheet": self.sheet})
        for code, header in warnings:
            self.warnings.append({"row": row_no, "column": header, "warning": code, "sheet": self.sheet})

    def count(self, outcomes: Mapping[str, int]) -> None:
        """Take the counts from a tally of outcomes."""
        for name in COUNTS[1:]:
            self.counts[name] = outcomes.get(name.upper(), 0)
        self.counts["rows"] = sum(outcomes.values())

    @staticmethod
    def combined(reports: Sequence["SheetReport"]) -> dict[str, Any]:
        """One answer for the whole file, the sheets' own counts under ``sheets``."""
        return {
            **{name: sum(report.counts[name] for report in reports) for name in COUNTS},
            "errors": [error for report in reports for error in report.errors],
            "warnings": [warning for report in reports for warning in report.warnings],
            "sheets": [
                {
                    "sheet": report.sheet,
                    "kind": report.kind,
                    "batch": report.batch,
                    **report.counts,
                    "refused": report.refusal,
                    "sums": report.sums,
                }
                for report in reports
            ],
        }


def yuan_by_year(sums: Mapping[str, Sequence[int]]) -> dict[str, dict[str, Any]]:
    """Year → number of rows, and exact yuan as text, in the order of years."""
    return {
        year: {"rows": rows, "amount": str(fen_to_yuan(fen))} for year, (rows, fen) in sorted(sums.items())
    }


def report_of(batch: ImportBatch) -> SheetReport:
    """The report of a batch that has ended."""
    report = SheetReport(
        batch.sheet,
        batch.refusal,
        batch.pk,
        {name: getattr(batch, name) for name in COUNTS},
        kind=batch.kind,
        sums=yuan_by_year(batch.sums),
    )
    rows = batch.import_rows.exclude(reason="", warnings=[]).order_by("row_no")
    for row_no, reason, column, warnings in rows.values_list("row_no", "reason", "column", "warnings"):
        report.add(row_no, reason, column, warnings)
    return report
