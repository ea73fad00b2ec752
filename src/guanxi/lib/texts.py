"""Typed text without what nobody can see."""

import re
import unicodedata

# Control characters but tab, line feed, carriage return and NUL, which is refused and never mended; separators of
# lines that are no line breaks here; zero-width spaces; overrides of the direction; half characters and those that
# are none. Joiners stay: emoji and the scripts of South and West Asia are written with them.
_UNSEEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BLANK = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"})
# Letters by name that leave the place empty.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def without_unseen(text: str) -> str:
    """``text`` without characters that cannot be seen; "" when nothing is left to see. Never raises."""
    kept = _UNSEEN.sub("", text)
    return kept if "\0" in kept or any(map(_shows, kept)) else ""


def _shows(character: str) -> bool:
    return character not in _FILLERS and unicodedata.category(character) not in _BLANK
