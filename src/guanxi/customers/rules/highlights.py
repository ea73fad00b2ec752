"""Which characters of a text a query found: by the characters themselves, by sound or by initials."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from guanxi.lib.names import normalize_text, pinyin_syllables

# A piece of text and whether the query found it.
Part = tuple[str, bool]


def marked_parts(text: str, query: str) -> list[Part]:
    """``text`` cut into pieces, in order; joined they are ``text`` again."""
    found: set[int] = set()
    for word in normalize_text(query).split():
        found.update(_places(text, word))
    parts: list[Part] = []
    for place, character in enumerate(text):
        is_found = place in found
        if parts and parts[-1][1] == is_found:
            parts[-1] = (parts[-1][0] + character, is_found)
        else:
            parts.append((character, is_found))
    return parts


def _places(text: str, word: str) -> Iterator[int]:
    plain = text.casefold()
    start = plain.find(word)
    # Folding may lengthen a text (ß becomes ss); then the places are no longer those of the text.
    if start >= 0 and len(plain) == len(text):
        yield from range(start, start + len(word))
    elif re.fullmatch("[a-z]+", sound := re.sub("['’]", "", word).replace("ü", "v")):
        yield from _heard(text, sound)


def _heard(text: str, sound: str) -> Iterator[int]:
    syllables = pinyin_syllables(text)
    start, count = _syllables_found(syllables, sound)
    if count:
        places = [place for place, character in enumerate(text) if pinyin_syllables(character)]
        if len(places) == len(syllables):
            yield from places[start : start + count]


def _syllables_found(syllables: list[str], sound: str) -> tuple[int, int]:
    """The first syllable found and how many, by initials or by sound; none is (0, 0)."""
    start = "".join(syllable[0] for syllable in syllables).find(sound)
    if start >= 0:
        return start, len(sound)
    for start in range(len(syllables)):
        if "".join(syllables[start:]).startswith(sound):
            lengths = list(accumulate(map(len, syllables[start:])))
            return start, bisect_left(lengths, len(sound)) + 1
    return 0, 0
