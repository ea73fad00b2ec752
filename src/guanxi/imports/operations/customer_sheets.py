"""Customers: rows read and planned, the same way for the dry run and for the run."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.cadence.rules.follow_ups import next_due
from guanxi.cadence.rules.levels import LIVE
from guanxi.customers.models import Customer, Intent, OwnedItem
from guanxi.customers.operations.claims import asked_today, note_asked
from guanxi.customers.operations.collisions import ASKED_PER_DAY
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.files import ImportRefused
from guanxi.imports.operations.planning import Layout, Row
from guanxi.imports.queries.books import cards_met, consultants, product_keys
from guanxi.imports.queries.rights import allowed
from guanxi.imports.rules.columns import is_owner_sheet
from guanxi.imports.rules.fields import CUSTOMER_FIELDS
from guanxi.imports.rules.plans import Planner, RowPlan
from guanxi.imports.rules.rows import read_row
from guanxi.imports.rules.values import Codes, SheetRules
from guanxi.organization.acts import Act


class CustomerSheet:
    """``summary`` counts the new cards whose first follow-up is overdue from the start."""

    def __init__(self, act: Act, layout: Layout) -> None:
        self.act = act
        self.rules = _sheet_rules(act, layout)
        blank = "N" if "level" in self.rules.columns and not self.rules.is_owner_sheet else ""
        self.planner = Planner({}, product_keys(act), consultants(act), blank)
        self.summary: dict[str, Any] = {"starts_late": 0}
        self._told: set[int] = set()
        self._allowed = ASKED_PER_DAY - asked_today(act) if act.by else 0

    def plan(
        self, rows: Iterable[Row], *, batch: ImportBatch | None = None, lock: bool = False
    ) -> list[RowPlan]:
        """Plan the next rows; the planner learns of the cards they meet, unless it planned those itself."""
        read = [read_row(row_no, cells, self.rules) for row_no, cells in rows]
        self.planner.book = cards_met(self.act, read, batch=batch, lock=lock) | self.planner.book
        return [self.planner.plan(row) for row in read]

    def note(self, plans: Sequence[RowPlan]) -> None:
        """That a number is a colleague's is told by the dry run too, so it is logged and limited like asking."""
        self.summary["starts_late"] += sum(_is_late(self.act, plan) for plan in plans)
        taken = {plan.taken.pk for plan in plans if plan.taken and plan.taken.pk} - self._told
        if not taken:
            return
        self._told |= taken
        if self.act.by and len(self._told) > self._allowed:
            raise ImportRefused(
                _(
                    "Too many of these numbers belong to colleagues' customers. Ask your manager to import the file."
                ),
                "too_many_taken",
            )
        note_asked(self.act, sorted(taken))


def judgement_of(plan: RowPlan) -> FirstJudgement:
    """The level and the contact the row brings."""
    contact = plan.row.last_contact_on if plan.contact else None
    return FirstJudgement(plan.level, imported=True, last_contact_on=contact)


def _is_late(act: Act, plan: RowPlan) -> bool:
    """Whether the new card's first follow-up is overdue from the start, by its level and last contact."""
    last = plan.row.last_contact_on
    if plan.outcome != "CREATED" or last is None or plan.level not in LIVE:
        return False
    return next_due(plan.level, last, act.store.calendar, act.store.playbook) < act.on


def _sheet_rules(act: Act, layout: Layout) -> SheetRules:
    """The rules the rows are read by. A column only leaders may use is left out for everybody else (MA-03)."""
    mapping = allowed(act.by, layout.mapping, layout.kind)
    return SheetRules(
        layout.headers, mapping, is_owner_sheet(mapping), Codes.of(act.store.playbook), _lengths(), act.on
    )


def _lengths() -> dict[str, int]:
    models = {"customer": Customer, "intent": Intent, "owned": OwnedItem}
    lengths = {"source_detail": 60, "product": 60}
    for field in CUSTOMER_FIELDS:
        model = models.get(field.block)
        if model and field.reader in {"text", "name"} and field.name not in lengths:
            length = getattr(model._meta.get_field(field.name), "max_length", None)
            if length:
                lengths[field.name] = length
    return lengths
