"""Find the table inside a sheet: its header row, its columns, its last line."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.reading import Sheet

ROWS_SEARCHED = 30
# A title or a remark contains header words too, but no header is this long.
LONGEST_HEADER = 20

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|【[^【】]*】|<[^<>]*>")
_PUNCTUATION = re.compile(r"[\W_]+")
_TOTAL = re.compile(r"(?:本?[页月表]?(?:合计|总计|小计|共计)|(?:grand|sub)?total|sum)[0-9]*[条人笔台行户]?")


class HeaderNotFound(ValueError):
    """None of the first 30 rows holds a known header."""


@dataclass(frozen=True)
class HeaderMatch:
    """`row_index` counts from 0, as `Sheet.rows` does; `mapping` is column index to field name."""

    row_index: int
    mapping: dict[int, str]


def find_header(rows: Sequence[Sequence[Cell]], vocabulary: Mapping[str, Sequence[str]]) -> HeaderMatch:
    """Return the row among the first 30 that names most fields of `vocabulary` (field to header variants).

    The earlier row wins a tie. A cell names a field when it equals a variant, or else contains one of two
    characters or more (the longest wins); each field takes one column, the first. Raises `HeaderNotFound`.
    """
    variants = {normalize_header(text): name for name, texts in vocabulary.items() for text in texts}
    best = HeaderMatch(-1, {})
    for index, row in enumerate(rows[:ROWS_SEARCHED]):
        mapping = _columns([normalize_header(cell) for cell in row], variants)
        if len(mapping) > len(best.mapping):
            best = HeaderMatch(index, mapping)
    if not best.mapping:
        raise HeaderNotFound(f"no known header within the first {ROWS_SEARCHED} rows")
    return best


def normalize_header(cell: Cell) -> str:
    """Return a header for comparison: half-width, lower case, no spaces, punctuation, bracketed remarks."""
    text = unicodedata.normalize("NFKC", cell_text(cell)).casefold()
    return _PUNCTUATION.sub("", _BRACKETS.sub("", text)) or _PUNCTUATION.sub("", text)


def shape_key(headers: Sequence[Cell]) -> str:
    """Return a stable sha256 (hex) of the normalised headers in column order, less blank ones at the end."""
    texts = [normalize_header(cell) for cell in headers]
    while texts and not texts[-1]:
        texts.pop()
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()


def is_total_line(row: Sequence[Cell]) -> bool:
    """Say whether the first filled cell is 合计, 总计, 小计, 共计, total or the like."""
    first = next((text for text in map(cell_text, row) if text), "")
    return len(first) <= LONGEST_HEADER and bool(_TOTAL.fullmatch(normalize_header(first)))


def data_rows(sheet: Sheet, header_row: int) -> Iterator[tuple[int, list[Cell]]]:
    """Yield (row number as Excel shows it, in a text file the line, cells) below `header_row` (from 0), less blank
    and total lines."""
    for index, row in enumerate(sheet.rows[header_row + 1 :], start=header_row + 1):
        if any(map(cell_text, row)) and not is_total_line(row):
            yield sheet.number(index), row


def _columns(headers: Sequence[str], variants: Mapping[str, str]) -> dict[int, str]:
    mapping: dict[int, str] = {}
    for column, header in enumerate(headers):
        if (name := variants.get(header)) and name not in mapping.values():
            mapping[column] = name
    for column, header in enumerate(headers):
        if column in mapping or header in variants or len(header) > LONGEST_HEADER:
            continue
        free = (text for text, name in variants.items() if name not in mapping.values())
        inside = [text for text in free if len(text) > 1 and text in header]
        if inside:
            mapping[column] = variants[max(inside, key=len)]
    return mapping
