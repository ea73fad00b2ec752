"""The notation of one box (handbook 9.2, 9.7) and one step at a time (R-KEY-03)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.key_accounts.rules.marks import (
    ATTITUDES,
    CONTACTS,
    ROLES,
    STYLES,
    Box,
    MarkRefused,
    box_text,
    next_attitude,
    next_contact,
    one_step,
    parse_box,
    parse_line,
    read_mark,
)

SEED = {
    "A 服务 总监 + /0": Box("A", "服务", "", "总监", "+", "0"),
    "U 销售 K 经理 = /1": Box("U", "销售", "K", "经理", "=", "1"),
    "U 营销 A 经理 − /0": Box("U", "营销", "A", "经理", "−", "0"),
    "U 系统 E 经理 * /N": Box("U", "系统", "E", "经理", "*", "N"),
    "E 运维 A 经理 + /F": Box("E", "运维", "A", "经理", "+", "F"),
}


@pytest.mark.parametrize("line", SEED)
def test_the_seed_boxes_read(line):
    assert parse_box(line) == SEED[line]


@pytest.mark.parametrize(
    "line",
    [
        "A 服务 [K] 总监 - /0",
        "A 服务 K 总监 －/0",
        "ａ　服务　ｋ　总监　− ／０",
        "A 服务 K 总监-/0",
        "a 服务 k 总监 - / 0",
    ],
)
def test_both_hyphens_and_every_width_are_the_same_mark(line):
    assert parse_box(line) == Box("A", "服务", "K", "总监", "−", "0")


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("A 服务 总监 · /0", "attitude", "·"),
        ("A 服务 总监 – /0", "attitude", "–"),
        ("A 服务 总监 — /0", "attitude", "—"),
        ("A 服务 总监 ？ /0", "attitude", "?"),
        ("B 服务 总监 + /0", "role", "B"),
        ("A 服务 [X] 总监 + /0", "style", "[X]"),
        ("A 服务 总监 + /2", "contact", "2"),
        ("A 服务 总监 +", "contact", ""),
        ("A", "contact", ""),
        ("+ /0", "line", "+ /0"),
    ],
)
def test_unknown_marks_are_refused_by_name(line, kind, text):
    with pytest.raises(MarkRefused) as refused:
        parse_box(line)
    assert refused.value.kind == kind
    assert refused.value.text.strip("[]") == text.strip("[]")


def test_a_line_begins_with_the_name():
    assert parse_line("王芳：A 服务 K 总监 + /0") == ("王芳", Box("A", "服务", "K", "总监", "+", "0"))
    with pytest.raises(MarkRefused, match="name"):
        parse_line("A 服务 K 总监 + /0")


WORDS = st.text("服务销售经理总监运维", min_size=2, max_size=6)


@given(
    st.builds(
        Box,
        role=st.sampled_from(ROLES),
        department=WORDS,
        style=st.sampled_from(["", *STYLES]),
        title=WORDS,
        attitude=st.sampled_from(ATTITUDES),
        contact=st.sampled_from(CONTACTS),
    )
)
def test_what_is_written_is_read_back(box):
    assert parse_box(box_text(box)) == box


def test_r_key_03_one_step_along_the_ladder():
    assert ATTITUDES == ("X", "−", "=", "+", "*")
    assert [(a, b) for a in ATTITUDES for b in ATTITUDES if a != b and one_step(a, b)] == [
        ("X", "−"), ("−", "X"), ("−", "="), ("=", "−"), ("=", "+"), ("+", "="), ("+", "*"), ("*", "+"),
    ]  # fmt: skip
    assert all(one_step("", mark) for mark in ATTITUDES)
    assert not one_step("+", "")


def test_the_next_place_up():
    assert [next_attitude(mark) for mark in ("", *ATTITUDES)] == ["=", "−", "=", "+", "*", ""]
    assert [next_contact(mark) for mark in ("", *CONTACTS)] == ["1", "1", "N", "F", ""]
    assert read_mark("attitude", "ｘ") == "X"
