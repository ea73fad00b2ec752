"""Database keys as they stand in addresses."""

DIGITS = 18


def parse_key(text: str) -> int | None:
    """The key, None for anything that is none or that no 64-bit column holds."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None
