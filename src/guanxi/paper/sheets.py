"""What a printed sheet is made of. The words on it, labels included, are the caller's."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Value = str | int | Decimal | date | datetime | None
Align = Literal["left", "center", "right"]
Orientation = Literal["portrait", "landscape"]


class Tone(StrEnum):
    PLAIN = ""
    MUTED = "muted"
    LATE = "late"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a tone: muted is grey, late is red on a red ground (also when empty), strong is bold."""

    value: Value
    tone: Tone = Tone.PLAIN


CellLike = Value | Cell


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value. `span` counts the label-and-value pairs it takes up in its row."""

    label: str
    value: CellLike = None
    span: int = 1


@dataclass(frozen=True, slots=True)
class Fields:
    """Labelled values, `columns` pairs to a row; the last field of each row fills what is left of it.

    `row_height` is the least height of a row in millimetres; longer text makes the row taller.
    """

    fields: tuple[Field, ...]
    columns: int = 4
    title: str = ""
    row_height: float = 6.5

    def __post_init__(self) -> None:
        if self.columns < 1 or not self.fields:
            raise ValueError("Fields need at least one column and one field")
        if any(not 1 <= field.span <= self.columns for field in self.fields):
            raise ValueError("A field spans between one and all of the columns")


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in millimetres; the PDF scales all widths of a table together to fill the paper."""

    label: str
    width: float = 20
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading above `span` columns. Empty over one column, it gives its place to that column's label."""

    label: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A grid. `header_rows` stand above the column labels; blank rows fill up to `min_rows` on paper.

    `row_height` is the least height of a row in millimetres; longer text wraps and makes the row taller.
    Raises ValueError when a row, or the spans of a header row, do not add up to the number of columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[CellLike, ...], ...] = ()
    min_rows: int = 0
    header_rows: tuple[tuple[Heading, ...], ...] = ()
    title: str = ""
    row_height: float = 6

    def __post_init__(self) -> None:
        width = len(self.columns)
        if not width or any(column.width <= 0 for column in self.columns):
            raise ValueError("A table needs columns, each with a width above zero")
        if any(len(row) != width for row in self.rows):
            raise ValueError(f"Every row of this table needs {width} cells")
        if any(sum(heading.span for heading in row) != width for row in self.header_rows):
            raise ValueError(f"The headings of each header row must span {width} columns")
        if any(heading.span < 1 for row in self.header_rows for heading in row):
            raise ValueError("A heading spans at least one column")


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph of small print: a legend, a reminder."""

    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts on a new page, for example the back of a card."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, as wide as the paper and at most ``height`` millimetres high; files of cells leave it out."""

    svg: str
    height: float


Block = Fields | Table | Note | PageBreak | Picture


@dataclass(frozen=True, slots=True)
class Footer:
    """Foot of every page. Each entry is (label, value); `page` holds the places `{page}` and `{pages}`.

    `note` is a line of its own, such as the time at which a closed period was locked.
    """

    store: tuple[str, str]
    user: tuple[str, str]
    printed_on: tuple[str, date]
    note: str = ""
    page: str = "{page} / {pages}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form, over as many pages as it needs; it starts on a new page and is one worksheet in xlsx.

    `code` is the form's code (top right), `subtitle` the period or person it is for.
    """

    code: str
    title: str
    blocks: tuple[Block, ...]
    footer: Footer
    orientation: Orientation = "portrait"
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One or more sheets printed together; page numbers run through. `language` is an ISO 639-1 code."""

    sheets: tuple[Sheet, ...]
    language: str = "zh"

    def __post_init__(self) -> None:
        if not self.sheets:
            raise ValueError("A document needs at least one sheet")
