"""A whole file at once, without browser and worker: the same steps, carried out in place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.files import ImportRefused, read_sheets
from guanxi.imports.operations.kinds import open_sheet
from guanxi.imports.operations.planning import CHUNK, Layout, in_parts, warnings_of
from guanxi.imports.operations.running import start_run
from guanxi.imports.operations.undoing import start_undo
from guanxi.imports.operations.uploads import (
    choose_sheet,
    continue_with,
    match_fields,
    no_header_message,
    no_sheet_message,
    take_upload,
)
from guanxi.imports.operations.working import work_through
from guanxi.imports.queries.reports import SheetReport, report_of, yuan_by_year
from guanxi.imports.rules.columns import find_columns
from guanxi.lib.spreadsheets.headers import data_rows
from guanxi.organization.acts import Act
from guanxi.organization.models import User


@dataclass(frozen=True)
class Asked:
    """A file, the sheets wanted (none means all), who gets the customers, and what the sheets are ("" as they look)."""

    path: Path
    sheets: Sequence[str]
    owner: User
    kind: str = ""


def import_file(act: Act, asked: Asked) -> list[SheetReport]:
    """Import the sheets, one batch each. A sheet without a header is reported as refused.

    Raises ImportRefused when the file is not read or holds no such sheet.
    """
    with asked.path.open("rb") as stream:
        batch = take_upload(act, asked.path.name, iter(lambda: stream.read(1 << 18), b""), asked.owner)
    names = list(asked.sheets) or [sheet["name"] for sheet in batch.sheets]
    reports = []
    for position, name in enumerate(names):
        if position:
            batch = continue_with(act, batch, name)
        batch = choose_sheet(act, batch, name, kind=asked.kind)
        try:
            batch = match_fields(act, batch, batch.columns, asked.owner)
        except ImportRefused as refused:
            if refused.code != "no_required":
                raise
            batch.delete()
            reports.append(SheetReport(name, refusal=str(no_header_message(name, asked.kind))))
            continue
        work_through(batch.pk, timezone.now)
        batch.refresh_from_db()
        if batch.state == ImportBatch.State.CHECKED:
            start_run(act, batch)
            work_through(batch.pk, timezone.now)
            batch.refresh_from_db()
        reports.append(report_of(batch))
    return reports


def try_file(act: Act, asked: Asked) -> list[SheetReport]:
    """What ``import_file`` would do. Nothing is written."""
    sheets = {sheet.name: sheet for sheet in read_sheets(asked.path)}
    reports = []
    for name in list(asked.sheets) or list(sheets):
        if name not in sheets:
            raise ImportRefused(no_sheet_message(name, [{"name": known} for known in sheets]), "no_sheet")
        columns = find_columns(sheets[name].rows, asked.kind)
        if not columns.is_importable:
            reports.append(SheetReport(name, refusal=str(no_header_message(name, asked.kind))))
            continue
        report, counts = SheetReport(name, kind=columns.kind), Counter[str]()
        rows = data_rows(sheets[name], columns.header_row - 1)
        sheet = open_sheet(act, Layout(columns.headers, columns.mapping, columns.kind))
        for part in in_parts(rows, CHUNK):
            for plan in sheet.plan(part):
                counts[plan.outcome] += 1
                report.add(plan.row.row_no, plan.row.reason, plan.row.column, warnings_of(plan))
        report.count(counts)
        report.sums = yuan_by_year(sheet.summary.get("sums", {}))
        reports.append(report)
    return reports


def undo_batch(act: Act, batch: ImportBatch) -> ImportBatch:
    """Take a finished import back, in place."""
    start_undo(act, batch)
    work_through(batch.pk, timezone.now)
    batch.refresh_from_db()
    return batch
