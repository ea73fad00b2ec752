import pytest

from guanxi.lib.spreadsheets.headers import (
    HeaderMatch,
    HeaderNotFound,
    data_rows,
    find_header,
    is_total_line,
    shape_key,
)
from guanxi.lib.spreadsheets.reading import Sheet

VOCABULARY = {"name": ["姓名", "客户姓名", "Name"], "phone": ["电话", "手机", "Mobile"], "level": ["级别"]}


def test_the_header_is_found_below_titles_and_blank_rows():
    rows = [
        ["客户姓名一览表(2026年10月)"],
        ["制表:前台", None],
        [None, None],
        ["序号", "客户姓名", "联系电话", "级别"],
    ]
    assert find_header(rows, VOCABULARY) == HeaderMatch(3, {1: "name", 2: "phone", 3: "level"})


@pytest.mark.parametrize(
    "text", ["姓名", " 姓 名 ", "姓名*", "姓名（必填）", "【姓名】", "ＮＡＭＥ", "name:", "姓名\n(全名)"]
)
def test_headers_are_compared_without_decoration(text):
    assert find_header([[None, text]], VOCABULARY).mapping == {1: "name"}


def test_an_exact_header_beats_one_that_contains_it():
    assert find_header([["备用电话", "电话", "姓名"]], VOCABULARY).mapping == {1: "phone", 2: "name"}


def test_of_two_equal_headers_the_first_counts():
    assert find_header([["电话", "电话", "姓名"]], VOCABULARY).mapping == {0: "phone", 2: "name"}


def test_the_earlier_of_two_equal_rows_is_the_header():
    assert find_header([["姓名", "电话"], ["姓名", "电话"]], VOCABULARY).row_index == 0


def test_a_long_remark_is_no_header():
    rows = [["说明:请填写姓名、电话和级别,不得留空,谢谢各位同事配合"], ["姓名", "x"]]
    assert find_header(rows, VOCABULARY).row_index == 1


def test_a_sheet_without_header_is_refused():
    for rows in ([], [["a", 1.0]], [[None]] * 30 + [["姓名"]]):
        with pytest.raises(HeaderNotFound):
            find_header(rows, VOCABULARY)


def test_the_shape_ignores_decoration_but_not_order():
    key = shape_key(["姓名", "电话"])
    assert key == shape_key([" 姓名* ", "电话（手机）", None]) and len(key) == 64
    assert key != shape_key(["电话", "姓名"])
    assert key != shape_key(["姓名电话"])


@pytest.mark.parametrize(
    "first", ["合计", "总 计", "小计：", "共计", "本页合计", "Total", "Grand Total", "合计:1200", "共计12人"]
)
def test_total_lines(first):
    assert is_total_line([None, "", first, 1200.0])


@pytest.mark.parametrize("row", [[], [None], ["合计生"], ["张三", "合计"], ["共计划"], [1.0, "总计"]])
def test_other_lines_are_no_totals(row):
    assert not is_total_line(row)


def test_data_rows_carry_the_number_that_excel_shows():
    sheet = Sheet("s", [["标题"], ["姓名"], ["张三"], [None], ["李四"], [" "], ["合计"]])
    assert list(data_rows(sheet, 1)) == [(3, ["张三"]), (5, ["李四"])]
