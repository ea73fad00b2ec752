import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from tests.paper.card import document, month_grid, two_page_card

from guanxi.paper.comma_separated import neutralised, render_csv, restored
from guanxi.paper.sheets import Column, Field, Fields, Table


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_card_reads_back_as_rows():
    content = render_csv(two_page_card())
    assert content.startswith(b"\xef\xbb\xbf")
    rows = read(content)
    assert rows[0] == ["顾客信息卡", "F-CARD-A"]
    assert [
        "姓名",
        "张建国",
        "电话",
        "+8613800138000",
        "建卡日期",
        "2026-03-02",
        "预算",
        "-238000.50",
    ] in rows
    assert ["1", "2026-03-04", "来店试驾,对后排空间满意", "H"] in rows
    assert ["门店", "上海浦东店", "打印人", "林晓燕", "日期", "2026-03-02"] in rows
    assert not any(row and not any(row) for row in rows)


def test_a_month_keeps_its_columns():
    rows = [row for row in read(render_csv(month_grid())) if "欧阳明月" in row]
    assert len(rows) == 25 and {len(row) for row in rows} == {43}


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|x",
        "-2+3",
        "@SUM",
        "\t=1",
        " =1",
        "\u3000=1",
        "＝1+1",
        "\n=1",
        "+86-138-0013-8000",
        "'=1",
    ],
)
def test_text_that_a_spreadsheet_would_run_is_neutralised_everywhere(text):
    table = Table((Column(text), Column("b")), ((text, text),), title=text)
    rows = read(render_csv(document(table, Fields((Field(text, text),), title=text), title=text)))
    seen = [value for row in rows for value in row if "=" in value or restored(value) == text]
    assert seen == [f"'{text}"] * len(seen) and len(seen) == 8


@pytest.mark.parametrize(
    "text", ["+8613800138000", "+86 138 0013 8000", "-5.00", "-1,234.50", "-3%", "-", "—", "a=b"]
)
def test_phones_and_signed_numbers_survive(text):
    assert neutralised(text) == text


@pytest.mark.parametrize(
    "text", ["", "'", "''", "'a", "'=1", "''=1", "'-5", "-5", "=", "' =", "'\t", "+86-1"]
)
def test_what_was_written_can_always_be_restored(text):
    assert restored(neutralised(text)) == text


def test_numbers_are_never_touched():
    table = Table((Column("a"), Column("b"), Column("c")), ((-5, Decimal("-5.00"), date(2026, 3, 2)),))
    assert ["-5", "-5.00", "2026-03-02"] in read(render_csv(document(table)))
