"""The failed rows as a workbook that can be mended and imported again."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from guanxi.imports.models import ImportBatch
from guanxi.imports.queries.words import REASONS
from guanxi.lib.spreadsheets.cells import cell_text

LONGEST_CELL = 32_767
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def failed_workbook(batch: ImportBatch) -> bytes:
    """The sheet's own columns as they were uploaded, with row number and reason behind them. Text stays text:
    never a formula, never a link (CSV-01)."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, _OPTIONS)
    sheet = workbook.add_worksheet(str(_("Failed rows"))[:31])
    bold = workbook.add_format({"bold": True, "bottom": 1})
    headers = [*batch.headers, _("Row"), _("Reason")]
    _write(sheet, 0, headers, bold)
    for position, (row_no, cells, reason) in enumerate(_failed(batch), start=1):
        padded = [*cells, *[None] * (len(batch.headers) - len(cells))][: len(batch.headers)]
        _write(sheet, position, [*padded, row_no, str(REASONS.get(reason, reason))])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headers) - 1, 16)
    workbook.close()
    return target.getvalue()


def _failed(batch: ImportBatch) -> Iterable[Any]:
    column = "planned" if batch.state == ImportBatch.State.CHECKED else "outcome"
    rows = batch.import_rows.filter(**{column: "FAILED"}).order_by("row_no")
    return rows.values_list("row_no", "cells", "reason")


def _write(sheet: Any, position: int, values: Iterable[Any], style: Any = None) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(position, column, value, style)
        elif value is not None:
            sheet.write_string(position, column, cell_text(value)[:LONGEST_CELL], style)
