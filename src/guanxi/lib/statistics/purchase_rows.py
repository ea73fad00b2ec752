"""The rows of a table as customer, day and fen: every cell read or refused with what to write.

Loads numpy: for the worker and for commands, never for a page.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from guanxi.lib.money import MoneyRefused, yuan_to_fen
from guanxi.lib.spreadsheets.cells import Cell, DateRefused, cell_date, cell_text
from guanxi.lib.spreadsheets.headers import is_total_line
from guanxi.lib.statistics.purchases import Purchases

MOST_LISTED = 20

_PLAIN_AMOUNT = re.compile(r"(-?)([0-9]{1,12})\.([0-9]{2})")
_SHOWN = 40
# A look that spares nearly every customer the slower one.
_MAYBE_TOTAL = re.compile("计|total|sum|[ａ-ｚ]", re.IGNORECASE)

Row = tuple[int, Sequence[Cell]]


class PurchasesRefused(ValueError):
    """The table cannot be read. The message says which lines and columns, at most 20, and what to change."""


class _Unread(Exception):
    """What is wrong with a cell and what to write."""


class _Known(dict[Cell, int]):
    """Each different cell is read once; the others are looked up."""

    def __init__(self, read: Callable[[Cell], int]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell) -> int:
        self[cell] = number = self._read(cell)
        return number


class PurchaseReader:
    """``places`` is the index of each column, ``names`` what people called it, ``width`` the cells of the first row.

    After ``read``, ``totals`` counts the total lines that were left out.
    """

    def __init__(self, places: dict[str, int], width: int, names: dict[str, str]) -> None:
        self.places, self.width, self.names = places, width, names
        self.labels: dict[str, int] = {}
        self.totals = 0
        self.problems: list[str] = []
        self.wrong_rows = 0
        self.known = {"customer": _Known(self._customer), "date": _Known(_day), "amount": _Known(_fen)}

    def read(self, rows: Iterator[Row]) -> Purchases:
        """Raises PurchasesRefused when any row cannot be read."""
        known = [(self.known[what], place) for what, place in self.places.items()]
        found = [array("q") for _ in known]
        (customers, customer), (days, day), *rest = known
        width, (owners, dates, *worths) = self.width, found
        for number, row in rows:
            try:
                owner, on = customers[row[customer]], days[row[day]]
                worth = rest[0][0][row[rest[0][1]]] if rest else 0
            except (_Unread, IndexError):
                self._explain(number, row)
                continue
            if len(row) > width and any(row[width:]):
                self._explain(number, row)
                continue
            owners.append(owner)
            dates.append(on)
            if rest:
                worths[0].append(worth)
        if self.problems:
            self._refuse()
        if not owners:
            raise PurchasesRefused("There is no row below the header.")
        columns = [np.frombuffer(column, np.int64) for column in found]
        return Purchases(list(self.labels), columns[0], columns[1], columns[2] if rest else None)

    def _customer(self, cell: Cell) -> int:
        label = cell_text(cell)
        if not label:
            raise _Unread("is empty; name the customer or delete the row")
        if _MAYBE_TOTAL.search(label) and is_total_line([label]):
            raise _Unread("is a total line")
        return self.labels.setdefault(label, len(self.labels))

    def _explain(self, number: int, row: Sequence[Cell]) -> None:
        if not is_filled(row):
            return
        named = self.places["customer"]
        if is_total_line(row) or (named < len(row) and is_total_line([row[named]])):
            self.totals += 1
            return
        self.wrong_rows += 1
        if len(row) > self.width and any(row[self.width :]):
            self._note(
                f"Line {number} has {len(row)} cells, the first row {self.width}; "
                "write amounts without commas or in quotes."
            )
            return
        for what, place in self.places.items():
            if place >= len(row):
                self._note(f"Line {number} ends after {len(row)} cells; {what} is in column {place + 1}.")
                return
            try:
                self.known[what][row[place]]
            except _Unread as wrong:
                self._note(f"Line {number}, column {self.names[what]}: {_quoted(row[place])}{wrong}.")

    def _note(self, problem: str) -> None:
        if len(self.problems) < MOST_LISTED:
            self.problems.append(problem)

    def _refuse(self) -> None:
        more = ["…"] if self.wrong_rows > len(self.problems) else []
        rows = "1 row cannot" if self.wrong_rows == 1 else f"{self.wrong_rows} rows cannot"
        raise PurchasesRefused("\n".join([f"{rows} be read; nothing was reckoned.", *self.problems, *more]))


def _day(cell: Cell) -> int:
    try:
        day: date | None = cell_date(cell)
    except DateRefused as refused:
        raise _Unread(f" is not a date ({refused}); write it like 2024-03-05") from refused
    if day is None:
        raise _Unread("is empty; write a date like 2024-03-05 or delete the row")
    return day.toordinal()


def _fen(cell: Cell) -> int:
    if isinstance(cell, str) and (plain := _PLAIN_AMOUNT.fullmatch(cell)):
        sign, yuan, fen = plain.groups()
        return int(sign + yuan + fen)
    # A spreadsheet reckons with fifteen digits; the rest of its 0.1 + 0.2 is noise.
    text = f"{cell:.15g}" if isinstance(cell, float) else cell_text(cell)
    if not text:
        raise _Unread("is empty; write 0 if it was free, or delete the row")
    try:
        return yuan_to_fen(Decimal(text) if isinstance(cell, float) else text)
    except MoneyRefused as refused:
        raise _Unread(" is not an amount; write it like 1234.50, a refund like -1234.50") from refused


def is_filled(row: Sequence[Cell]) -> bool:
    return any(map(cell_text, row))


def _quoted(cell: Cell) -> str:
    return f"“{shortened(cell)}”" if cell_text(cell) else ""


def shortened(cell: Cell) -> str:
    text = cell_text(cell).replace("\n", " ")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
