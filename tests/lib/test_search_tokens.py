import sqlite3
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guanxi.lib.names import pinyin_syllables
from guanxi.lib.search_tokens import index_tokens, matches, query_tokens

TEXTS = ["张三丰", "上海智能科技有限公司", "wx_Zhang88", "CR-V 2.0"]
PHONES = ["13812345678", "02188889999x801"]


def found(query, texts, phones, *, with_phone):
    groups = query_tokens(query, with_phone=with_phone)
    tokens = set(index_tokens(texts, phones))
    return bool(groups) and all(tokens.intersection(group) for group in groups)


@pytest.mark.parametrize(
    "query",
    [
        "张", "张三", "三丰", "智能科技", "zhang", "zhangs", "zhangsan", "zhangsanfeng", "sanfeng", "z",
        "zs", "zsf",
        "sf", "znkj", "ZHANGSAN", "ｚｓ", "zhang'san", "zhang san", "wx", "zhang88", "g88",
        "cr-v", "cr-v 2.0",
        "5678", "138 5678", "138-1234-5678", "+86 138 1234 5678", "02188889999", "801",
        "张三 5678", "张三 zs 138",
    ],
)  # fmt: skip
def test_a_customer_is_found_by(query):
    assert matches(query, TEXTS, PHONES, with_phone=True)
    assert found(query, TEXTS, PHONES, with_phone=True)


@pytest.mark.parametrize(
    "query", ["李", "张丰", "angs", "zf", "56", "9999801", "张三 李四", "88", "", " ", "-", "'"]
)
def test_a_customer_is_not_found_by(query):
    assert not matches(query, TEXTS, PHONES, with_phone=True)


def test_a_caller_who_may_not_see_phones_cannot_search_them():
    for query in ("5678", "13812345678", "张三 138"):
        assert not matches(query, ["张三"], PHONES, with_phone=False)
        assert not any(
            token.startswith("n:") for group in query_tokens(query, with_phone=False) for token in group
        )
    assert matches("5678", ["VIN LHG5678"], PHONES, with_phone=False)


def test_scope_tokens_pass_through_and_a_card_stays_small():
    tokens = index_tokens(TEXTS[:3], PHONES, ["o:5", "s:1"])
    assert {"o:5", "s:1"} <= set(tokens)
    assert len(tokens) == len(set(tokens)) < 120


HOSTILE = [
    '"', "*", "张*", 'a" OR "b', "NEAR(a b)", "c:张", "-张", "^张", "{a}:b", "\x00",
    "张\x00三", "\ud800", "张\udfff",
    "%_", "a " * 10_000, "张" * 10_000, "\u202e", "' OR 1=1 --", "😀", "İ", "ﷺ",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_no_query_breaks_the_index(query):
    matches(query, TEXTS, PHONES, with_phone=True)
    groups = query_tokens(query, with_phone=True)
    assert len(groups) <= 64
    allowed = set(string.ascii_lowercase + string.digits + ":_")
    for group in groups:
        assert all(set(token) <= allowed or not token.isascii() for token in group)
    expression = " AND ".join("(" + " OR ".join(f'"{token}"' for token in group) + ")" for group in groups)
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE cards USING fts5("
        "tokens, detail=none, columnsize=0, tokenize=\"ascii tokenchars ':_'\")"
    )
    database.execute("INSERT INTO cards VALUES (?)", [" ".join(index_tokens([*TEXTS, query], PHONES))])
    if expression:
        rows = database.execute("SELECT rowid FROM cards WHERE cards MATCH ?", [expression]).fetchall()
        assert bool(rows) >= matches(query, [*TEXTS, query], PHONES, with_phone=True)


ALPHABET = st.sampled_from("张三李四单国华abzhnlgs019-. '_é١サü😀\x00\ud800Ａ１ﬁ\u0301")
TEXT = st.text(ALPHABET, max_size=14) | st.text(max_size=8)
PHONE = st.from_regex(r"1[3-9][0-9]{9}|0218[0-9]{7}(x80[0-9])?", fullmatch=True)


@given(st.lists(TEXT, max_size=3), st.lists(PHONE, max_size=2), st.data(), st.booleans())
@example(["单"], [], None, True)
def test_whatever_matches_is_found_by_its_tokens(texts, phones, data, with_phone):
    queries = ["shan", "s", "dan"]
    if data is not None:
        source = data.draw(st.sampled_from([*texts, *phones, "zhangsan", "zs", "sili"]))
        start = data.draw(st.integers(0, len(source)))
        queries = [source[start : start + data.draw(st.integers(1, 14))], data.draw(TEXT)]
    for query in queries:
        if matches(query, texts, phones, with_phone=with_phone):
            assert found(query, texts, phones, with_phone=with_phone)


@given(st.text(st.sampled_from("张三李四单国华上海"), min_size=1, max_size=12), st.data())
def test_sound_that_matches_is_found(name, data):
    syllables = pinyin_syllables(name)[:8]
    start = data.draw(st.integers(0, len(syllables) - 1))
    initials = "".join(syllable[0] for syllable in syllables)
    for sound in ("".join(syllables[start:]), initials[start:]):
        query = sound[: data.draw(st.integers(1, len(sound)))]
        assert matches(query, [name], [], with_phone=False)
        assert found(query, [name], [], with_phone=False)
