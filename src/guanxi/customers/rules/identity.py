"""Numbers and identity checks of the card (handbook 1.3 and 1.5)."""

import re
from datetime import date

VIN = re.compile(r"^[A-HJ-NPR-Z0-9]{17}$")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def customer_number(on: date, sequence: int) -> str:
    """``C`` + year and month + a sequence of at least five digits that grows."""
    return f"C{on:%y%m}{sequence:05d}"


def is_vin(text: str) -> bool:
    """17 characters without I, O and Q."""
    return bool(VIN.match(text.upper()))


def birth_date_problem(born: date, today: date) -> str:
    """ "" when plausible, else FUTURE or TOO_OLD (before 1900)."""
    if born > today:
        return "FUTURE"
    return "TOO_OLD" if born.year < 1900 else ""


def is_id_number(text: str) -> bool:
    """A resident's identity number: 17 digits and the check character of GB 11643."""
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]


def mask_id_number(text: str) -> str:
    """``3101**********1234`` (R-PRM-05)."""
    return f"{text[:4]}{'*' * max(len(text) - 8, 4)}{text[-4:]}"
