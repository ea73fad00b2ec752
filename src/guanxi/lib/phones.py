"""Chinese phone numbers: one normal form per line, so that one line is one customer (handbook 1.5)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOBILE = "MOBILE"
LANDLINE = "LANDLINE"

LONGEST_NUMBER = 20
LONGEST_CELL = 200

# 13800138000 is China Mobile's recharge line: it fits the pattern, belongs to nobody, and is what people
# type to get past a form. Accepted, it would gather strangers on one card.
PLACEHOLDERS = frozenset({"13800138000", "12345678901", "12345678910"})

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})")
_LOST_DECIMAL = re.compile(r"[0-9]+\.0+")
_EXTENSION = re.compile(r"(.+?)(?:转|轉|分机|ext\.?|x|#)([0-9]{1,6})", re.IGNORECASE)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_SEPARATORS = re.compile(r"[/、,;|\n\r]+")


class PhoneRefused(ValueError):
    """The cell holds no usable number; `reason` is "empty" or "bad"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"phone refused: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class PhoneNumber:
    """`normalized` is 11 digits (mobile) or area code and number, with "x801" for an extension (landline)."""

    raw: str
    normalized: str
    kind: str


def parse_phone(raw: object) -> PhoneNumber:
    """Read one number as typed, or as a spreadsheet kept it (handbook 1.5).

    Raises `PhoneRefused` "empty" for a blank cell, "bad" for anything that is not one complete number:
    text ("无", "—"), missing digits, one repeated digit, a known placeholder, more than 20 characters,
    "1.38E+10" (digits are gone), a landline that Excel stripped of its leading zero.
    """
    text = _cell(raw)
    folded = _fold(text)
    if not folded:
        raise PhoneRefused("empty")
    if len(folded) > LONGEST_NUMBER:
        raise PhoneRefused("bad")
    return _landline_or_mobile(text, folded)


def parse_phones(raw: object) -> list[PhoneNumber]:
    """Read a cell that may hold several numbers, separated by / 、 , ; | line breaks or spaces.

    Raises `PhoneRefused` like `parse_phone` when the first piece is no number; later pieces that are none
    (a name, a remark) are left out, so keep the raw cell. No number is returned twice.
    """
    text = _cell(raw)
    if len(text) > LONGEST_CELL:
        raise PhoneRefused("bad")
    pieces = [piece for piece in map(_fold, _SEPARATORS.split(unicodedata.normalize("NFKC", text))) if piece]
    if not pieces:
        raise PhoneRefused("bad" if _fold(text) else "empty")
    found: dict[str, PhoneNumber] = {}
    for place, piece in enumerate(pieces):
        numbers = list(_numbers_in(piece))
        if place == 0 and numbers[0] is None:
            raise PhoneRefused("bad")
        for number in numbers:
            if number:
                found.setdefault(number.normalized, number)
    return list(found.values())


def mask_phone(normalized: str) -> str:
    """Return "138****1234" or "021******99" (the extension is dropped); anything else becomes stars only."""
    number = normalized.partition("x")[0]
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[7:]}"
    if landline := _LANDLINE.fullmatch(number):
        area, line = landline.groups()
        return f"{area}{'*' * (len(line) - 2)}{line[-2:]}"
    return "*" * len(number)


def _cell(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        raise PhoneRefused("bad")
    if isinstance(raw, float):
        if not raw.is_integer():
            raise PhoneRefused("bad")
        return str(int(raw))
    return str(raw)


def _fold(text: str) -> str:
    """Half-width, plain hyphens, no invisible characters (address books paste U+202D before a number)."""
    wide = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    seen = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in wide)
    return seen.strip().lstrip("'").strip()


def _numbers_in(piece: str) -> Iterator[PhoneNumber | None]:
    """Spaces both group digits and separate numbers: take the longest run of words that is one number."""
    words = piece.split()
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            part = " ".join(words[start:end])
            try:
                number = parse_phone(part)
            except PhoneRefused:
                continue
            yield number
            start = end
            break
        else:
            yield None
            start += 1


def _landline_or_mobile(raw: str, text: str) -> PhoneNumber:
    if _LOST_DECIMAL.fullmatch(text):
        text = text.partition(".")[0]
    compact = re.sub(r"[\s()]", "", text)
    extension = ""
    if spoken := _EXTENSION.fullmatch(compact):
        compact, extension = spoken.groups()
    else:
        front, _, tail = compact.rpartition("-")
        # "021-88889999-801" ends in an extension, "021-8888-9999" does not: the front must be a whole number.
        if re.fullmatch("[0-9]{1,6}", tail) and _LANDLINE.fullmatch(_national(front.replace("-", ""))):
            compact, extension = front, tail
    digits = _national(compact.replace("-", ""))
    if len(set(digits)) > 1 and digits not in PLACEHOLDERS:
        if _MOBILE.fullmatch(digits) and not extension:
            return PhoneNumber(raw, digits, MOBILE)
        if _LANDLINE.fullmatch(digits):
            return PhoneNumber(raw, f"{digits}x{extension}" if extension else digits, LANDLINE)
    raise PhoneRefused("bad")


def _national(digits: str) -> str:
    """Without +86, 0086 or 86 (after which the area code loses its 0) and without the 0 before a mobile."""
    abroad = re.fullmatch(r"(?:\+|00)?86([0-9]{10,12})", digits)
    if abroad:
        digits = abroad[1]
        if not digits.startswith("0") and not _MOBILE.fullmatch(digits):
            digits = "0" + digits
    if digits.startswith("01") and _MOBILE.fullmatch(digits[1:]):
        digits = digits[1:]
    return digits
