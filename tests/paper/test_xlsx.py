import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from tests.paper.card import FOOTER, document, month_grid, two_page_card

from guanxi.paper.sheets import (
    Cell,
    Column,
    Document,
    Field,
    Fields,
    Footer,
    Heading,
    Note,
    Sheet,
    Table,
    Tone,
)
from guanxi.paper.workbooks import render_xlsx


def read(content: bytes, sheet: int = 0) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def written(*values, columns: int | None = None) -> list:
    """The values of one table row, read back."""
    table = Table(tuple(Column(f"c{n}") for n in range(columns or len(values))), (tuple(values),))
    rows = read(render_xlsx(document(table)))
    return rows[[row[0] for row in rows].index("c0") + 1]


def test_values_come_back_as_what_they_were():
    moment = datetime(2026, 3, 2, 14, 5)  # noqa: DTZ001
    row = written(
        date(2026, 3, 2), moment, Decimal("-5.00"), 86000, "—", None, Cell("H", Tone.LATE), "多行\n文字"
    )
    assert row == [date(2026, 3, 2), moment, -5.0, 86000.0, "—", "", "H", "多行\n文字"]


DANGEROUS = (
    "=1+1",
    "{=1+1}",
    "+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "external:\\\\host\\x",
    "internal:Sheet1!A1",
    "http://example.org/x",
    "mailto:a@example.org",
    '=HYPERLINK("http://example.org")',
    "+8613800138000",
    "-5.00",
    "007",
    "<b>&amp;</b>",
    "_x0041_",
)


def test_text_stays_text_without_formulas_or_links():
    content = render_xlsx(
        document(
            *(Fields((Field(text, text),), title=text) for text in DANGEROUS),
            Table(tuple(Column(text) for text in DANGEROUS), (DANGEROUS,), title="x"),
            *(Note(text) for text in DANGEROUS),
            title="y",
        )
    )
    rows = read(content)
    for text in DANGEROUS:
        assert sum(value == text for row in rows for value in row) == 6
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet and "<hyperlink" not in sheet


def test_numbers_too_long_for_excel_become_text():
    assert written(2026030200000012345, 999_999_999_999_999) == ["2026030200000012345", 999_999_999_999_999]


def test_text_past_the_limit_of_excel_is_cut_visibly_not_dropped():
    (text,) = written("长" * 40_000)[:1]
    assert len(text) == 32_767 and text.endswith("…")


def test_a_month_keeps_one_cell_per_day():
    content = render_xlsx(month_grid())
    rows = [row for row in read(content) if row[1] == "欧阳明月"]
    assert len(rows) == 25
    assert all(len(row) == 43 for row in rows)
    assert rows[0][:8] == [1, "欧阳明月", "138****8000", "汉 DM-i", "A", "H", "*", "·"]
    assert rows[0][-3:] == ["—", 88.9, ""]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert 'orientation="landscape"' in sheet and 'paperSize="9"' in sheet
    assert 'state="frozen"' in sheet and 'fitToHeight="0"' in sheet


def test_a_card_breaks_its_page_between_front_and_back():
    sheet = part(render_xlsx(two_page_card()), "xl/worksheets/sheet1.xml")
    assert "<rowBreaks" in sheet and "fitToHeight" not in sheet


def test_sheet_names_are_legal_and_unique():
    titles = [
        "a/b:c*?[d]\\",
        "A/B:C*?[D]\\",
        "'",
        "",
        "History",
        "很长" * 30,
        "很长" * 30,
        "很长" * 30,
        "\x00😀",
    ]
    document = Document(tuple(Sheet("", title, (Note("x"),), FOOTER) for title in titles))
    names = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(document))).sheet_names
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert "history" not in {name.casefold() for name in names}


def test_print_codes_in_the_footer_are_inert_and_it_is_never_too_long():
    footer = Footer(("门店", "A&B &F &Z" * 40), ("u", "&[Path]"), ("日期", date(2026, 3, 2)))
    sheet = part(render_xlsx(document(Note("x"), footer=footer)), "xl/worksheets/sheet1.xml")
    (text,) = re.findall("<oddFooter>(.*)</oddFooter>", sheet)
    text = text.replace("&amp;", "&")
    assert len(text) <= 255
    assert re.findall("&[^&]", text.replace("&&", "")) == ["&L", "&C", "&P", "&N", "&R"]


def test_headings_and_blank_rows_are_laid_out_without_overlap():
    table = Table(
        tuple(Column(f"c{n}") for n in range(4)),
        header_rows=(
            (Heading("组", 2), Heading(), Heading()),
            (Heading("x"), Heading(), Heading(), Heading("y")),
        ),
        min_rows=3,
    )
    assert render_xlsx(document(table)).startswith(b"PK")


@pytest.mark.parametrize("columns", range(1, 12))
@pytest.mark.parametrize("pairs", range(1, 7))
def test_any_blocks_share_one_worksheet(columns, pairs):
    fields = tuple(Field(f"f{n}", n, span=1 + n % pairs) for n in range(7))
    table = Table(tuple(Column(f"c{n}", 5 + 3 * n) for n in range(columns)), (tuple(range(columns)),))
    rows = read(render_xlsx(document(Fields(fields, pairs), table)))
    flat = [value for row in rows for value in row if value != ""]
    assert [flat[flat.index(f"f{n}") + 1] for n in range(7)] == list(range(7))
    assert flat[flat.index("c0") :][: 2 * columns] == [*(f"c{n}" for n in range(columns)), *range(columns)]


def test_the_same_document_gives_the_same_bytes():
    assert render_xlsx(two_page_card()) == render_xlsx(two_page_card())
