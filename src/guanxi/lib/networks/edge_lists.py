"""A network read from a table with the columns from, to and weight (.csv, .xlsx, .xls)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from guanxi.lib.networks.edges import UNSTATED, Edge, EdgeRefused, both_ways, check_edge
from guanxi.lib.networks.network import Network
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import normalize_header
from guanxi.lib.spreadsheets.reading import Sheet, read_workbook

# What the edges mean: from influences to; from reports to to; both are friends.
KINDS = INFLUENCE, REPORTS, FRIEND = "influence", "reports", "friend"

HEADERS = {"from": "from", "从": "from", "to": "to", "到": "to", "weight": "weight", "权重": "weight"}
LONGEST_NAME = 100
MOST_DECIMALS = 20

_NUMBER = re.compile(
    rf"(?:[0-9]{{1,5}}\.?[0-9]{{0,{MOST_DECIMALS}}}|\.[0-9]{{1,{MOST_DECIMALS}}})(?:[eE]-?[0-9]{{1,3}})?"
)
_SHOWN = 40


class EdgeListRefused(ValueError):
    """The table is not a network. The message names the line and what to change."""


@dataclass(frozen=True)
class EdgeList:
    """``repeated`` counts the rows that name the ends of an earlier one; of those the strongest counts."""

    network: Network[str]
    repeated: int


@dataclass(frozen=True)
class _Row:
    line: int
    edge: Edge[str]


def read_edge_list(path: Path, kind: str = INFLUENCE) -> EdgeList:
    """The network in the first sheet that holds anything; its first filled row names the columns, others are ignored.

    A missing weight is one half. Of ``friend`` both directions hold; ``reports`` allows each person one superior
    and no circle. Raises EdgeListRefused, WorkbookRefused, OSError.
    """
    sheet = next(sheet for sheet in read_workbook(path) if any(_filled(row) for row in sheet.rows))
    rows = list(_rows(sheet))
    if kind == REPORTS:
        _check_tree(rows)
    edges = [row.edge for row in rows]
    ends = {frozenset(edge[:2]) if kind == FRIEND else edge[:2] for edge in edges}
    return EdgeList(Network(both_ways(edges) if kind == FRIEND else edges), len(edges) - len(ends))


def _filled(row: Iterable[Cell]) -> bool:
    return any(map(cell_text, row))


def _rows(sheet: Sheet) -> Iterable[_Row]:
    filled = [(sheet.number(index), row) for index, row in enumerate(sheet.rows) if _filled(row)]
    (header_line, header), *below = filled
    columns: dict[str, int] = {}
    for column, cell in enumerate(header):
        if name := HEADERS.get(normalize_header(cell)):
            columns.setdefault(name, column)
    if missing := [name for name in ("from", "to") if name not in columns]:
        _refuse(
            header_line, f"there is no column {' and no column '.join(missing)}; name them from,to,weight."
        )
    for line, row in below:
        weight = row[columns["weight"]] if "weight" in columns else None
        edge = Edge(
            _name(line, "from", row[columns["from"]]),
            _name(line, "to", row[columns["to"]]),
            _probability(line, weight),
        )
        try:
            check_edge(edge)
        except EdgeRefused as refused:
            _refuse(line, f"{refused} Correct or delete the row.")
        yield _Row(line, edge)


def _name(line: int, column: str, cell: Cell) -> str:
    name = cell_text(cell)
    if not name:
        _refuse(line, f"{column} is empty; name a person or delete the row.")
    if "\n" in name:
        _refuse(line, f"the name in {column} goes over several lines; write it on one.")
    if len(name) > LONGEST_NAME:
        _refuse(line, f"the name in {column} is longer than {LONGEST_NAME} characters; shorten it.")
    return name


def _probability(line: int, cell: Cell) -> Decimal:
    # A spreadsheet computes with fifteen digits; the rest of its 0.1 + 0.2 is noise.
    text = f"{cell:.15g}" if isinstance(cell, float) else cell_text(cell)
    if not text:
        return UNSTATED
    written = unicodedata.normalize("NFKC", text) if len(text) <= _SHOWN else ""
    probability = Decimal(written).normalize() if _NUMBER.fullmatch(written) else Decimal(0)
    if not 0 < probability <= 1:
        _refuse(line, f"the weight is “{_short(text)}”; write a probability above 0 and up to 1, like 0.8, "
                      f"or leave it empty for {UNSTATED}.")  # fmt: skip
    if probability.as_tuple().exponent < -MOST_DECIMALS:  # type: ignore[operator]
        _refuse(line, f"the weight is “{_short(text)}”; round it to {MOST_DECIMALS} decimals.")
    return probability


def _check_tree(rows: list[_Row]) -> None:
    """One superior each, and nobody above themself."""
    superior: dict[str, _Row] = {}
    for row in rows:
        earlier = superior.setdefault(row.edge.source, row)
        if earlier.edge.target != row.edge.target:
            _refuse(row.line, f"{row.edge.source} already reports to {earlier.edge.target} (line {earlier.line}); "
                              "keep one formal superior.")  # fmt: skip
    cleared: set[str] = set()
    for person in superior:
        climbed: dict[str, _Row] = {}
        while person in superior and person not in cleared:
            if person in climbed:
                circle = list(climbed)[list(climbed).index(person) :]
                line = max(climbed[member].line for member in circle)
                around = _short(" → ".join([*circle, person]))
                _refuse(line, f"here the reports go round in a circle, {around}; delete one of them.")
            climbed[person] = superior[person]
            person = superior[person].edge.target
        cleared.update(climbed)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _refuse(line: int, what: str) -> NoReturn:
    raise EdgeListRefused(f"Line {line}: {what}")
