"""xlsx: one worksheet per sheet, laid out like the printed form and set up to print on A4."""

import io
import re
from datetime import datetime, time

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from guanxi.paper.formats import Formats
from guanxi.paper.sheets import Document, Footer, PageBreak, Sheet
from guanxi.paper.values import clean, exact_text
from guanxi.paper.worksheets import write_sheet

_A4 = 9
_NAME_LENGTH = 31
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\n\t]")
# Excel refuses the whole file when a header or footer is longer.
_FOOTER_LENGTH = 255


def render_xlsx(document: Document) -> bytes:
    """The document as a workbook: real dates and numbers, text always text, never a formula or a link.

    Whole numbers of more than 15 digits are written as text, because Excel would round them.
    Raises TypeError or ValueError when a cell holds a value that cannot be written.
    """
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(target, options)
    printed_on = document.sheets[0].footer.printed_on[1]
    workbook.set_properties(
        {"title": clean(document.sheets[0].title), "created": datetime.combine(printed_on, time())}
    )
    formats = Formats(workbook)
    names: list[str] = []
    for sheet in document.sheets:
        names.append(_unique_name(sheet, names))
        worksheet = workbook.add_worksheet(names[-1])
        _set_up_page(worksheet, sheet)
        write_sheet(worksheet, sheet, formats)
    workbook.close()
    return target.getvalue()


def _unique_name(sheet: Sheet, taken: list[str]) -> str:
    wanted = " ".join(part for part in (sheet.title, sheet.subtitle) if part) or sheet.code
    # Excel keeps the name History for itself and counts letters as UTF-16, which only matters past the BMP.
    name = re.sub("[^\x00-\uffff]", "_", _FORBIDDEN_IN_NAMES.sub(" ", clean(wanted))).strip(" '")
    name = name[:_NAME_LENGTH].strip(" '")
    if not name or name.casefold() == "history":
        name = f"{name} 1".strip()
    candidate, number = name, 2
    while candidate.casefold() in {other.casefold() for other in taken}:
        ending = f" ({number})"
        candidate, number = name[: _NAME_LENGTH - len(ending)].rstrip(" '") + ending, number + 1
    return candidate


def _set_up_page(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.set_paper(_A4)
    if sheet.orientation == "landscape":
        worksheet.set_landscape()
    side = 0.4 if sheet.orientation == "landscape" else 0.55
    worksheet.set_margins(left=side, right=side, top=0.6, bottom=0.7)
    # Excel ignores page breaks when it fits to width; the columns are made for A4 either way.
    if any(isinstance(block, PageBreak) for block in sheet.blocks):
        worksheet.set_print_scale(97)
    else:
        worksheet.fit_to_pages(1, 0)
    worksheet.center_horizontally()
    worksheet.hide_gridlines(2)
    worksheet.set_footer(_footer(sheet.footer))


def _footer(footer: Footer) -> str:
    page = _literal(footer.page).replace("{page}", "&P").replace("{pages}", "&N")
    date_label, printed_on = footer.printed_on
    right = _literal(f"{date_label} {exact_text(printed_on)}")
    fixed = len(page) + len(right) + len("&L&C&R")
    left = f"{' '.join(footer.store)}  {' '.join(footer.user)}"
    while fixed + len(_literal(left)) > _FOOTER_LENGTH and left:
        left = left[:-1]
    return f"&L{_literal(left)}&C{page}&R{right}"[:_FOOTER_LENGTH]


def _literal(text: str) -> str:
    """The text with `&`, which begins a print code such as a file name or picture, doubled."""
    return clean(text).replace("\n", " ").replace("&", "&&")
