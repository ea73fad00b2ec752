"""What becomes of a row: a new card, a completed one, nothing, or a failure. Pure; the dry run and the run
share it, so what was promised is what happens."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, Literal

from guanxi.imports.rules.rows import ReadRow, RowWarning
from guanxi.lib.names import normalize_text
from guanxi.lib.phones import PhoneNumber

Outcome = Literal["CREATED", "UPDATED", "SKIPPED", "FAILED"]
UNJUDGED = ("", "N")
# Source decides credit (R-SRC-01): a sheet fills it on a card of its own making only.
SET_ONCE = frozenset({"source_code", "source_detail"})


@dataclass
class CardState:
    """What the plan needs to know of a card; ``pk`` is None while it is only planned."""

    pk: int | None = None
    editable: bool = True
    fresh: bool = False
    name: str = ""
    filled: set[str] = field(default_factory=set)
    level: str = ""
    has_contact: bool = False
    car: str = ""


@dataclass
class RowPlan:
    """``values`` and so on are what the row adds, empty fields of the card only."""

    row: ReadRow
    outcome: Outcome
    card: CardState | None = None
    values: dict[str, Any] = field(default_factory=dict)
    intent: dict[str, Any] = field(default_factory=dict)
    owned: dict[str, Any] = field(default_factory=dict)
    numbers: list[PhoneNumber] = field(default_factory=list)
    level: str = ""
    contact: bool = False
    taken: CardState | None = None

    @property
    def adds_something(self) -> bool:
        return bool(self.values or self.intent or self.owned or self.numbers or self.level or self.contact)


@dataclass
class Planner:
    """``book`` holds the cards by normalised number and grows with every row planned; ``products`` the
    catalogue's names, folded. ``level_when_blank`` is N on a sheet of prospects with a level column."""

    book: dict[str, CardState]
    products: set[str]
    consultants: Container[str]
    level_when_blank: str = ""

    def plan(self, row: ReadRow) -> RowPlan:
        """Decide about one row and remember its effect for the rows below it."""
        if row.reason:
            return RowPlan(row, "FAILED")
        holders = list(
            {id(card): card for number in row.numbers if (card := self.book.get(number.normalized))}.values()
        )
        if any(not card.editable for card in holders):
            row.warnings.append(RowWarning("taken"))
            return RowPlan(row, "SKIPPED", taken=next(card for card in holders if not card.editable))
        plan = self._complete(row, holders) if holders else self._create(row)
        if row.consultant and row.consultant not in self.consultants:
            row.warnings.append(RowWarning("unknown_consultant"))
        if product := plan.intent.get("product"):
            if product_key(product) not in self.products:
                row.warnings.append(RowWarning("new_product"))
            self.products.add(product_key(product))
        return plan

    def _create(self, row: ReadRow) -> RowPlan:
        card = CardState(fresh=True, name=row.name)
        level = row.level or self.level_when_blank
        plan = RowPlan(
            row, "CREATED", card, dict(row.customer), dict(row.intent), dict(row.owned), row.numbers, level,
            contact=row.last_contact_on is not None,
        )  # fmt: skip
        self._remember(plan)
        return plan

    def _complete(self, row: ReadRow, holders: list[CardState]) -> RowPlan:
        card = holders[0]
        if len(holders) > 1:
            row.warnings.append(RowWarning("number_elsewhere"))
        if normalize_text(card.name) != normalize_text(row.name):
            row.warnings.append(RowWarning("name_differs"))
        plan = RowPlan(
            row, "UPDATED", card,
            {n: v for n, v in row.customer.items() if n not in card.filled and (n not in SET_ONCE or card.fresh)},
            {n: v for n, v in row.intent.items() if f"intent.{n}" not in card.filled},
            self._owned(row, card),
            [number for number in row.numbers if number.normalized not in self.book],
            row.level if row.level and row.level != card.level and card.level in UNJUDGED else "",
            contact=row.last_contact_on is not None and not card.has_contact,
        )  # fmt: skip
        if plan.values.get("source_code") == "X":
            del plan.values["source_code"]
        if not plan.adds_something:
            plan.outcome = "SKIPPED"
        self._remember(plan)
        return plan

    def _owned(self, row: ReadRow, card: CardState) -> dict[str, Any]:
        """A second car does not lend its dates to the first one."""
        model = normalize_text(row.owned.get("model", ""))
        if model and card.car and model != card.car:
            row.warnings.append(RowWarning("other_car"))
            return {}
        known = {name: value for name, value in row.owned.items() if f"owned.{name}" not in card.filled}
        # On its own the flag says nothing new.
        return {} if set(known) <= {"is_ours"} else known

    def _remember(self, plan: RowPlan) -> None:
        card = plan.card
        assert card is not None
        card.filled |= {name for name, value in plan.values.items() if (name, value) != ("source_code", "X")}
        card.filled |= {f"intent.{name}" for name in plan.intent} | {f"owned.{name}" for name in plan.owned}
        card.level = plan.level or card.level
        card.has_contact = card.has_contact or plan.contact
        card.car = card.car or normalize_text(plan.owned.get("model", ""))
        for number in plan.numbers:
            self.book[number.normalized] = card


def product_key(name: str) -> str:
    """One form for comparing names of products."""
    return normalize_text(name)
