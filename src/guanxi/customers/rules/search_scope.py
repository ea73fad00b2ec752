"""The tokens of a card that are no words: its store, its consultant, its number.

With them in the index a consultant's search of a common fragment touches the consultant's cards only.
"""

import re

_NUMBER = re.compile(r"[cC]?([0-9]{9,12})")


def store_token(store_id: int) -> str:
    return f"s:{store_id}"


def owner_token(store_id: int, owner_id: int) -> str:
    """Consultant and store in one: who changed stores no longer reaches the cards left behind."""
    return f"o:{store_id}_{owner_id}"


def number_asked(query: str) -> str:
    """The customer number that ``query`` is as a whole (``C`` may be left out), else ""."""
    asked = _NUMBER.fullmatch(query.strip())
    return f"C{asked[1]}" if asked else ""


def number_token(customer_no: str) -> str:
    return f"k:{customer_no.lower()}"


def card_tokens(store_id: int, owner_id: int | None, customer_no: str) -> list[str]:
    tokens = [store_token(store_id), number_token(customer_no)]
    if owner_id is not None:
        tokens.append(owner_token(store_id, owner_id))
    return tokens
