"""Purchases read from a table: CSV, XLSX, XLS, or text in columns with spaces between.

Loads numpy: for the worker and for commands, never for a page.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.delimited import decode_text, delimiter_of
from guanxi.lib.spreadsheets.headers import normalize_header
from guanxi.lib.spreadsheets.reading import read_workbook
from guanxi.lib.statistics.purchase_rows import (
    MOST_LISTED,
    PurchaseReader,
    PurchasesRefused,
    Row,
    is_filled,
    shortened,
)
from guanxi.lib.statistics.purchases import Purchases, Whole

LARGEST_TEXT = 500_000_000

_WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et"}
_WORKBOOK_BEGINS = (b"PK", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Columns:
    """The column of each by its header, or by its number from 1. Digits are always a number."""

    customer: str
    date: str
    amount: str | None = None

    def asked(self) -> dict[str, str]:
        named = {"customer": self.customer, "date": self.date, "amount": self.amount}
        return {what: column for what, column in named.items() if column is not None}


@dataclass(frozen=True)
class PurchaseFile:
    """``warnings`` tell every row that was left out, and what else may not be meant."""

    purchases: Purchases
    warnings: list[str]


def read_purchases(path: Path, columns: Columns, *, once: bool = False) -> PurchaseFile:
    """The rows of the file, of a workbook those of its first sheet that holds anything.

    When all columns are given by number, the first row is data if its date column holds a digit, else the header.
    Dates are those `cell_date` reads; amounts may carry ¥, 元, thousands commas and full-width digits, below zero is a
    refund, past two decimals they are rounded half up. Blank lines are passed over and total lines left out. Rows
    with the customer, day and amount of an earlier one are counted; ``once`` leaves them out.
    Raises PurchasesRefused, WorkbookRefused, OSError.
    """
    rows = table_rows(path)
    first = next((row for row in rows if is_filled(row[1])), None)
    if first is None:
        raise PurchasesRefused("The file has no filled row.")
    number, head = first
    places, named = _places(head, columns)
    has_header = named or not any(map(str.isdecimal, cell_text(head[places["date"]])))
    warnings = []
    if has_header and not named:
        warnings.append(f"Line {number} is read as the header: its date column holds no digit.")
    reader = PurchaseReader(places, len(head), columns.asked())
    purchases = reader.read(rows if has_header else chain([first], rows))
    if reader.totals:
        warnings.append(f"Total lines left out: {reader.totals}.")
    purchases, repeated = _repeated(purchases, once)
    if repeated:
        said = "left out" if once else "all count; --once counts each once"
        warnings.append(f"Rows with customer, day and amount of an earlier one: {repeated}, {said}.")
    return PurchaseFile(purchases, warnings)


def table_rows(path: Path) -> Iterator[Row]:
    """The rows with their line numbers. Raises PurchasesRefused, WorkbookRefused, OSError."""
    with path.open("rb") as stream:
        begins = stream.read(8)
    if begins.startswith(_WORKBOOK_BEGINS) or path.suffix.lower() in _WORKBOOKS:
        sheet = next(sheet for sheet in read_workbook(path) if any(map(is_filled, sheet.rows)))
        yield from ((sheet.number(index), row) for index, row in enumerate(sheet.rows))
        return
    if path.stat().st_size > LARGEST_TEXT:
        raise PurchasesRefused(f"The file is larger than {LARGEST_TEXT // 1_000_000} MB; split it.")
    text = decode_text(path.read_bytes())
    delimiter = delimiter_of(text)
    if not any(delimiter in line for line in islice(io.StringIO(text), 30)):
        yield from ((number, line.split()) for number, line in enumerate(io.StringIO(text), start=1))
        return
    reader, ended = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 0
    try:
        for row in reader:
            yield ended + 1, row
            ended = reader.line_num
    except csv.Error as error:
        raise PurchasesRefused(f"Line {ended + 1} cannot be read: {error}.") from error


def _places(head: Sequence[Cell], columns: Columns) -> tuple[dict[str, int], bool]:
    """The index of each column, and whether one was found by its name."""
    names = [normalize_header(cell) for cell in head]
    places: dict[str, int] = {}
    named = False
    for what, asked in columns.asked().items():
        if asked.isdecimal():
            if not 1 <= int(asked) <= len(head):
                raise PurchasesRefused(f"--{what}: there is no column {asked}; there are {len(head)}.")
            places[what] = int(asked) - 1
            continue
        named = True
        found = [place for place, name in enumerate(names) if name and name == normalize_header(asked)]
        if not found:
            known = ", ".join(shortened(cell) for cell in head[:MOST_LISTED])
            raise PurchasesRefused(
                f"--{what}: there is no column {shortened(asked)}. The first row has: {known}."
            )
        if len(found) > 1:
            numbers = " and ".join(str(place + 1) for place in found)
            raise PurchasesRefused(
                f"--{what}: the columns {numbers} are called {shortened(asked)}; give the number of one."
            )
        places[what] = found[0]
    if len(set(places.values())) < len(places):
        raise PurchasesRefused("--customer, --date and --amount are columns of their own; two name the same.")
    return places, named


def _repeated(purchases: Purchases, leave_out: bool) -> tuple[Purchases, int]:
    amount = purchases.amount
    if amount is None:
        return purchases, 0
    columns: list[Whole] = [amount, purchases.day, purchases.customer]
    order = np.lexsort(columns)
    same = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in columns])
    again = order[1:][same]
    if not leave_out or not len(again):
        return purchases, len(again)
    kept = np.ones(len(purchases), bool)
    kept[again] = False
    return (
        Purchases(purchases.labels, purchases.customer[kept], purchases.day[kept], amount[kept]),
        len(again),
    )
