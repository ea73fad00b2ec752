"""What is put into the search index, what a query asks of it, and the exact recheck.

The same tokens serve SQLite FTS5 (`tokenize="ascii tokenchars ':_'"`) and PostgreSQL (`array_to_tsvector`),
by equality alone. `matches` is the truth: tokens never miss what it accepts and may bring some rows too many.

- `c:` Chinese characters and pairs of them
- `n:` three digits of a phone
- `w:` three characters of a Latin word, and its beginnings of one and two
- `p:` pinyin from each syllable on, its first 2, 3, 5 and 8 letters
- `i:` initials and pairs of them
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from guanxi.lib.names import normalize_text, pinyin_syllables
from guanxi.lib.phones import PhoneRefused, parse_phone

LONGEST_QUERY = 64
MOST_WORDS = 8
# A phone and a Latin word are found by any three characters; one or two would need an index of noise.
GRAM = 3
# Sound is indexed for the front of a text only, which keeps a customer with a company name under 120 tokens.
SPOKEN_CHARACTERS = 8
PINYIN_LENGTHS = (8, 5, 3, 2)
# More groups than this narrow nothing further; the end of a phone tells more than its front.
MOST_GROUPS = 6


# A text longer than this is read aloud no further.
SPOKEN_REACH = 64

_CJK = "\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"(?P<cjk>[{_CJK}]+)|[^\\W_{_CJK}]+")
_PHONE_MARKS = dict.fromkeys(map(ord, "+-()"))
_SOUND_MARKS = {ord("'"): None, ord("’"): None, ord("ü"): "v"}


class _Word(NamedTuple):
    text: str
    digits: str
    sound: str


def index_tokens(texts: Sequence[str], phones: Sequence[str], scope: Sequence[str] = ()) -> list[str]:
    """Return the distinct tokens of a row: texts, normalised phones, and `scope` tokens as they are."""
    tokens: dict[str, None] = dict.fromkeys(scope)
    for text in texts:
        tokens.update(dict.fromkeys(_text_tokens(normalize_text(text))))
        tokens.update(dict.fromkeys(_sound_tokens(_spoken(text))))
    for phone in phones:
        tokens.update(dict.fromkeys(f"n:{gram}" for part in phone.split("x") for gram in _grams(part, GRAM)))
    return list(tokens)


def query_tokens(query: str, *, with_phone: bool) -> list[list[str]]:
    """Return groups of alternatives: a row must hold at least one token of every group.

    An empty list means that there is nothing to search for, and no row matches. `with_phone` is whether the
    caller may see phones: without it a run of digits finds texts only.
    """
    return [group for word in _words(query) for group in _word_groups(word, with_phone)]


def matches(query: str, texts: Sequence[str], phones: Sequence[str], *, with_phone: bool) -> bool:
    """Say whether every word of the query is found in the row.

    A word is found as part of a text (case and width ignored; one or two Latin characters only at the start
    of a word), as three or more digits of a phone, as pinyin from the start of a syllable on, or as
    consecutive initials; by sound only the first 8 Chinese characters of a text are found.
    A query without a letter or digit matches nothing.
    """
    words = _words(query)
    return bool(words) and all(_word_matches(word, texts, phones, with_phone) for word in words)


@lru_cache(maxsize=256)
def _words(query: str) -> tuple[_Word, ...]:
    text = normalize_text(query[:LONGEST_QUERY])
    with suppress(PhoneRefused):
        # A pasted "+86 138 1234 5678" is one number, not four words.
        text = parse_phone(text).normalized.partition("x")[0]
    words = (_word(part) for part in text.split()[:MOST_WORDS])
    return tuple(word for word in words if any(map(str.isalnum, word.text)))


def _word(text: str) -> _Word:
    digits = text.translate(_PHONE_MARKS)
    letters = text.translate(_SOUND_MARKS)
    return _Word(
        text=text,
        digits=digits if digits.isascii() and digits.isdigit() and len(digits) >= GRAM else "",
        sound=letters if letters.isascii() and letters.isalpha() else "",
    )


def _word_groups(word: _Word, with_phone: bool) -> list[list[str]]:
    """Zip the alternatives: each asks for all of its tokens, so asking for the k-th of any loses no row."""
    alternatives = [list(_run_tokens(word.text))]
    if word.digits and with_phone:
        alternatives.append([f"n:{gram}" for gram in _grams(word.digits, GRAM)])
    if word.sound:
        alternatives.append([_pinyin_token(word.sound)])
        if 1 < len(word.sound) <= SPOKEN_CHARACTERS:
            alternatives.append([f"i:{pair}" for pair in _grams(word.sound, 2)])
    longest = max(map(len, alternatives))
    places = range(longest)[-MOST_GROUPS:]
    groups = (dict.fromkeys(tokens[k % len(tokens)] for tokens in alternatives) for k in places)
    return [list(group) for group in dict.fromkeys(map(tuple, groups))]


def _word_matches(word: _Word, texts: Sequence[str], phones: Sequence[str], with_phone: bool) -> bool:
    if word.digits and with_phone and any(word.digits in phone for phone in phones):
        return True
    for text in texts:
        if _found(word.text, normalize_text(text)):
            return True
        if word.sound:
            syllables = _spoken(text)
            if word.sound in "".join(syllable[0] for syllable in syllables):
                return True
            if any(tail.startswith(word.sound) for tail in _tails(syllables)):
                return True
    return False


def _found(word: str, text: str) -> bool:
    first = _RUN.match(word)
    if first is None or first["cjk"] or len(first[0]) >= GRAM:
        return word in text
    place = text.find(word)
    while place >= 0:
        before = _RUN.match(text[place - 1]) if place else None
        if before is None or before["cjk"]:
            return True
        place = text.find(word, place + 1)
    return False


def _run_tokens(text: str) -> Iterator[str]:
    """The tokens that any text containing this one has."""
    for run in _RUN.finditer(text):
        if run["cjk"]:
            yield from (f"c:{pair}" for pair in _grams(run[0], 2) or [run[0]])
        else:
            yield from (f"w:{gram}" for gram in _grams(run[0], GRAM) or [run[0]])


def _text_tokens(text: str) -> Iterator[str]:
    yield from _run_tokens(text)
    for run in _RUN.finditer(text):
        if run["cjk"]:
            yield from (f"c:{character}" for character in run[0])
        else:
            yield f"w:{run[0][:1]}"
            yield f"w:{run[0][:2]}"


def _sound_tokens(syllables: tuple[str, ...]) -> Iterator[str]:
    letters = "".join(syllable[0] for syllable in syllables)
    yield from (f"i:{letter}" for letter in letters)
    yield from (f"i:{pair}" for pair in _grams(letters, 2))
    for tail in _tails(syllables):
        yield from (f"p:{tail[:length]}" for length in PINYIN_LENGTHS if length <= len(tail))


def _pinyin_token(sound: str) -> str:
    """A single letter begins a syllable exactly when it is an initial."""
    return next((f"p:{sound[:length]}" for length in PINYIN_LENGTHS if length <= len(sound)), f"i:{sound}")


@lru_cache(maxsize=8_192)
def _spoken(text: str) -> tuple[str, ...]:
    return tuple(pinyin_syllables(normalize_text(text[:SPOKEN_REACH]))[:SPOKEN_CHARACTERS])


def _tails(syllables: tuple[str, ...]) -> list[str]:
    return ["".join(syllables[start:]) for start in range(len(syllables))]


def _grams(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(len(text) - size + 1)]
