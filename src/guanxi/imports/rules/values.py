"""Single cells as the card keeps them."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from guanxi.lib.names import normalize_text
from guanxi.playbooks.definitions import Playbook

OPEN_LEVELS = frozenset("OHABCN")
_GENDERS = {
    "男": "M",
    "先生": "M",
    "m": "M",
    "male": "M",
    "女": "F",
    "女士": "F",
    "小姐": "F",
    "f": "F",
    "female": "F",
}
_OWNER_KINDS = {"自销": "OWN_SALE", "他销": "OTHER_SALE", "他厂牌": "OTHER_BRAND", "他牌": "OTHER_BRAND"}
_PURCHASE_KINDS = {"新购": "FIRST", "首次购买": "FIRST", "换购": "REPLACE", "置换": "REPLACE"}
_PAYMENTS = {"现金": "CASH", "一次性": "CASH", "按揭": "LOAN", "贷款": "LOAN"}


@dataclass(frozen=True)
class Codes:
    """A store's words and what they stand for, compared without width, case and spaces."""

    sources: Mapping[str, str]
    channels: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, playbook: Playbook) -> "Codes":
        sources = _named(playbook.sources)
        for source in playbook.sources:
            sources |= {folded(alias): source.code for alias in source.aliases}
        return cls(
            sources,
            # A channel's code is a bare number, which in a sheet is more often a count than a code.
            {text: code for text, code in _named(playbook.channels).items() if not text.isdigit()},
            {
                "owner_kind": _named(playbook.owner_kinds) | _OWNER_KINDS,
                "use_type": _named(playbook.use_types),
                "purchase_kind": _named(playbook.purchase_kinds) | _PURCHASE_KINDS,
                "payment": _named(playbook.payments) | _PAYMENTS,
            },
        )


@dataclass(frozen=True)
class PlacedColumns:
    """Which field stands in which column, and under which header."""

    headers: tuple[str, ...]
    mapping: Mapping[int, str]
    columns: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", {name: column for column, name in self.mapping.items()})

    def header(self, name: str) -> str:
        """The header of a field's column, "" without one."""
        column = self.columns.get(name)
        return self.headers[column] if column is not None and column < len(self.headers) else ""


@dataclass(frozen=True)
class SheetRules(PlacedColumns):
    """All a row is read by: the columns, the store's words, the lengths the card has room for, and today."""

    is_owner_sheet: bool
    codes: Codes
    lengths: Mapping[str, int]
    today: date
    earliest_birth: date = date(1900, 1, 1)


def folded(text: str) -> str:
    """One form for comparing words of a list: no width, no case, no spaces."""
    return normalize_text(text).replace(" ", "")


def level_of(text: str) -> str | None:
    """``Ａ``, ``a`` and ``A级`` are A; None for what is no open level (handbook 2.6)."""
    code = unicodedata.normalize("NFKC", text).strip().upper().removesuffix("级").removesuffix("类").strip()
    return code if code in OPEN_LEVELS else None


def gender_of(text: str) -> str | None:
    return _GENDERS.get(folded(text))


def _named(items: Iterable[object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        for text in (item.code, item.label.zh, item.label.en):  # type: ignore[attr-defined]
            found.setdefault(folded(text), item.code)  # type: ignore[attr-defined]
    return found
