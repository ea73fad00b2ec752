"""The dry run of a batch: its rows staged, each with what will become of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.rules.follow_ups import next_due
from guanxi.cadence.rules.levels import LIVE
from guanxi.customers.operations.claims import asked_today, note_asked
from guanxi.customers.operations.collisions import ASKED_PER_DAY
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.files import MOST_ROWS, REFUSALS, ImportRefused, read_sheets
from guanxi.imports.operations.leases import act_of_batch, hold
from guanxi.imports.operations.planning import Layout, Row, plan_chunk, planner_of, sheet_rules
from guanxi.imports.operations.uploads import lock_batch
from guanxi.imports.rules.plans import RowPlan
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import data_rows
from guanxi.organization.acts import Act
from guanxi.organization.rows import insert_rows

STAGED_AT_ONCE = 1000


def check_batch(batch: ImportBatch, at: datetime) -> None:
    """Stage the rows and plan them; a check that was cut off starts anew. The batch ends CHECKED or REFUSED."""
    act = act_of_batch(batch, at)
    try:
        _stage(act, batch, at)
    except ImportRefused as refused:
        refuse_batch(batch, refused.message)


@transaction.atomic
def refuse_batch(batch: ImportBatch, message: object) -> None:
    """End a batch that cannot go on, with the reason to show."""
    batch = lock_batch(batch, *ImportBatch.State.values)
    batch.state, batch.refusal, batch.lease_until = ImportBatch.State.REFUSED, str(message)[:300], None
    batch.save(update_fields=["state", "refusal", "lease_until"])


def layout_of(batch: ImportBatch) -> Layout:
    return Layout(tuple(batch.headers), batch.columns)


def rows_of(batch: ImportBatch) -> list[Row]:
    """The rows below the header, without title, blank and total lines. Raises ImportRefused."""
    position = [sheet["name"] for sheet in batch.sheets].index(batch.sheet)
    rows: list[Row] = list(
        data_rows(read_sheets(settings.UPLOADS / batch.stored_as)[position], batch.header_row - 1)
    )
    if len(rows) > MOST_ROWS:
        raise ImportRefused(REFUSALS["too_many_rows"], "too_many_rows")
    return rows


def stored_cells(cells: Sequence[Cell]) -> list[Any]:
    """Cells as JSON keeps them; dates as text, which is read the same."""
    return [cell_text(cell) if isinstance(cell, date | datetime | time) else cell for cell in cells]


def _stage(act: Act, batch: ImportBatch, at: datetime) -> None:
    rows = rows_of(batch)
    batch.import_rows.all().delete()
    ImportBatch.objects.filter(pk=batch.pk).update(rows=len(rows), done_rows=0)
    rules = sheet_rules(act, layout_of(batch))
    planner = planner_of(act, rules)
    told: set[int] = set()
    counts: Counter[str] = Counter()
    late = 0
    allowed = ASKED_PER_DAY - asked_today(act) if act.by else 0
    for part in _parts(rows):
        with transaction.atomic():
            hold(lock_batch(batch, ImportBatch.State.CHECKING), at)
            plans = plan_chunk(act, rules, planner, part)
            _tell_of_taken(act, plans, told, allowed)
            insert_rows(_staged(batch, row, plan) for row, plan in zip(part, plans, strict=True))
            ImportBatch.objects.filter(pk=batch.pk).update(done_rows=sum(counts.values()) + len(part))
        counts.update(plan.outcome for plan in plans)
        late += sum(_is_late(act, plan) for plan in plans)
    _finish(batch, counts, late)


@transaction.atomic
def _finish(batch: ImportBatch, counts: Counter[str], late: int) -> None:
    batch = lock_batch(batch, ImportBatch.State.CHECKING)
    batch.plan, batch.starts_late = dict(counts), late
    batch.state, batch.done_rows, batch.lease_until = ImportBatch.State.CHECKED, 0, None
    batch.save()


def _is_late(act: Act, plan: RowPlan) -> bool:
    """Whether the new card's first follow-up is overdue from the start, by its level and last contact."""
    last = plan.row.last_contact_on
    if plan.outcome != "CREATED" or last is None or plan.level not in LIVE:
        return False
    return next_due(plan.level, last, act.store.calendar, act.store.playbook) < act.on


def _staged(batch: ImportBatch, row: Row, plan: RowPlan) -> ImportRow:
    return ImportRow(
        batch=batch, row_no=row[0], cells=stored_cells(row[1]), planned=plan.outcome, reason=plan.row.reason,
        column=plan.row.column, warnings=warnings_of(plan),
    )  # fmt: skip


def warnings_of(plan: RowPlan) -> list[list[str]]:
    return [[warning.code, warning.column] for warning in plan.row.warnings]


def _tell_of_taken(act: Act, plans: Sequence[RowPlan], told: set[int], allowed: int) -> None:
    """That a number is a colleague's is told by the dry run too, so it is logged and limited like asking."""
    taken = {plan.taken.pk for plan in plans if plan.taken and plan.taken.pk} - told
    if not taken:
        return
    told |= taken
    if act.by and len(told) > allowed:
        raise ImportRefused(
            _(
                "Too many of these numbers belong to colleagues' customers. Ask your manager to import the file."
            ),
            "too_many_taken",
        )
    note_asked(act, sorted(taken))


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while part := list(islice(remaining, STAGED_AT_ONCE)):
        yield part
