import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.lib.names import normalize_text, pinyin_syllables


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("张三", "zhang san"),
        ("单立", "shan li"), ("解放", "xie fang"), ("曾国藩", "zeng guo fan"), ("仇英", "qiu ying"),
        ("查良", "zha liang"), ("盖叫", "ge jiao"), ("朴树", "piao shu"), ("区伟", "ou wei"),
        ("翟明", "zhai ming"),
        ("覃辉", "qin hui"), ("乐嘉", "yue jia"), ("华生", "hua sheng"), ("任先生", "ren xian sheng"),
        ("尉迟恭", "yu chi gong"), ("万俟明", "mo qi ming"), ("单于雄", "chan yu xiong"), ("吕布", "lv bu"),
        ("澹台静", "tan tai jing"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name, sound):
    assert " ".join(pinyin_syllables(name)) == sound


def test_the_table_holds_only_at_the_front_of_a_persons_name():
    assert pinyin_syllables("王单") == ["wang", "dan"]
    assert pinyin_syllables("单位用车管理")[0] == "dan"


def test_only_chinese_characters_sound():
    assert pinyin_syllables("John 李·四 88") == ["li", "si"]
    assert pinyin_syllables("") == pinyin_syllables("abc") == []


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  张\u3000 三\n", "张 三"),
        ("ＡＢＣ１２３", "abc123"),
        ("a\x00b\x07c\u200bd", "abcd"),
        ("x\ud800y", "xy"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_compared_texts_have_one_form(text, normal):
    assert normalize_text(text) == normal


@given(st.text())
def test_any_text_is_normalised_and_read(text):
    normal = normalize_text(text)
    assert "\x00" not in normal
    normal.encode("utf-8")
    assert all(syllable.isascii() and syllable.isalpha() for syllable in pinyin_syllables(text))


def test_pinyin_is_not_loaded_before_it_is_needed():
    code = "import sys, guanxi.lib.names, guanxi.lib.dates; print({'pypinyin'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
