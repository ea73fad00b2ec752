"""Read an uploaded workbook as plain cells, whatever the file tries (XLS-01 to XLS-05)."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from threading import Timer
from typing import IO, Any

from guanxi.lib.spreadsheets import child
from guanxi.lib.spreadsheets.cells import Cell
from guanxi.lib.spreadsheets.delimited import read_delimited
from guanxi.lib.spreadsheets.precheck import CSV, WorkbookRefused, precheck

MOST_ROWS = 200_000
MOST_CELLS = 5_000_000
LARGEST_STREAM = 400_000_000
LONGEST_LINE = 64_000_000
TIMEOUT_SECONDS = 60.0

_READERS: dict[str, Callable[[str], Cell]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


@dataclass
class Sheet:
    """`rows[0]` is row 1 of the sheet, blank rows included; all rows of a sheet have the same length.

    `lines` are the lines of a text file on which its rows begin: a quoted cell may hold several.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def number(self, index: int) -> int:
        """What people call the row: its line in a text file, its row in a workbook."""
        return self.lines[index] if self.lines else index + 1


def read_workbook(
    path: Path, *, max_rows: int = MOST_ROWS, timeout_seconds: float = TIMEOUT_SECONDS
) -> list[Sheet]:
    """Return the sheets of an .xlsx, .xls or .csv in order; the content tells the kind.

    Formulas give their stored values, errors and blanks give None, numbers of .xlsx and .xls are floats.
    A .csv gives one sheet named after the file, text only. `max_rows` counts per sheet.
    Raises `WorkbookRefused`.
    """
    if precheck(path, max_rows=max_rows) == CSV:
        rows, lines = read_delimited(path.read_bytes(), max_rows=max_rows, max_cells=MOST_CELLS)
        sheets = [Sheet(path.stem, [list(row) for row in rows], lines)]
    else:
        sheets = _read_in_child(path, max_rows, timeout_seconds)
    if not any(cell is not None for sheet in sheets for row in sheet.rows for cell in row):
        raise WorkbookRefused("empty", "The workbook has no filled cell.")
    return sheets


def _read_in_child(path: Path, max_rows: int, timeout_seconds: float) -> list[Sheet]:
    process = subprocess.Popen(
        # Isolated and by file: no settings, no secrets, no import of ours where the file is parsed.
        [sys.executable, "-I", child.__file__, os.path.abspath(path), str(max_rows), str(MOST_CELLS)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
    )
    late = Timer(timeout_seconds, process.kill)
    late.start()
    try:
        assert process.stdout is not None
        with process.stdout:
            sheets = _collect(process.stdout)
    finally:
        on_time = late.is_alive()
        late.cancel()
        process.kill()
        status = process.wait()
    if sheets is None:
        raise _death(status, on_time)
    return sheets


def _collect(stream: IO[bytes]) -> list[Sheet] | None:
    """Return the sheets, or None when the stream breaks off before its last line."""
    sheets: list[Sheet] = []
    for line in _lines(stream):
        if isinstance(line, list):
            sheets[-1].rows.append([_cell(value) for value in line])
        elif "sheet" in line:
            sheets.append(Sheet(line["sheet"].replace("\0", "")))
        elif "refused" in line:
            raise WorkbookRefused(line["refused"], line["message"])
        else:
            return sheets
    return None


def _lines(stream: IO[bytes]) -> Iterator[Any]:
    total = 0
    while line := stream.readline(LONGEST_LINE):
        total += len(line)
        if total > LARGEST_STREAM:
            raise WorkbookRefused("too_large", "The workbook holds too much text; split it.")
        if not line.endswith(b"\n"):
            return
        # A number that is none (1e400 overflows) is kept as text: no database stores it in JSON.
        yield json.loads(line, parse_constant=str)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        [(kind, text)] = value.items()
        return _READERS[kind](text)
    # Excel writes any character as _x0000_; NUL is one that PostgreSQL keeps nowhere.
    return value.replace("\0", "") if isinstance(value, str) and "\0" in value else value


def _death(status: int, on_time: bool) -> WorkbookRefused:
    if not on_time or status == -getattr(signal, "SIGXCPU", 0):
        return WorkbookRefused("timeout", "The workbook took too long to read.")
    if status < 0:
        return WorkbookRefused("too_large", "The workbook needs too much memory; split it.")
    return WorkbookRefused("unreadable", "The workbook is damaged.")
