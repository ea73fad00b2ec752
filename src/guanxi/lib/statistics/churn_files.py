"""Cases of churn read from a table: a row for each customer, whether they left, and what was known of them.

Loads numpy: for the worker and for commands, never for a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import is_total_line, normalize_header
from guanxi.lib.statistics.purchase_files import table_rows
from guanxi.lib.statistics.purchase_rows import MOST_LISTED, is_filled, shortened

YES = frozenset(
    {"yes", "y", "true", "1", "是", "churned", "lost", "left", "流失", "已流失", "未续", "未续约"}
)
NO = frozenset(
    {"no", "n", "false", "0", "否", "kept", "stayed", "active", "未流失", "保留", "在网", "续约", "已续约"}
)
MISSING = frozenset({"", "na", "n/a", "nan", "null", "?", "-", "—"})


class CasesRefused(ValueError):
    """The table cannot be read. The message says which lines or columns and what to change."""


@dataclass(frozen=True)
class ChurnFile:
    """``churned`` is None of those of whom it is not known: they are told a chance and teach nothing. ``columns`` are
    the features by name, their cells as text, "" where missing."""

    labels: list[str]
    churned: list[bool | None]
    columns: dict[str, list[str]]
    warnings: list[str]


def read_cases(
    path: Path, customer: str, churned: str, features: Sequence[str] | None = None, yes: str | None = None
) -> ChurnFile:
    """The rows below the header, of a workbook those of its first sheet that holds anything.

    A column is named by its header or its number from 1; without ``features`` all others are. ``yes`` is what says of
    a customer that they left, where it is not a word everybody knows. Raises CasesRefused, PurchasesRefused,
    WorkbookRefused, OSError.
    """
    rows = ((number, row) for number, row in table_rows(path) if is_filled(row))
    number, head = next(rows, (0, ()))
    if not number:
        raise CasesRefused("The file has no filled row.")
    names = [cell_text(cell) or str(place + 1) for place, cell in enumerate(head)]
    who, left = _place(names, customer, "--customer"), _place(names, churned, "--churned")
    if who == left:
        raise CasesRefused("--customer and --churned are columns of their own.")
    places = [_place(names, one, "--features") for one in features or ()]
    places = places or [place for place in range(len(names)) if place not in (who, left)]
    if {who, left} & set(places):
        raise CasesRefused("--features: neither the customer nor the outcome can be a feature.")
    read = _Cases(who, left, yes, names)
    cells: list[list[str]] = [[] for _ in places]
    for line, row in rows:
        if is_total_line(row) or not read.take(line, row):
            continue
        for column, place in zip(cells, places, strict=True):
            text = cell_text(row[place]) if place < len(row) else ""
            column.append("" if text.lower() in MISSING else text)
    read.refuse()
    warnings = [f"Customers without outcome, told a chance and not learnt from: {open_}."] if (
        open_ := read.churned.count(None)
    ) else []  # fmt: skip
    return ChurnFile(
        read.labels, read.churned, {names[place]: column for place, column in zip(places, cells, strict=True)}, warnings
    )  # fmt: skip


class _Cases:
    """Who they are and whether they left, row by row; what cannot be read is noted."""

    def __init__(self, who: int, left: int, yes: str | None, names: Sequence[str]) -> None:
        self.who, self.left, self.names = who, left, names
        self.yes = None if yes is None else yes.strip().lower()
        self.labels: list[str] = []
        self.churned: list[bool | None] = []
        self.lines: dict[str, int] = {}
        self.problems: list[str] = []

    def take(self, line: int, row: Sequence[Cell]) -> bool:
        label = cell_text(row[self.who]) if self.who < len(row) else ""
        said = cell_text(row[self.left]) if self.left < len(row) else ""
        if not label:
            self.problems.append(f"Line {line}: the customer is empty; name them or delete the row.")
        elif label in self.lines:
            self.problems.append(
                f"Line {line}: {shortened(label)} stands in line {self.lines[label]} already; one row a customer."
            )
        elif (happened := self._outcome(said)) is not None or said.lower() in MISSING:
            self.lines[label] = line
            self.labels.append(label)
            self.churned.append(happened)
            return True
        else:
            self.problems.append(
                f"Line {line}, column {self.names[self.left]}: “{shortened(said)}” is neither yes nor no; say with "
                "--yes what stands for those who left."
            )
        return False

    def _outcome(self, said: str) -> bool | None:
        word = said.lower()
        if word in MISSING:
            return None
        if self.yes is not None:
            return word == self.yes
        return True if word in YES else False if word in NO else None

    def refuse(self) -> None:
        if self.problems:
            more = ["…"] if len(self.problems) > MOST_LISTED else []
            head = f"{len(self.problems)} rows cannot be read; nothing was reckoned."
            raise CasesRefused("\n".join([head, *self.problems[:MOST_LISTED], *more]))
        if not self.labels:
            raise CasesRefused("There is no row below the header.")


def _place(names: Sequence[str], asked: str, option: str) -> int:
    if asked.isdecimal():
        if not 1 <= int(asked) <= len(names):
            raise CasesRefused(f"{option}: there is no column {asked}; there are {len(names)}.")
        return int(asked) - 1
    wanted = normalize_header(asked)
    found = [place for place, name in enumerate(names) if normalize_header(name) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = " and ".join(str(place + 1) for place in found)
        raise CasesRefused(
            f"{option}: the columns {numbers} are called {shortened(asked)}; give the number of one."
        )
    known = ", ".join(map(shortened, names[:MOST_LISTED]))
    raise CasesRefused(f"{option}: there is no column {shortened(asked)}. The first row has: {known}.")
