"""The dry run of a batch: its rows staged, each with what will become of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction

from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.files import MOST_ROWS, REFUSALS, ImportRefused, read_sheets
from guanxi.imports.operations.kinds import open_sheet
from guanxi.imports.operations.leases import act_of_batch, hold
from guanxi.imports.operations.planning import Layout, Plan, Row, in_parts, warnings_of
from guanxi.imports.operations.uploads import lock_batch
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import data_rows
from guanxi.organization.acts import Act
from guanxi.organization.rows import insert_rows

STAGED_AT_ONCE = 1000


def check_batch(batch: ImportBatch, at: datetime) -> None:
    """Stage the rows and plan them; a check that was cut off starts anew. The batch ends CHECKED or REFUSED."""
    act = act_of_batch(batch, at)
    try:
        _stage(act, batch, at)
    except ImportRefused as refused:
        refuse_batch(batch, refused.message)


@transaction.atomic
def refuse_batch(batch: ImportBatch, message: object) -> None:
    """End a batch that cannot go on, with the reason to show."""
    batch = lock_batch(batch, *ImportBatch.State.values)
    batch.state, batch.refusal, batch.lease_until = ImportBatch.State.REFUSED, str(message)[:300], None
    batch.save(update_fields=["state", "refusal", "lease_until"])


def layout_of(batch: ImportBatch) -> Layout:
    return Layout(tuple(batch.headers), batch.columns, batch.kind)


def rows_of(batch: ImportBatch) -> list[Row]:
    """The rows below the header, without title, blank and total lines. Raises ImportRefused."""
    position = [sheet["name"] for sheet in batch.sheets].index(batch.sheet)
    rows: list[Row] = list(
        data_rows(read_sheets(settings.UPLOADS / batch.stored_as)[position], batch.header_row - 1)
    )
    if len(rows) > MOST_ROWS:
        raise ImportRefused(REFUSALS["too_many_rows"], "too_many_rows")
    return rows


def stored_cells(cells: Sequence[Cell]) -> list[Any]:
    """Cells as JSON keeps them; dates as text, which is read the same."""
    return [cell_text(cell) if isinstance(cell, date | datetime | time) else cell for cell in cells]


def _stage(act: Act, batch: ImportBatch, at: datetime) -> None:
    rows = rows_of(batch)
    batch.import_rows.all().delete()
    ImportBatch.objects.filter(pk=batch.pk).update(rows=len(rows), done_rows=0)
    sheet = open_sheet(act, layout_of(batch))
    counts: Counter[str] = Counter()
    for part in in_parts(rows, STAGED_AT_ONCE):
        with transaction.atomic():
            hold(lock_batch(batch, ImportBatch.State.CHECKING), at)
            plans = sheet.plan(part)
            sheet.note(plans)
            insert_rows(_staged(batch, row, plan) for row, plan in zip(part, plans, strict=True))
            ImportBatch.objects.filter(pk=batch.pk).update(done_rows=sum(counts.values()) + len(part))
        counts.update(plan.outcome for plan in plans)
    _finish(batch, counts, sheet.summary)


@transaction.atomic
def _finish(batch: ImportBatch, counts: Counter[str], summary: dict[str, Any]) -> None:
    batch = lock_batch(batch, ImportBatch.State.CHECKING)
    batch.plan, batch.starts_late = dict(counts), summary.get("starts_late", 0)
    batch.sums = summary.get("sums", {})
    batch.state, batch.done_rows, batch.lease_until = ImportBatch.State.CHECKED, 0, None
    batch.save()


def _staged(batch: ImportBatch, row: Row, plan: Plan) -> ImportRow:
    return ImportRow(
        batch=batch, row_no=row[0], cells=stored_cells(row[1]), planned=plan.outcome, reason=plan.row.reason,
        column=plan.row.column, warnings=warnings_of(plan),
    )  # fmt: skip
