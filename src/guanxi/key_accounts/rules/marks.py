"""The marks of the key-person map (handbook 9.2) and the line in which people write one box."""

import re
import unicodedata
from dataclasses import dataclass

ROLES = "ADEU"
STYLES = "DKAE"
# From enemy to coach: attitude moves one place at a time (R-KEY-03).
ATTITUDES = ("X", "−", "=", "+", "*")
CONTACTS = ("0", "1", "N", "F")
MINUS = "−"
# The full-width hyphen is one of these after NFKC; a longer dash is no mark (handbook 9.7).
_MINUSES = {"-": MINUS}
_NAMED = re.compile(r"^([^:：,，\t]+)[:：,，\t]\s*(.+)$")
VALID = {"role": tuple(ROLES), "style": tuple(STYLES), "attitude": ATTITUDES, "contact": CONTACTS}


class MarkRefused(ValueError):
    """``kind`` names what cannot be read (role, style, attitude, contact, name, line), ``text`` what stood there."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind, self.text = kind, text
        super().__init__(f"{kind}: {text}")


@dataclass(frozen=True)
class Box:
    """One box as written: ``A 服务 [K] 总监 + /0``. ``style`` is "" when nobody knows it yet."""

    role: str
    department: str
    style: str
    title: str
    attitude: str
    contact: str


def read_mark(kind: str, text: str) -> str:
    """One mark in its own sign: full-width and lower-case letters and both hyphens (``-``, ``－``) are understood.

    Raises MarkRefused for what is no mark of this kind.
    """
    mark = unicodedata.normalize("NFKC", text.strip()).upper()
    mark = _MINUSES.get(mark, mark)
    if mark not in VALID[kind]:
        raise MarkRefused(kind, text.strip())
    return mark


def parse_box(line: str) -> Box:
    """Read ``ROLE department [STYLE] title ATTITUDE /CONTACT``; the style may be missing, ``+/0`` may stand together.

    Raises MarkRefused.
    """
    text = unicodedata.normalize("NFKC", line).strip()
    body, slash, degree = text.rpartition("/")
    if not slash:
        raise MarkRefused("contact", "")
    contact = read_mark("contact", degree)
    words = body.split()
    if len(words) < 3:
        raise MarkRefused("line", line.strip())
    last = words.pop()
    if len(last) > 1 and _is_mark("attitude", last[-1]):
        # ``总监+`` without the space.
        words.append(last[:-1])
        last = last[-1]
    attitude = read_mark("attitude", last)
    role, department, *rest = words
    role = read_mark("role", role)
    style = ""
    if rest and (re.fullmatch(r"\[.\]", rest[0]) or re.fullmatch(r"[A-Za-z]", rest[0])):
        style = read_mark("style", rest.pop(0).strip("[]"))
    return Box(role, department, style, " ".join(rest), attitude, contact)


def parse_line(line: str) -> tuple[str, Box]:
    """Read ``name：box``. Raises MarkRefused."""
    found = _NAMED.match(line.strip())
    if not found:
        raise MarkRefused("name", line.strip())
    return found[1].strip(), parse_box(found[2])


def box_text(box: Box) -> str:
    """The box as people write it; ``parse_box`` reads it back."""
    style = f"[{box.style}]" if box.style else ""
    head = " ".join(part for part in (box.role, box.department, style, box.title) if part)
    return f"{head} {box.attitude} /{box.contact}"


def one_step(before: str, after: str) -> bool:
    """Whether an attitude may become another with one piece of evidence (R-KEY-03). The first may be any."""
    if not before or before == after:
        return True
    return bool(after) and abs(ATTITUDES.index(before) - ATTITUDES.index(after)) == 1


def next_attitude(mark: str) -> str:
    """One step towards us; "" above a coach. Who is not assessed yet becomes neutral first."""
    if not mark:
        return "="
    place = ATTITUDES.index(mark) + 1
    return ATTITUDES[place] if place < len(ATTITUDES) else ""


def next_contact(mark: str) -> str:
    """One degree of contact more; "" above a friend."""
    place = CONTACTS.index(mark or "0") + 1
    return CONTACTS[place] if place < len(CONTACTS) else ""


def _is_mark(kind: str, text: str) -> bool:
    try:
        read_mark(kind, text)
    except MarkRefused:
        return False
    return True
