"""Whether an opportunity is real and worth the work: burning issue, unique value, four questions, BANT (handbook 8.5).

Each assessment is a mapping as it is stored; ``read_…`` takes what a person or a program says and refuses what cannot
be, the other functions judge what was read.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

BURNING = ("personal", "time_limited", "dilemma")
UNIQUE = ("result", "measure", "deadline", "chain", "unique")
SECTIONS = {
    "OPPORTUNITY": ("PROJECT", "BUSINESS", "FINANCES", "EVENT"),
    "COMPETE": ("CRITERIA", "FIT", "UNIQUE", "RELATION"),
    "WIN": ("INSIDE", "INFORMAL", "AUTHORITY", "ALIGNMENT"),
    "WORTH": ("SHORT", "FUTURE", "RISK", "STRATEGIC"),
}
ITEMS = tuple(item for items in SECTIONS.values() for item in items)
NEEDS = ("budget", "authority", "need", "time")
PLUS, OPEN, MINUS = "+", "?", "−"
# A hyphen, a full-width and a typographical minus are one mark, as on the key-person map (9.7).
MARKS = {"+": PLUS, "＋": PLUS, "?": OPEN, "？": OPEN, "-": MINUS, "－": MINUS, "−": MINUS, "": ""}
LONGEST = 300


class AssessmentRefused(ValueError):
    """What was said cannot be; ``field`` names the part, ``code`` the reason."""

    def __init__(self, field: str, code: str):
        self.field, self.code = field, code
        super().__init__(f"{field}: {code}")


def read_burning(given: Mapping[str, Any]) -> dict[str, Any]:
    """Each of the three yes or no, who has it, by when; None while nobody asked. A yes names who, and the time limit
    its day, else it is an opinion."""
    _known(given, BURNING)
    found: dict[str, Any] = {}
    for name in BURNING:
        part = given.get(name) or {}
        _known(part, ("yes", "who", "by"), name)
        yes, who, by = part.get("yes"), _text(part.get("who"), f"{name}.who"), _day(part.get("by"), name)
        if yes not in (True, False, None):
            raise AssessmentRefused(f"{name}.yes", "YES_OR_NO")
        if yes and not who:
            raise AssessmentRefused(f"{name}.who", "WHO_NEEDED")
        if yes and name == "time_limited" and by is None:
            raise AssessmentRefused(f"{name}.by", "DAY_NEEDED")
        found[name] = {"yes": yes, "who": who, "by": by}
    return found


def read_unique(given: Mapping[str, Any]) -> dict[str, Any]:
    """Five scores of 0 to 2 with their words; a score above 0 says why."""
    _known(given, UNIQUE)
    found: dict[str, Any] = {}
    for name in UNIQUE:
        part = given.get(name) or {}
        _known(part, ("score", "text"), name)
        score, text = (
            _whole(part.get("score"), 0, 2, f"{name}.score"),
            _text(part.get("text"), f"{name}.text"),
        )
        if score and not text:
            raise AssessmentRefused(f"{name}.text", "WORDS_NEEDED")
        found[name] = {"score": score, "text": text}
    return found


def read_four(given: Mapping[str, Any]) -> dict[str, str]:
    """Sixteen marks of + ? − or nothing."""
    _known(given, ITEMS)
    found = {}
    for item in ITEMS:
        mark = str(given.get(item) or "").strip()
        if mark not in MARKS:
            raise AssessmentRefused(item, "MARK")
        found[item] = MARKS[mark]
    return found


def read_bant(given: Mapping[str, Any]) -> dict[str, int] | None:
    """Four ratings of 1 to 4, or None when none is given: the gate is optional, half of it says nothing."""
    _known(given, NEEDS)
    rated = {name: given.get(name) for name in NEEDS}
    if all(value in (None, "") for value in rated.values()):
        return None
    found = {}
    for name, value in rated.items():
        score = _whole(value, 1, 4, name)
        if score is None:
            raise AssessmentRefused(name, "ALL_FOUR")
        found[name] = score
    return found


def burning_verdict(bi: Mapping[str, Any], min_yes: int) -> str:
    """R-OPP-06: CONTINUE with ``min_yes`` yes, the time limit among them; NURTURE with fewer but one; DROP with none.
    ASK while one of the three was never asked and the answer could still change the verdict."""
    said = [bi.get(name, {}).get("yes") for name in BURNING]
    yes, in_time = sum(one is True for one in said), bi.get("time_limited", {}).get("yes")
    if yes >= min_yes and in_time:
        return "CONTINUE"
    if None in said and (in_time is not False or not yes):
        return "ASK"
    return "NURTURE" if yes else "DROP"


def unique_points(ucv: Mapping[str, Any]) -> int | None:
    """Sum of the five scores, of ten; None while a question was not answered."""
    scores = [ucv.get(name, {}).get("score") for name in UNIQUE]
    return None if None in scores else sum(scores)


def red_sections(four: Mapping[str, str]) -> list[str]:
    """The sections whose first item is −."""
    return [section for section, items in SECTIONS.items() if four.get(items[0]) == MINUS]


def plus_count(four: Mapping[str, str]) -> int:
    return sum(four.get(item) == PLUS for item in ITEMS)


def four_verdict(four: Mapping[str, str], min_plus: int) -> str:
    """GO with no red section and ``min_plus`` +; RED with a red section; ASK while open or unmarked items could still
    bring the +; else SHORT."""
    if red_sections(four):
        return "RED"
    plus = plus_count(four)
    if plus >= min_plus:
        return "GO"
    undecided = sum(four.get(item, "") in ("", OPEN) for item in ITEMS)
    return "ASK" if plus + undecided >= min_plus else "SHORT"


def bant_points(bant: Mapping[str, int] | None) -> int | None:
    """Sum of the four, of sixteen; None when BANT is not used."""
    return None if not bant else sum(bant[name] for name in NEEDS)


def _known(given: Mapping[str, Any], names: tuple[str, ...], within: str = "") -> None:
    if not isinstance(given, Mapping):
        raise AssessmentRefused(within, "SHAPE")
    for name in given:
        if name not in names:
            raise AssessmentRefused(f"{within}.{name}".lstrip("."), "UNKNOWN")


def _text(value: Any, field: str) -> str:
    if value is not None and not isinstance(value, str):
        raise AssessmentRefused(field, "SHAPE")
    text = " ".join((value or "").split())
    if len(text) > LONGEST:
        raise AssessmentRefused(field, "TOO_LONG")
    return text


def _day(value: Any, name: str) -> str | None:
    """An ISO day, for it is stored as text."""
    if value in (None, ""):
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise AssessmentRefused(f"{name}.by", "DAY") from error
    if not 2000 <= day.year <= 2200:
        raise AssessmentRefused(f"{name}.by", "DAY")
    return day.isoformat()


def _whole(value: Any, least: int, most: int, field: str) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not str(value).isdecimal() or not least <= int(value) <= most:
        raise AssessmentRefused(field, "SCORE")
    return int(value)
