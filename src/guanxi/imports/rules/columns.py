"""Which kind of sheet it is and which column is which field: found in the sheet, then the person's to change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guanxi.imports.rules.fields import CUSTOMERS, OWNER_MARKS, Vocabulary
from guanxi.imports.rules.vocabularies import VOCABULARIES
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import HeaderNotFound, find_header, normalize_header, shape_key

LONGEST_HEADER = 60


@dataclass(frozen=True)
class Columns:
    """A header row (counted from 1, as Excel does; 0 when none was found) and its columns."""

    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    shape: str
    kind: str = CUSTOMERS.kind

    @property
    def is_importable(self) -> bool:
        return VOCABULARIES[self.kind].is_complete(self.mapping.values())


def find_columns(rows: Sequence[Sequence[Cell]], kind: str = "") -> Columns:
    """The header row that names most fields, with its columns matched; without ``kind`` of the kind it looks like."""
    return _likeliest(_found(rows, vocabulary) for vocabulary in _asked(kind))


def match_columns(rows: Sequence[Sequence[Cell]], header_row: int, kind: str = "") -> Columns:
    """The columns of a header row somebody pointed at."""
    return _likeliest(_matched(rows, header_row, vocabulary) for vocabulary in _asked(kind))


def is_owner_sheet(mapping: Mapping[int, str]) -> bool:
    """A sheet of owners tells of the car bought; any other sheet tells of prospects."""
    return bool(OWNER_MARKS & set(mapping.values()))


def clean_mapping(mapping: Mapping[int, str], width: int, kind: str = CUSTOMERS.kind) -> dict[int, str]:
    """Only fields of the kind in existing columns, each field once."""
    kept: dict[int, str] = {}
    names = VOCABULARIES[kind].names
    for column, name in sorted(mapping.items()):
        if 0 <= column < width and name in names and name not in kept.values():
            kept[column] = name
    return kept


def _asked(kind: str) -> Iterable[Vocabulary]:
    return [VOCABULARIES[kind]] if kind else VOCABULARIES.values()


def _likeliest(candidates: Iterable[Columns]) -> Columns:
    """The kind whose needs are met and that makes sense of most columns; of two alike the one declared first."""
    return max(candidates, key=lambda columns: (columns.is_importable, len(columns.mapping)))


def _found(rows: Sequence[Sequence[Cell]], vocabulary: Vocabulary) -> Columns:
    try:
        found = find_header(rows, {field.name: field.headers for field in vocabulary.fields})
    except HeaderNotFound:
        return Columns(0, (), {}, "", vocabulary.kind)
    return _matched(rows, found.row_index + 1, vocabulary)


def _matched(rows: Sequence[Sequence[Cell]], header_row: int, vocabulary: Vocabulary) -> Columns:
    row = rows[header_row - 1] if 0 < header_row <= len(rows) else []
    headers = tuple(cell_text(cell)[:LONGEST_HEADER] for cell in row)
    try:
        mapping = dict(find_header([row], {field.name: field.headers for field in vocabulary.fields}).mapping)
    except HeaderNotFound:
        mapping = {}
    exact = {
        normalize_header(text): field.name
        for field in vocabulary.fields
        for text in (*field.headers, *field.exact)
    }
    for column, header in enumerate(map(normalize_header, row)):
        name = exact.get(header)
        if column in mapping or name is None:
            continue
        if name == "phone" and name in mapping.values() and "phone2" in vocabulary.names:
            name = "phone2"
        if name not in mapping.values():
            mapping[column] = name
    if vocabulary is CUSTOMERS:
        mapping = _by_sheet(mapping)
    return Columns(header_row, headers, dict(sorted(mapping.items())), shape_key(row), vocabulary.kind)


def _by_sheet(mapping: dict[int, str]) -> dict[int, str]:
    """车型 alone means the car wanted, unless the sheet is one of owners."""
    if not is_owner_sheet(mapping) and "product" not in mapping.values():
        return {column: "product" if name == "model" else name for column, name in mapping.items()}
    return mapping
