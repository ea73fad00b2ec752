"""Writes the blocks of one sheet onto one worksheet."""

from datetime import date, datetime
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from guanxi.paper.formats import Formats
from guanxi.paper.grids import Grid, grid_of
from guanxi.paper.placement import field_rows, header_height, headings, label_share, text_width
from guanxi.paper.sheets import Cell, CellLike, Fields, Note, PageBreak, Picture, Sheet, Table
from guanxi.paper.values import as_cell, clean, printed_text

_PIXELS_PER_MM = 3.78
_POINTS_PER_MM = 2.83
_LINE_POINTS = 12.5
_CHINESE_PER_MM = 0.29
_TALLEST_ROW = 409.0
_LONGEST_TEXT = 32_767
_EXACT_WHOLE_NUMBER = 10**15
_DEEPEST_FREEZE = 14


def write_sheet(worksheet: Worksheet, sheet: Sheet, formats: Formats) -> None:
    """Title, blocks and footer note, top to bottom. Raises TypeError or ValueError as `as_cell` does."""
    _SheetWriter(worksheet, sheet, formats).write()


class _SheetWriter:
    def __init__(self, worksheet: Worksheet, sheet: Sheet, formats: Formats) -> None:
        self.worksheet = worksheet
        self.sheet = sheet
        self.formats = formats
        self.grid: Grid = grid_of(sheet)
        self.row = 0
        self.row_points = 0.0

    def write(self) -> None:
        for column, width in enumerate(self.grid.widths):
            self.worksheet.set_column_pixels(column, column, max(round(width * _PIXELS_PER_MM), 12))
        self._title()
        breaks = []
        for block in self.sheet.blocks:
            match block:
                case Fields():
                    self._fields(block)
                case Table():
                    self._table(block)
                case Note():
                    self._line(block.text, self.formats.note())
                case PageBreak():
                    breaks.append(self.row)
                case Picture():
                    pass
        if self.sheet.footer.note:
            self._line(self.sheet.footer.note, self.formats.note())
        if breaks:
            self.worksheet.set_h_pagebreaks(breaks)

    def _title(self) -> None:
        last = len(self.grid.widths) - 1
        self._put(0, last, self.sheet.code, self.formats.subtitle("right"))
        self._end_row(14)
        self._put(0, last, self.sheet.title, self.formats.title())
        self._end_row(26)
        if self.sheet.subtitle:
            self._put(0, last, self.sheet.subtitle, self.formats.subtitle("center"))
            self._end_row(14)
        self._end_row(5)
        self.worksheet.freeze_panes(self.row, 0)

    def _line(self, text: str, style: Format) -> None:
        self._put(0, len(self.grid.widths) - 1, text, style)
        self._end_row(14)

    def _fields(self, block: Fields) -> None:
        if block.title:
            self._line(block.title, self.formats.block_title())
        columns = min(block.columns, len(self.grid.widths) // 2)
        share = label_share(block, sum(self.grid.widths)) * columns / block.columns
        for row in field_rows(block, columns):
            parts = [part for field in row for part in (share, field.span - share)]
            spans = self.grid.spans(parts)
            for index, field in enumerate(row):
                self._put(*spans[2 * index], field.label, self.formats.label())
                self._cell(*spans[2 * index + 1], field.value, "left")
            self._end_row(block.row_height * _POINTS_PER_MM)
        self._end_row(6)

    def _table(self, table: Table) -> None:
        if table.title:
            self._line(table.title, self.formats.block_title())
        spans = self.grid.spans([column.width for column in table.columns])
        self._table_header(table, spans)
        blank: tuple[CellLike, ...] = (None,) * len(table.columns)
        for cells in table.rows + (blank,) * (table.min_rows - len(table.rows)):
            for (first, last), column, content in zip(spans, table.columns, cells, strict=True):
                self._cell(first, last, content, column.align)
            self._end_row(table.row_height * _POINTS_PER_MM)
        self._end_row(6)

    def _table_header(self, table: Table, spans: list[tuple[int, int]]) -> None:
        top, height = self.row, header_height(table)
        lines = 1.0
        for heading in headings(table):
            first, last = spans[heading.column][0], spans[heading.column + heading.columns - 1][1]
            self._put(first, last, heading.label, self.formats.label(), top + heading.row, heading.rows)
            lines = max(lines, self._lines(heading.label, first, last) / heading.rows)
        for row in range(top, top + height):
            self.worksheet.set_row(row, lines * _LINE_POINTS + 4)
        self.row, self.row_points = top + height, 0.0
        if table is self.grid.leader:
            self.worksheet.repeat_rows(top, self.row - 1)
            if self.row <= _DEEPEST_FREEZE:
                self.worksheet.freeze_panes(self.row, 0)

    def _cell(self, first: int, last: int, content: CellLike, align: str) -> None:
        cell: Cell = as_cell(content)
        style = self.formats.cell(cell.value, cell.tone, align)
        value = cell.value
        if value is None or isinstance(value, str):
            self._put(first, last, value or "", style)
            return
        text = printed_text(value)
        if isinstance(value, int) and abs(value) >= _EXACT_WHOLE_NUMBER:
            self._put(first, last, text, style)
            return
        self._put(first, last, "", style)
        self._grow(text, first, last)
        if isinstance(value, datetime):
            # Excel knows no time zones: the hour the caller shows is the hour written.
            self.worksheet.write_datetime(self.row, first, value.replace(tzinfo=None), style)
        elif isinstance(value, date):
            self.worksheet.write_datetime(self.row, first, value, style)
        else:
            self.worksheet.write_number(self.row, first, value, style)

    def _put(
        self, first: int, last: int, text: str, style: Format, row: int | None = None, rows: int = 1
    ) -> None:
        """Text over a range of columns. `write_string` alone never makes a formula or a link of it."""
        at = self.row if row is None else row
        if last > first or rows > 1:
            self.worksheet.merge_range(at, first, at + rows - 1, last, "", style)
        if text := _shortened(clean(text)):
            self.worksheet.write_string(at, first, text, style)
        else:
            self.worksheet.write_blank(at, first, None, style)
        if row is None:
            self._grow(text, first, last)

    def _lines(self, text: str, first: int, last: int) -> int:
        room = max(sum(self.grid.widths[first : last + 1]) * _CHINESE_PER_MM, 1.0)
        return sum(max(ceil(text_width(line) / room), 1) for line in text.split("\n"))

    def _grow(self, text: str, first: int, last: int) -> None:
        """Excel does not fit the height of merged cells by itself, and cuts what does not fit."""
        self.row_points = max(self.row_points, self._lines(text, first, last) * _LINE_POINTS + 3)

    def _end_row(self, least_points: float) -> None:
        self.worksheet.set_row(self.row, min(max(least_points, self.row_points), _TALLEST_ROW))
        self.row, self.row_points = self.row + 1, 0.0


def _shortened(text: str) -> str:
    """The text, cut with an ellipsis at Excel's limit: a longer one would be dropped without a word."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_TEXT:
        return text
    return units[: 2 * (_LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
