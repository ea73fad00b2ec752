"""Reading rows and columns: plain rules, no database."""

from datetime import date
from typing import Any

import pytest

from guanxi.imports.rules.columns import clean_mapping, find_columns, is_owner_sheet, match_columns
from guanxi.imports.rules.rows import ReadRow, read_row
from guanxi.imports.rules.values import Codes, SheetRules, level_of
from guanxi.playbooks.loader import load_pack

TODAY = date(2026, 11, 20)


def read(headers: list[str], cells: list[Any], **lengths: int) -> ReadRow:
    columns = match_columns([headers], 1)
    rules = SheetRules(
        columns.headers,
        columns.mapping,
        is_owner_sheet(columns.mapping),
        Codes.of(load_pack("auto")),
        lengths,
        TODAY,
    )
    return read_row(2, cells, rules)


def test_the_header_is_found_below_titles_and_matched_by_its_variants():
    rows = [
        ["某店 意向客户一览表", None, None, None],
        ["制表:前台", None, "单位:组", None],
        [None] * 4,
        ["序号", "客户姓名", "联系电话(手机)", "意向 车型"],
        [1.0, "王芳", "13912345678", "艾力绅"],
    ]
    columns = find_columns(rows)
    assert columns.header_row == 4
    assert columns.mapping == {1: "name", 2: "phone", 3: "product"}
    assert columns.is_importable


def test_a_sheet_without_known_header_is_not_importable():
    assert not find_columns([["甲", "乙"], ["1", "2"]]).is_importable
    assert not find_columns([["姓名", "备注"]]).is_importable


@pytest.mark.parametrize(
    ("headers", "mapping"),
    [
        (["姓名", "电话", "车型"], {0: "name", 1: "phone", 2: "product"}),
        (["姓名", "电话", "车型", "购车日期"], {0: "name", 1: "phone", 2: "model", 3: "bought_on"}),
        (["姓名", "电话", "手机"], {0: "name", 1: "phone", 2: "phone2"}),
        (["日期", "姓名", "电话", "渠道"], {0: "last_contact_on", 1: "name", 2: "phone", 3: "channel"}),
        (["姓名", "电话", "上牌日期", "客户性质"], {0: "name", 1: "phone"}),
        (["姓名", "电话", "创建人", "团队", "创建时间"], {0: "name", 1: "phone"}),
        (["姓名", "电话", "负责人"], {0: "name", 1: "phone", 2: "consultant"}),
    ],
)
def test_headers_by_sheet(headers, mapping):
    assert match_columns([headers], 1).mapping == mapping


def test_a_mapping_from_outside_keeps_known_fields_once():
    assert clean_mapping({0: "name", 1: "name", 2: "owner_id", 9: "phone", 3: "phone"}, 5) == {
        0: "name",
        3: "phone",
    }


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Ａ", "A"),
        ("a", "A"),
        ("A级", "A"),
        (" H 级 ", "H"),
        ("n", "N"),
        ("F1", None),
        ("Z", None),
        ("D", None),
    ],
)
def test_levels_are_folded(text, level):
    assert level_of(text) == level


HEADERS = ["姓名", "电话", "级别", "最近接触日期", "购车日期"]


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ([None, None, "Z", "x", "x"], "no_name", "姓名"),
        (["王芳", None, "Z", "x", "x"], "no_phone", "电话"),
        (["王芳", "　", "Z", "x", "x"], "no_phone", "电话"),
        (["王芳", "无", "Z", "x", "x"], "bad_phone", "电话"),
        (["王芳", "11111111111", "Z", "x", "x"], "bad_phone", "电话"),
        (["王芳", 1.38e3, None, None, None], "bad_phone", "电话"),
        (["王芳", "13912345678", "Z", "x", "x"], "bad_level", "级别"),
        (["王芳", "13912345678", "A", "x", "x"], "bad_date", "购车日期"),
        (["王芳", "13912345678", "A", "x", date(2027, 1, 1)], "bad_date", "购车日期"),
    ],
)
def test_one_reason_in_order(cells, reason, column):
    row = read(HEADERS, cells)
    assert (row.reason, row.column) == (reason, column)


def test_a_last_contact_that_cannot_be_is_left_out_with_a_warning():
    ahead = read(HEADERS, ["王芳", "13912345678", "A", date(2026, 11, 21), None])
    assert ahead.last_contact_on is None
    assert [warning.code for warning in ahead.warnings] == ["future_contact", "owner_kind_assumed"]
    unread = read(HEADERS, ["王芳", "13912345678", "A", "上周", None])
    assert unread.reason == ""
    assert [warning.code for warning in unread.warnings] == ["bad_optional_date", "owner_kind_assumed"]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-02",
        "2026/11/2",
        "2026.11.2",
        "2026年11月2日",
        "20261102",
        "２０２６/１１/２",
        46328.0,
        "46328",
    ],
)
def test_date_styles_and_serials(cell):
    assert read(HEADERS, ["王芳", "13912345678", None, cell, None]).last_contact_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("header", "text", "customer", "warnings"),
    [
        ("信息来源", "来电", {"source_code": "S"}, []),
        ("信息来源", "ＶＩＰ推荐", {"source_code": "R"}, []),
        ("信息来源", "s", {"source_code": "S"}, []),
        ("信息来源", "天上掉的", {"source_code": "X", "source_detail": "天上掉的"}, ["unknown_source"]),
        ("渠道", "来店", {"source_code": "S"}, []),
        ("渠道", "电台", {"channel": "4"}, []),
        ("渠道", "3", {}, ["unknown_channel"]),
        ("性别", "先生", {"gender": "M"}, []),
        ("性别", "女士", {"gender": "F"}, []),
        ("性别", "?", {}, ["unknown_gender"]),
    ],
)
def test_words_of_lists(header, text, customer, warnings):
    row = read(["姓名", "电话", header], ["王芳", "13912345678", text])
    assert row.customer == customer
    assert [warning.code for warning in row.warnings] == warnings


@pytest.mark.parametrize(
    ("kind", "code", "ours"),
    [("自销", "OWN_SALE", True), ("他销", "OTHER_SALE", True), ("他厂牌", "OTHER_BRAND", False)],
)
def test_an_owner_row(kind, code, ours):
    row = read(
        ["姓名", "手机", "车型", "购车日期", "保有类别", "生日"],
        ["王芳", "13912345678", "艾力绅", "2024.5.1", kind, "1985年3月2日"],
    )
    assert row.customer == {"owner_kind": code, "birth_date": date(1985, 3, 2)}
    assert row.owned == {"model": "艾力绅", "bought_on": date(2024, 5, 1), "is_ours": ours}


def test_a_long_text_is_cut_and_said():
    row = read(["姓名", "电话", "地址"], ["王芳", "13912345678", "长" * 20], address=10)
    assert row.customer["address"] == "长" * 10
    assert [(warning.code, warning.column) for warning in row.warnings] == [("too_long", "地址")]


def test_several_numbers_in_a_cell_and_a_second_column():
    row = read(["姓名", "电话", "备用电话"], ["王芳", "13912345678/13812345679", "021-88889999"])
    assert [number.normalized for number in row.numbers] == ["13912345678", "13812345679", "02188889999"]
    only_second = read(["姓名", "电话", "备用电话"], ["王芳", None, "021-88889999"])
    assert only_second.reason == ""
