import time
import zipfile

import pytest
import xlsxwriter

from guanxi.lib.spreadsheets import precheck
from guanxi.lib.spreadsheets.reading import WorkbookRefused, read_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def refusal(path, **options):
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(path, **options)
    assert str(refused.value)
    return refused.value.code


@pytest.fixture
def honest(tmp_path):
    path = tmp_path / "honest.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.write_row(1, 0, ["张三", "13812345678"])
    return path


def changed(honest, replace=None, add=None):
    """Copy the honest workbook with parts replaced (a function of their bytes) or added."""
    path = honest.with_name("hostile.xlsx")
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part.filename, (replace or {}).get(part.filename, bytes)(content))
        for name, content in (add or {}).items():
            target.writestr(name, content)
    return path


def sheet_of(cells):
    return lambda content: content.replace(b"</sheetData>", cells + b"</sheetData>")


def test_the_honest_workbook_is_read(honest):
    assert read_workbook(changed(honest))[0].rows[1] == ["张三", "13812345678"]


def test_a_zip_bomb_is_refused_within_a_second(honest, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(honest) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for part in source.infolist():
            if part.filename != SHEET:
                target.writestr(part.filename, source.read(part))
        with target.open(SHEET, "w", force_zip64=True) as sheet:
            for _ in range(128):
                sheet.write(b" " * (1 << 20))
    began = time.perf_counter()
    assert refusal(path) == "bomb"
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='3'><c s='1' r='XFD3'><v>1</v></c></row>",
        b'<row r="3"><c r="SS3"><v>1</v></c></row>',
        b'<row><c r="A1048576"><v>1</v></c></row>',
        b'<row r="201001"><c><v>1</v></c></row>',
    ],
)
def test_cells_far_outside_the_table_are_refused(honest, cells):
    assert refusal(changed(honest, {SHEET: sheet_of(cells)})) == "bomb"


def test_a_far_cell_that_hides_from_the_search_ends_in_the_child(honest):
    cells = b'<row\tr = "1048576"><c\tr = "XFD1048576"><v>1</v></c></row>'
    assert refusal(changed(honest, {SHEET: sheet_of(cells)})) in {"too_large", "too_many_rows"}


def test_the_last_column_and_row_allowed_are_read(honest):
    cells = b'<row r="900"><c r="SR900"><v>1</v></c></row>'
    rows = read_workbook(changed(honest, {SHEET: sheet_of(cells)}), max_rows=900)[0].rows
    assert len(rows) == 900 and rows[899][511] == 1.0


def test_a_sheet_full_of_rows_is_too_long_rather_than_a_bomb(honest):
    cells = b"".join(b'<row r="%d"/>' % number for number in range(3, 2_000))
    assert refusal(changed(honest, {SHEET: sheet_of(cells)}), max_rows=500) == "too_many_rows"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", SHEET]
)
@pytest.mark.parametrize(
    "prologue",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_entities_are_refused_in_every_part(honest, part, prologue):
    assert refusal(changed(honest, {part: lambda content: prologue + content})) == "entities"


def test_a_doctype_across_two_chunks_is_seen(honest):
    padding = b" " * (precheck._CHUNK - 5)
    assert refusal(changed(honest, add={"xl/a.xml": padding + b"<!DOCTYPE x>"})) == "entities"


def test_other_encodings_cannot_hide_a_doctype(honest):
    assert refusal(changed(honest, add={"xl/a.xml": "<!DOCTYPE x>".encode("utf-16")})) == "unreadable"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/workbook.bin"])
def test_macros_and_binary_workbooks_are_refused(honest, part):
    assert refusal(changed(honest, add={part: b"x"})) == "not_a_workbook"


def test_other_archives_are_refused(tmp_path):
    for name, part in (("a.xlsx", "word/document.xml"), ("b.ods", "content.xml"), ("c", "readme.txt")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(part, "x")
        assert refusal(tmp_path / name) == "not_a_workbook"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_encrypted_workbooks_are_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(OLE + b"\x00" * 500 + "EncryptionInfo".encode("utf-16-le") + b"\x00" * 500)
    assert refusal(path) == "encrypted"


def test_an_encrypted_archive_is_refused(honest):
    content = bytearray(honest.read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    honest.write_bytes(content)
    assert refusal(honest) == "encrypted"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.xlsm", "a.et"])
def test_text_with_the_ending_of_a_workbook_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("姓名,电话\n张三,13812345678\n")
    assert refusal(path) == "not_a_workbook"


def test_a_workbook_with_the_ending_of_text_is_refused(honest):
    assert refusal(honest.rename(honest.with_suffix(".csv"))) == "not_a_workbook"


def test_another_ole_file_is_refused(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(OLE + "WordDocument".encode("utf-16-le"))
    assert refusal(path) == "not_a_workbook"


@pytest.mark.parametrize("kept", [4, 300, -1, -30])
def test_a_file_cut_short_is_unreadable(honest, kept):
    honest.write_bytes(honest.read_bytes()[:kept])
    assert refusal(honest) == "unreadable"


def test_a_part_whose_bytes_are_damaged_is_unreadable(honest):
    assert (
        refusal(changed(honest, {"xl/workbook.xml": lambda content: content[: len(content) // 2]}))
        == "unreadable"
    )
    content = bytearray(honest.read_bytes())
    content[60:90] = b"\xff" * 30
    honest.write_bytes(content)
    assert refusal(honest) == "unreadable"


def test_a_file_above_the_limit_is_too_large(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(precheck.LARGEST_FILE + 1)
    assert refusal(path) == "too_large"


def test_one_long_text_repeated_by_reference_is_refused(honest):
    def long(content):
        return content.replace("张三".encode(), b"x" * 1_000_000)

    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>2</v></c></row>' % (n, n) for n in range(3, 5_000))
    path = changed(honest, {"xl/sharedStrings.xml": long, SHEET: sheet_of(cells)})
    assert refusal(path) in {"bomb", "too_large"}


def test_many_parts_are_refused(honest):
    assert refusal(changed(honest, add={f"xl/{n}.xml": b"" for n in range(precheck.MOST_PARTS)})) == "bomb"
