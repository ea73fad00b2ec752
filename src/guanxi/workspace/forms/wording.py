"""Words of the printed forms, in both languages. They are the forms' own terms (handbook 1.4), not screen text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from guanxi.organization.models import Store, User
from guanxi.paper.sheets import Footer


@dataclass(frozen=True)
class Wording:
    """Picks one language, and labels of the store's playbook by code."""

    language: str
    store: Store

    def __call__(self, zh: str, en: str) -> str:
        return en if self.language.startswith("en") else zh

    def code(self, name: str, code: str) -> str:
        """The label of a coded list; the code itself when the list no longer has it, "" for none."""
        label = self.store.playbook.labels(name).get(code)
        return label.text(self.language) if label else code

    def weekday(self, on: date) -> str:
        return self("一二三四五六日"[on.weekday()], f"{on:%a}")

    def level(self, code: str) -> str:
        label = self.code("levels", code)
        return f"{code} {label}" if code and label != code else code

    def footer(self, printer: User | None, printed_on: date, notes: Iterator[str] | list[str]) -> Footer:
        """Store, user and date as Annex F asks, with what the reader must know about this print."""
        return Footer(
            store=(self("门店", "Store"), self.store.name),
            user=(self("打印人", "Printed by"), str(printer) if printer else self("系统", "System")),
            printed_on=(self("打印日期", "Printed on"), printed_on),
            note=self("；", "; ").join(notes),
            page=self("第 {page} 页 / 共 {pages} 页", "Page {page} of {pages}"),
        )
