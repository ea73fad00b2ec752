"""CSV for Chinese Excel, safe to open.

A spreadsheet runs text that begins like a formula (`=HYPERLINK(…)`, `@SUM`, `-2+3`, also after spaces or
with full-width signs). Such text gets an apostrophe in front, so that it begins like nothing that runs. Plain
signed numbers and phone numbers (`-5.00`, `+86 138 0013 8000`) cannot do harm and stay as they are; a number
is never touched. Text that already begins with apostrophes before such a sign gets one more, so `restored`
always gives back exactly what was written.
"""

import csv
import io
import re
from collections.abc import Iterator

from guanxi.paper.placement import field_rows
from guanxi.paper.sheets import Block, CellLike, Document, Fields, Note, PageBreak, Picture, Sheet, Table
from guanxi.paper.values import as_cell, clean, exact_text

_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\ufeff\u200b]*[=+\-@＝＋－＠])")
_SIGNED_NUMBER = re.compile(r"[+-](?:\d[\d ,]*(?:\.\d+)?%?)?")


def render_csv(document: Document) -> bytes:
    """The sheets one below the other as UTF-8 with a byte order mark; blank filler rows are left out.

    Dates are ISO, numbers ungrouped.
    Raises TypeError or ValueError when a cell holds a value that cannot be written.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for index, sheet in enumerate(document.sheets):
        if index:
            writer.writerow([])
        writer.writerows(_sheet_lines(sheet))
    return target.getvalue().encode("utf-8-sig")


def neutralised(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would take it for a formula."""
    if _FORMULA.match(text) and not _SIGNED_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """What was written before `neutralised`: for a reader of files that this module made."""
    if text.startswith("'") and _FORMULA.match(text):
        return text[1:]
    return text


def _sheet_lines(sheet: Sheet) -> Iterator[list[str]]:
    yield [_text(part) for part in (sheet.title, sheet.code, sheet.subtitle) if part]
    for block in sheet.blocks:
        yield []
        yield from _block_lines(block)
    yield []
    footer = sheet.footer
    yield [_text(part) for entry in (footer.store, footer.user, footer.printed_on) for part in entry]
    if footer.note:
        yield [_text(footer.note)]


def _block_lines(block: Block) -> Iterator[list[str]]:
    match block:
        case Fields():
            if block.title:
                yield [_text(block.title)]
            for row in field_rows(block):
                yield [_text(part) for field in row for part in (field.label, field.value)]
        case Table():
            if block.title:
                yield [_text(block.title)]
            for headings in block.header_rows:
                # A heading over several columns stands in the first of them.
                yield [part for h in headings for part in (_text(h.label), *[""] * (h.span - 1))]
            yield [_text(column.label) for column in block.columns]
            for cells in block.rows:
                yield [_text(cell) for cell in cells]
        case Note():
            yield [_text(clean(block.text))]
        case PageBreak() | Picture():
            pass


def _text(content: CellLike) -> str:
    value = as_cell(content).value
    text = exact_text(value)
    return neutralised(text) if isinstance(value, str) else text
