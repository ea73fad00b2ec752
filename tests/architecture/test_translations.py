"""The words on screen: Chinese is Chinese, both catalogues are complete, and Django's words are ours."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "src/guanxi/locale"
HAN = re.compile(r"[㐀-鿿]")
# Words a Chinese sales floor writes in Latin letters, and texts that are nothing but placeholders.
LATIN = {"xlsx"}
# One term, one word: what a sales floor says, and the words that would say it a second way.
OTHER_WORDS = {
    "客户": "顾客",
    "交接": "移交",
    "订金": "定金",
    "退订": "取消订单",
    # 流失 alone is the handbook's word for customers who stay away (15.1).
    "战败": "流失(?:申请|原因|分析|报告)",
    "证据": "依据",
    "产品": "商品",
    "保有客户": "车主",
    "销售顾问": "销售员|业务员",
    "逾期": "过期未",
}
DJANGO = ("core/validators.py", "forms/fields.py", "forms/models.py", "contrib/auth/password_validation.py")


def messages(language: str) -> list[Message]:
    with (LOCALE / language / "LC_MESSAGES/django.po").open("rb") as source:
        return [message for message in read_po(source, locale=language) if message.id]


def parts(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def strings(language: str) -> Iterator[tuple[str, str]]:
    for message in messages(language):
        for text in parts(message.string):
            yield parts(message.id)[0], text


def test_every_chinese_text_is_chinese() -> None:
    wordless = re.compile(r"%\(\w+\)[sd]|[\W\d_]")
    left = [
        msgid
        for msgid, text in strings("zh_Hans")
        if not HAN.search(text) and text not in LATIN and wordless.sub("", text)
    ]
    assert left == []


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_no_text_shouts(language: str) -> None:
    assert [text for _msgid, text in strings(language) if "!" in text or "！" in text] == []


def test_chinese_sentences_carry_full_width_punctuation() -> None:
    half_width = re.compile(r"[㐀-鿿][,;:?()]|[,;:?()\"'][㐀-鿿]|[㐀-鿿]\.(?!\w)|[\"'].*[㐀-鿿]")
    assert [text for _msgid, text in strings("zh_Hans") if half_width.search(text)] == []


def test_no_spaces_stand_between_chinese_words() -> None:
    gap = re.compile(r"[㐀-鿿，。；：？、“”（）] +[㐀-鿿，。；：？、“”（）]")
    assert [text for _msgid, text in strings("zh_Hans") if gap.search(text)] == []


def test_each_term_has_one_word() -> None:
    twice = re.compile("|".join(OTHER_WORDS.values()))
    assert [text for _msgid, text in strings("zh_Hans") if twice.search(text)] == []


def test_english_plurals_differ_from_their_singular() -> None:
    """Equal forms are right only where nothing is counted by name: "3 more", "3 of them"."""
    same = [
        message.string[0]
        for message in messages("en")
        if isinstance(message.string, tuple) and len(set(message.string)) == 1
    ]
    assert [text for text in same if not re.search(r"\b(more|of them)\b", text)] == []


def test_the_listed_words_of_django_are_those_django_says() -> None:
    said = {
        node.value
        for name in DJANGO
        for node in ast.walk(ast.parse((Path(django.__file__).parent / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    listed = {
        node.args[0].value
        for node in ast.walk(ast.parse((ROOT / "src/guanxi/ui/stock_words.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)
    }
    assert listed
    assert listed <= said
