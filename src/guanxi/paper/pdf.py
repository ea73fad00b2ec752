"""PDF through Typst. Text reaches the template as JSON strings only: nothing a user typed is ever markup."""

import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from guanxi.paper.placement import PAPER_WIDTH, field_rows, headings, label_share
from guanxi.paper.sheets import (
    Block,
    CellLike,
    Document,
    Fields,
    Note,
    PageBreak,
    Picture,
    Sheet,
    Table,
    Tone,
)
from guanxi.paper.values import as_cell, clean, printed_text

_TEMPLATES = Path(__file__).parent / "templates"

# A Typst compiler refuses to be entered by a second thread.
_compiling = Lock()


def render_pdf(document: Document) -> bytes:
    """The document as an A4 PDF with its fonts embedded; the same document always gives the same bytes.

    Raises TypeError or ValueError when a cell holds a value that cannot be printed.
    """
    content = json.dumps(_document(document))
    created_at = datetime.combine(document.sheets[0].footer.printed_on[1], time(), UTC)
    with _compiling:
        pdf = _compiler().compile(format="pdf", sys_inputs={"document": content}, timestamp=created_at)
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)],
    )
    return typst.Compiler(str(_TEMPLATES / "sheet.typ"), root=str(_TEMPLATES), font_paths=fonts)


def _document(document: Document) -> dict[str, Any]:
    return {
        "language": document.language,
        "title": clean(document.sheets[0].title),
        "sheets": [_sheet(sheet) for sheet in document.sheets],
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    footer = sheet.footer
    entries = (footer.store, footer.user, footer.printed_on)
    return {
        "code": clean(sheet.code),
        "title": clean(sheet.title),
        "subtitle": clean(sheet.subtitle),
        "landscape": sheet.orientation == "landscape",
        "blocks": [_block(block, PAPER_WIDTH[sheet.orientation]) for block in sheet.blocks],
        "footer": {
            "entries": [[clean(label), printed_text(value)] for label, value in entries],
            "note": clean(footer.note),
            "page": clean(footer.page),
        },
    }


def _block(block: Block, paper_width: float) -> dict[str, Any]:
    match block:
        case Fields():
            return _fields(block, paper_width)
        case Table():
            return _table(block, paper_width)
        case Note():
            return {"kind": "note", "text": clean(block.text), "width": paper_width}
        case PageBreak():
            return {"kind": "page-break"}
        case Picture():
            return {"kind": "picture", "svg": block.svg, "width": paper_width, "height": block.height}


def _fields(block: Fields, paper_width: float) -> dict[str, Any]:
    pair = paper_width / block.columns
    share = label_share(block, paper_width)
    return {
        "kind": "fields",
        "title": clean(block.title),
        "widths": [pair * share, pair * (1 - share)] * block.columns,
        "row_height": block.row_height,
        "rows": [
            [{"label": clean(f.label), "span": f.span, "value": _cell(f.value)} for f in row]
            for row in field_rows(block)
        ],
    }


def _table(table: Table, paper_width: float) -> dict[str, Any]:
    scale = paper_width / sum(column.width for column in table.columns)
    rows = [[_cell(content) for content in row] for row in table.rows]
    rows += [[""] * len(table.columns)] * (table.min_rows - len(rows))
    return {
        "kind": "table",
        "title": clean(table.title),
        "widths": [column.width * scale for column in table.columns],
        "aligns": [column.align for column in table.columns],
        "headings": [
            {"label": clean(h.label), "row": h.row, "column": h.column, "rows": h.rows, "columns": h.columns}
            for h in headings(table)
        ],
        "row_height": table.row_height,
        "rows": rows,
    }


def _cell(content: CellLike) -> str | list[str]:
    cell = as_cell(content)
    text = printed_text(cell.value)
    return text if cell.tone is Tone.PLAIN else [text, cell.tone]
