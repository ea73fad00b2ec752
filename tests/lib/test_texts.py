"""Typed text without what nobody can see."""

import pytest

from guanxi.lib.texts import without_unseen


@pytest.mark.parametrize(("typed", "kept"), [
    ("陈志远", "陈志远"), ("a\x01b", "ab"), ("陈\u200b志\u2060远\ufeff", "陈志远"), ("a\x0bb\x85c\ufffe", "abc"),
    ("x\u202egnp.exe", "xgnp.exe"), ("half \ud83d", "half "), ("一行\n\t二行\r\n", "一行\n\t二行\r\n"),
    ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"), ("می\u200cخواهم", "می\u200cخواهم"), ("क्\u200dष", "क्\u200dष"),
])  # fmt: skip
def test_what_cannot_be_seen_goes_and_joiners_stay(typed, kept):
    assert without_unseen(typed) == kept


@pytest.mark.parametrize("typed", [
    "\u200b", "\u200d \u200d", "\u00ad", "\u3164", "\u2800\u2800", "\ufe0f", "\u3000\n\u200e", "\x01",
])  # fmt: skip
def test_a_text_of_nothing_to_see_is_empty(typed):
    assert without_unseen(typed) == ""


def test_nul_is_left_to_be_refused():
    assert without_unseen("a\0b") == "a\0b"
    assert without_unseen("\0") == "\0"
