"""Where labels and headings stand, worked out once for paper and spreadsheet alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from guanxi.paper.sheets import Field, Fields, Table

# Printable width of A4 in millimetres: what the margins in the PDF template leave.
PAPER_WIDTH = {"portrait": 182.0, "landscape": 277.0}
# A Chinese character of the form's body text, in millimetres.
_CHARACTER = 3.0


def text_width(text: str) -> float:
    """The width of the longest line of the text, in Chinese characters; others count a little over half."""
    return max(sum(1 if ord(sign) > 0x2E7F else 0.6 for sign in line) for line in text.split("\n"))


def label_share(block: Fields, paper_width: float) -> float:
    """The part of a label-and-value pair that the label takes, for a block `paper_width` millimetres wide.

    Labels of up to four characters get the same width in every block, so that forms line up.
    """
    pair = paper_width / block.columns
    longest = max(text_width(field.label) for field in block.fields)
    return min(max(longest, 4.4) * _CHARACTER + 3, pair / 2) / pair


@dataclass(frozen=True, slots=True)
class PlacedHeading:
    """A heading at a row and column of a table's header, counted from zero, with its extent."""

    label: str
    row: int
    column: int
    rows: int
    columns: int


def field_rows(block: Fields, columns: int | None = None) -> list[list[Field]]:
    """The fields row by row, each row exactly `columns` wide (default: the block's own number)."""
    width = columns or block.columns
    rows: list[list[Field]] = [[]]
    used = 0
    for field in block.fields:
        span = min(field.span, width)
        if used + span > width:
            rows.append([])
            used = 0
        rows[-1].append(replace(field, span=span))
        used += span
    for row in rows:
        row[-1] = replace(row[-1], span=row[-1].span + width - sum(field.span for field in row))
    return rows


def header_height(table: Table) -> int:
    """The number of header rows, column labels included."""
    return len(table.header_rows) + 1


def headings(table: Table) -> Iterator[PlacedHeading]:
    """Every heading of the table, the column labels last; each cell of the header is covered exactly once."""
    labels_at = len(table.header_rows)
    rise = [0] * len(table.columns)
    for line in table.header_rows:
        column = 0
        for heading in line:
            # A label rises only through blanks that reach down to it without a gap.
            blank = heading.span == 1 and not heading.label
            for index in range(column, column + heading.span):
                rise[index] = rise[index] + 1 if blank else 0
            column += heading.span
    for row, line in enumerate(table.header_rows):
        column = 0
        for heading in line:
            if row < labels_at - rise[column]:
                yield PlacedHeading(heading.label, row, column, 1, heading.span)
            column += heading.span
    for column, (definition, risen) in enumerate(zip(table.columns, rise, strict=True)):
        yield PlacedHeading(definition.label, labels_at - risen, column, risen + 1, 1)
