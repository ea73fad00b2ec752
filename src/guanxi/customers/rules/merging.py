"""Which values a card has after another was merged into it (handbook 1.5): the older card's, its gaps filled."""

from collections.abc import Mapping
from typing import Any

from guanxi.customers.rules.blanks import is_blank

# Fields a person may choose between where both cards tell something else, in the order of the page.
CARD_FIELDS = ("name", "org_name", "gender", "birth_date", "wechat", "email", "region", "address", "postcode",
               "occupation", "employer", "title", "industry", "income_band", "education", "values_note", "channel",
               "tier", "touch_tier", "remark")  # fmt: skip
INTENT_FIELDS = ("product", "colour", "configuration", "alternatives", "competitors", "use_type", "purchase_kind",
                 "budget_min", "budget_max", "payment", "expected_close_on", "test_drive_at", "key_concerns",
                 "decision_maker")  # fmt: skip
# Filled where the older card has nothing; the source decides credit, so nobody chooses it here (R-SRC-01).
FILLED = ("source_code", "referrer")
FULLER = {"": 0, "OTHER_BRAND": 1, "OTHER_SALE": 2, "OWN_SALE": 3}


def conflicts(kept: Mapping[str, Any], merged: Mapping[str, Any]) -> list[str]:
    """The fields of which both cards tell something else, in the order of ``kept``."""
    return [
        name
        for name, value in kept.items()
        if not is_blank(name, value) and not is_blank(name, merged[name]) and value != merged[name]
    ]


def chosen(kept: Mapping[str, Any], merged: Mapping[str, Any], others: frozenset[str]) -> dict[str, Any]:
    """What changes on the kept card: its gaps, and the fields in ``others``, take the other card's value."""
    found = {}
    for name, value in kept.items():
        other = merged[name]
        if not is_blank(name, other) and other != value and (is_blank(name, value) or name in others):
            found[name] = other
    return found


def owner_kind_of(kept: str, merged: str) -> str:
    """Who owns a car we sold stays an own-sale owner; any owner is more than none (R-CUS-04)."""
    return max(kept, merged, key=lambda kind: FULLER.get(kind, 0))


def filled_dict(kept: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any]:
    """Both cards' notes by name; where both have one the kept card's stays."""
    return {
        **{name: note for name, note in merged.items() if note},
        **{n: note for n, note in kept.items() if note},
    }


def joined(kept: list[Any], merged: list[Any]) -> list[Any]:
    """The kept card's entries, then those only the other has."""
    return [*kept, *(one for one in merged if one not in kept)]
