"""Which column is which field: found in the sheet, then the person's to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guanxi.imports.rules.fields import CUSTOMER_FIELDS, FIELDS, OWNER_MARKS, REQUIRED
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import HeaderNotFound, find_header, normalize_header, shape_key

_CONTAINED = {field.name: field.headers for field in CUSTOMER_FIELDS}
_EXACT = {
    normalize_header(text): field.name for field in CUSTOMER_FIELDS for text in (*field.headers, *field.exact)
}
LONGEST_HEADER = 60


@dataclass(frozen=True)
class Columns:
    """A header row (counted from 1, as Excel does; 0 when none was found) and its columns."""

    header_row: int
    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    shape: str

    @property
    def is_importable(self) -> bool:
        return set(REQUIRED) <= set(self.mapping.values())


def find_columns(rows: Sequence[Sequence[Cell]]) -> Columns:
    """The header row that names most fields, with its columns matched."""
    try:
        found = find_header(rows, _CONTAINED)
    except HeaderNotFound:
        return Columns(0, (), {}, "")
    return match_columns(rows, found.row_index + 1)


def match_columns(rows: Sequence[Sequence[Cell]], header_row: int) -> Columns:
    """The columns of a header row somebody pointed at."""
    row = rows[header_row - 1] if 0 < header_row <= len(rows) else []
    headers = tuple(cell_text(cell)[:LONGEST_HEADER] for cell in row)
    try:
        mapping = dict(find_header([row], _CONTAINED).mapping)
    except HeaderNotFound:
        mapping = {}
    for column, header in enumerate(map(normalize_header, row)):
        name = _EXACT.get(header)
        if column in mapping or name is None:
            continue
        if name == "phone" and name in mapping.values():
            name = "phone2"
        if name not in mapping.values():
            mapping[column] = name
    return Columns(header_row, headers, _by_sheet(mapping), shape_key(row))


def is_owner_sheet(mapping: Mapping[int, str]) -> bool:
    """A sheet of owners tells of the car bought; any other sheet tells of prospects."""
    return bool(OWNER_MARKS & set(mapping.values()))


def clean_mapping(mapping: Mapping[int, str], width: int) -> dict[int, str]:
    """Only known fields in existing columns, each field once."""
    kept: dict[int, str] = {}
    for column, name in sorted(mapping.items()):
        if 0 <= column < width and name in FIELDS and name not in kept.values():
            kept[column] = name
    return kept


def _by_sheet(mapping: dict[int, str]) -> dict[int, str]:
    """车型 alone means the car wanted, unless the sheet is one of owners."""
    if not is_owner_sheet(mapping) and "product" not in mapping.values():
        return {column: "product" if name == "model" else name for column, name in sorted(mapping.items())}
    return dict(sorted(mapping.items()))
