"""What counts as an empty field of the card, for whoever may fill empty fields only."""

from typing import Any

_BLANKS = {"gender": "U", "source_code": "X"}


def is_blank(name: str, value: Any) -> bool:
    """No value, or the value that stands for not known."""
    return value in (None, "", _BLANKS.get(name, ""))
