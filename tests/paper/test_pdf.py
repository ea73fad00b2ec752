import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.paper.card import FOOTER, document, month_grid, two_page_card

from guanxi.paper.pdf import render_pdf
from guanxi.paper.sheets import Cell, Column, Document, Field, Fields, Footer, Note, Sheet, Table, Tone


def read(pdf: bytes, tool: str, path: Path, *options: str) -> str:
    """What a poppler tool says about the PDF."""
    if shutil.which(tool) is None:
        reason = f"{tool} is not installed"
        print(reason)
        pytest.skip(reason)
    file = path / "sheet.pdf"
    file.write_bytes(pdf)
    target = ["-"] if tool == "pdftotext" else []
    command = [tool, *options, str(file), *target]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_card_has_two_a4_pages(tmp_path):
    facts = read(render_pdf(two_page_card()), "pdfinfo", tmp_path)
    assert "Pages:           2" in facts
    assert "595.276 x 841.89 pts (A4)" in facts


def test_a_wide_month_stands_on_one_landscape_page(tmp_path):
    pdf = render_pdf(month_grid())
    facts = read(pdf, "pdfinfo", tmp_path)
    assert "Pages:           1" in facts
    assert "841.89 x 595.276 pts (A4)" in facts
    text = read(pdf, "pdftotext", tmp_path, "-layout")
    assert text.count("138****8000") == 25
    assert "备注" in text and "○" in text


def test_chinese_text_can_be_copied_from_the_pdf(tmp_path):
    text = read(render_pdf(two_page_card()), "pdftotext", tmp_path)
    assert "顾客信息卡" in text
    assert "张建国" in text
    assert "-238,000.50" in text
    assert "2026-03-04" in text


def test_every_font_is_the_packaged_one_and_embedded(tmp_path):
    lines = read(render_pdf(two_page_card()), "pdffonts", tmp_path).splitlines()[2:]
    assert lines
    assert all("NotoSansSC" in line and " yes yes yes " in line for line in lines)


def test_every_page_carries_code_page_store_user_date_and_note(tmp_path):
    pdf = render_pdf(two_page_card())
    for number in ("1", "2"):
        text = read(pdf, "pdftotext", tmp_path, "-f", number, "-l", number, "-layout")
        assert f"第{number}页/共2页" in text.replace(" ", "")
        for part in ("F-CARD-A", "上海浦东店", "林晓燕", "2026-03-02", "关账时间"):
            assert part in text


def test_each_consultant_gets_pages_and_numbers_run_through(tmp_path):
    sheets = tuple(Sheet("F-MON-1", f"顾问{n}", (Note("x"),), FOOTER) for n in "甲乙丙")
    text = read(render_pdf(Document(sheets)), "pdftotext", tmp_path, "-layout", "-f", "3")
    assert "顾问丙" in text and "第3页/共3页" in text.replace(" ", "")


def test_a_long_table_repeats_its_header_and_title(tmp_path):
    rows = tuple((n, "内容") for n in range(150))
    table = Table((Column("序号"), Column("经过栏")), rows)
    text = read(render_pdf(document(table)), "pdftotext", tmp_path, "-layout")
    pages = text.rstrip("\f").split("\f")
    assert len(pages) > 2
    assert all("经过栏" in page and "顾客信息卡" in page for page in pages)


HOSTILE = (
    '#image("/etc/passwd")',
    '#read("sheet.typ")',
    '#eval("1+1")',
    "$x^2$ `raw` *bold* _it_ \\u{41} <label> @ref // comment /* c */ [ ] { }",
    '"><script>alert(1)</script>',
    "{{7*7}} ${7*7} <img src=file:///etc/passwd>",
    '", "language": "en',
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_printed_as_it_was_typed(hostile, tmp_path):
    table = Table((Column(hostile, 100),), ((Cell(hostile, Tone.LATE),),), title=hostile)
    fields = Fields((Field(hostile, hostile),), columns=1, title=hostile)
    footer = Footer((hostile, "a"), ("b", hostile), ("日期", date(2026, 3, 2)), note=hostile)
    pdf = render_pdf(document(table, fields, Note(hostile), title=hostile, footer=footer))
    text = read(pdf, "pdftotext", tmp_path)
    assert text.replace("\n", "").replace(" ", "").count(hostile.replace(" ", "")) >= 8
    assert "root:" not in text


def test_odd_characters_do_not_stop_the_print():
    odd = "\x00\x07\ud800\ufffe\u202e\u200b😀𠮷\r\n\t"
    assert render_pdf(document(Fields((Field(odd, odd),)), Note(odd), title=odd)).startswith(b"%PDF")


@pytest.mark.parametrize("text", ["客户对后排空间满意" * 60, "LSVAM4187C2184847" * 20, "a.b@c+d_" * 30])
def test_long_text_wraps_and_is_never_cut(text, tmp_path):
    table = Table((Column("经过", 20), Column("其他", 90)), ((text, None),))
    seen = read(render_pdf(document(table)), "pdftotext", tmp_path)
    assert text in seen.replace("\n", "")


def test_a_row_taller_than_a_page_goes_on_overleaf(tmp_path):
    table = Table((Column("序号", 20), Column("经过", 30)), ((1, "试驾满意" * 1500),))
    text = read(render_pdf(document(table)), "pdftotext", tmp_path)
    assert text.count("\f") > 1
    assert text.count("试") == text.count("驾") == text.count("满") == 1500


def test_words_that_wrap_stay_inside_their_column(tmp_path):
    table = Table((Column("VIN", 20), Column("其他", 160)), (("LSVAM4187C2184847" * 3, "x"),))
    boxes = read(render_pdf(document(table)), "pdftotext", tmp_path, "-bbox")
    edges = [float(line.split('xMax="')[1].split('"')[0]) for line in boxes.splitlines() if "LSVAM" in line]
    # 14 mm margin and 20.2 mm column, in points.
    assert edges and max(edges) <= (14 + 20.3) * 72 / 25.4


def test_empty_prints_blank_and_values_print_their_kind(tmp_path):
    values = (None, 0, Decimal("1234567.80"), datetime(2026, 3, 2, 14, 5), "—")  # noqa: DTZ001
    table = Table(tuple(Column(f"c{n}", 30) for n in range(5)), (values,))
    text = read(render_pdf(document(table)), "pdftotext", tmp_path, "-layout")
    assert "None" not in text
    assert "1,234,567.80" in text and "2026-03-02 14:05" in text and "—" in text


def test_the_same_document_gives_the_same_bytes_in_any_thread():
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: render_pdf(two_page_card()), range(8)))) == 1


def test_a_card_is_quick_once_the_compiler_is_warm():
    render_pdf(two_page_card())
    times = []
    for number in range(5):
        card = document(*two_page_card().sheets[0].blocks, title=f"顾客信息卡{number}")
        start = time.perf_counter()
        render_pdf(card)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.3
