"""Text tables as Chinese Excel and other programs write them (XLS-05)."""

import csv
import io
from collections import Counter

from guanxi.lib.spreadsheets.precheck import MOST_COLUMNS, WorkbookRefused

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MARKUP = ("<!doctype", "<html", "<?xml", "<table", "%pdf", "{\\rtf")
_SAMPLE_LINES = 30


def read_delimited(
    content: bytes, *, max_rows: int, max_cells: int
) -> tuple[list[list[str | None]], list[int]]:
    """Return rows of equal length, blank cells None, and the line on which each begins; nothing is converted, so
    leading zeros stay.

    Encoding: a byte order mark, else UTF-8, else GB18030. The separator is the one of , ; and tab that splits
    the first lines most evenly. Raises `WorkbookRefused`.
    """
    text = decode_text(content)
    rows: list[list[str]] = []
    lines: list[int] = []
    width, ended = 0, 0
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        for row in reader:
            width = max(width, len(row))
            rows.append(row)
            lines.append(ended + 1)
            ended = reader.line_num
            if len(rows) > max_rows:
                raise WorkbookRefused("too_many_rows", f"The file has more than {max_rows} rows.")
            if width > MOST_COLUMNS:
                raise WorkbookRefused("bomb", f"A row has more than {MOST_COLUMNS} columns.")
            if len(rows) * width > max_cells:
                raise WorkbookRefused("too_large", f"The file has more than {max_cells} cells; split it.")
    except csv.Error as e:
        raise WorkbookRefused("unreadable", f"Line {ended + 1} cannot be read: {e}.") from e
    return [[cell or None for cell in row] + [None] * (width - len(row)) for row in rows], lines


def decode_text(content: bytes) -> str:
    """Raises `WorkbookRefused` for what is neither UTF-8, UTF-16 with its mark nor GB18030, and for markup."""
    text = _decoded(content)
    if "\x00" in text or text.lstrip().lower().startswith(_MARKUP):
        raise WorkbookRefused("not_a_workbook", "The file is not a table of text.")
    return text


def _decoded(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as e:
        raise WorkbookRefused("unreadable", "The text is neither UTF-8 nor GB18030.") from e


def delimiter_of(text: str) -> str:
    """The one of , ; and tab that splits the first lines most evenly; a comma when none does."""
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_SAMPLE_LINES]

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count, width

    return max(",;\t", key=evenness)
