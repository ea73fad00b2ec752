"""Workbooks as dealers keep them, and imports carried out the way the worker does."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.running import start_run
from guanxi.imports.operations.undoing import start_undo
from guanxi.imports.operations.uploads import match_fields, take_upload
from guanxi.imports.operations.working import work_through
from guanxi.organization.acts import Act
from guanxi.organization.models import User

PROSPECTS = ("姓名", "电话", "性别", "意向车型", "级别", "信息来源", "最近接触日期", "地址", "备注")
OWNERS = ("姓名", "手机", "车型", "购车日期", "保有类别", "生日")


def workbook(path: Path, sheets: dict[str, Iterable[Sequence[Any]]]) -> Path:
    """Write rows as they are: text as text, numbers as numbers, dates as dates of Excel."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for position, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(position, column, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(position, column, cell)
                elif cell is not None:
                    sheet.write(position, column, cell)
    book.close()
    return path


def prospects(path: Path, *rows: Sequence[Any], headers: Sequence[str] = PROSPECTS) -> Path:
    return workbook(path, {"意向客户": [headers, *rows]})


def gb_csv(path: Path, rows: Iterable[Sequence[Any]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def upload(act: Act, path: Path, owner: User | None = None) -> ImportBatch:
    """Upload and check, with the columns as they were found."""
    with path.open("rb") as stream:
        batch = take_upload(act, path.name, [stream.read()], owner or act.by)
    return check(act, batch)


def check(act: Act, batch: ImportBatch) -> ImportBatch:
    match_fields(act, batch, batch.columns, batch.owner)
    return worked(batch, act)


def run(act: Act, path: Path, owner: User | None = None) -> ImportBatch:
    """Upload, check and import."""
    batch = upload(act, path, owner)
    start_run(act, batch)
    return worked(batch, act)


def undo(act: Act, batch: ImportBatch) -> ImportBatch:
    start_undo(act, batch)
    return worked(batch, act)


def worked(batch: ImportBatch, act: Act) -> ImportBatch:
    work_through(batch.pk, ticking(act.at))
    batch.refresh_from_db()
    return batch


def ticking(at: datetime) -> Callable[[], datetime]:
    """A clock that goes on by a millisecond each time it is read."""
    now = [at]

    def read() -> datetime:
        now[0] += timedelta(milliseconds=1)
        return now[0]

    return read


def counts(batch: ImportBatch) -> tuple[int, int, int, int, int]:
    return batch.rows, batch.created, batch.updated, batch.skipped, batch.failed


def failures(batch: ImportBatch) -> list[tuple[int, str]]:
    return list(batch.import_rows.filter(outcome="FAILED").values_list("row_no", "reason"))


def warned(batch: ImportBatch) -> list[tuple[int, str]]:
    rows = batch.import_rows.order_by("row_no").values_list("row_no", "warnings")
    return [(row_no, code) for row_no, warnings in rows for code, _column in warnings]
