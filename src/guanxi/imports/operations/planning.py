"""Rows of a sheet read and planned, the same way for the dry run and for the run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.customers.models import Customer, Intent, OwnedItem
from guanxi.imports.models import ImportBatch
from guanxi.imports.queries.books import cards_met, consultants, product_keys
from guanxi.imports.rules.columns import is_owner_sheet
from guanxi.imports.rules.fields import CUSTOMER_FIELDS, LEADERS_ONLY
from guanxi.imports.rules.plans import Planner, RowPlan
from guanxi.imports.rules.rows import read_row
from guanxi.imports.rules.values import Codes, SheetRules
from guanxi.lib.spreadsheets.cells import Cell
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.organization.rules.roles import LEADERS

CHUNK = 200
Row = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Layout:
    """How the columns of a sheet are read."""

    headers: tuple[str, ...]
    mapping: Mapping[int, str]


def sheet_rules(act: Act, layout: Layout) -> SheetRules:
    """The rules the rows are read by. A column only leaders may use is left out for everybody else (MA-03)."""
    banned = frozenset() if may_assign(act.by) else LEADERS_ONLY
    mapping = {column: name for column, name in layout.mapping.items() if name not in banned}
    return SheetRules(
        layout.headers, mapping, is_owner_sheet(mapping), Codes.of(act.store.playbook), _lengths(), act.on
    )


def may_assign(actor: User | None) -> bool:
    """Whether a sheet's own column may say who gets the customer."""
    return actor is None or actor.has_role(*LEADERS)


def planner_of(act: Act, rules: SheetRules) -> Planner:
    """A planner that knows no card yet."""
    blank = "N" if "level" in rules.columns and not rules.is_owner_sheet else ""
    return Planner({}, product_keys(act), consultants(act), blank)


def plan_chunk(
    act: Act, rules: SheetRules, planner: Planner, rows: Iterable[Row], *, batch: ImportBatch | None = None,
    lock: bool = False,
) -> list[RowPlan]:  # fmt: skip
    """Plan the next rows; the planner learns of the cards they meet, unless it planned those itself."""
    read = [read_row(row_no, cells, rules) for row_no, cells in rows]
    planner.book = cards_met(act, read, batch=batch, lock=lock) | planner.book
    return [planner.plan(row) for row in read]


def plan_sheet(
    act: Act, layout: Layout, rows: Iterable[Row], *, chunk: int = CHUNK
) -> Iterator[list[RowPlan]]:
    """The dry run: what would become of every row, in chunks. Writes nothing."""
    rules = sheet_rules(act, layout)
    planner = planner_of(act, rules)
    remaining = iter(rows)
    while part := list(islice(remaining, chunk)):
        yield plan_chunk(act, rules, planner, part)


def judgement_of(plan: RowPlan) -> FirstJudgement:
    """The level and the contact the row brings."""
    contact = plan.row.last_contact_on if plan.contact else None
    return FirstJudgement(plan.level, imported=True, last_contact_on=contact)


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
