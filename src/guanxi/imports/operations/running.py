"""The real run: 200 rows a transaction, what they write and their row ledger together (promise P3)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guanxi.customers.operations.cards import CardRefused
from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.operations.checking import layout_of, refuse_batch
from guanxi.imports.operations.kinds import open_sheet, write_plans
from guanxi.imports.operations.leases import LEASE, act_of_batch
from guanxi.imports.operations.planning import CHUNK, Plan, warnings_of
from guanxi.imports.operations.uploads import lock_batch
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditEntry, Store
from guanxi.organization.rows import update_rows
from guanxi.organization.rules.roles import Reach

TRIES = 3
LEDGER = ("outcome", "reason", "column", "warnings", "customer", "before", "made", "audit_mark")


@transaction.atomic
def start_run(act: Act, batch: ImportBatch) -> ImportBatch:
    """Let a checked batch run. Raises ImportRefused in any other state, so a second press does nothing."""
    batch = lock_batch(batch, ImportBatch.State.CHECKED)
    batch.state, batch.lease_until = ImportBatch.State.RUNNING, None
    batch.done_rows = batch.created = batch.updated = batch.skipped = batch.failed = 0
    batch.version += 1
    batch.save()
    leave_trace([act.entry("import_started", batch, changes={"rows": [None, batch.rows]})])
    return batch


def run_chunk(batch: ImportBatch, at: datetime) -> bool:
    """Import the next 200 waiting rows; False when there is nothing left to do.

    Somebody may take one of the numbers between planning and writing; then the chunk is planned again.
    """
    for attempt in range(TRIES):
        try:
            return _run_chunk(batch, at)
        except CardRefused:
            if attempt == TRIES - 1:
                raise
    return False


@transaction.atomic
def _run_chunk(given: ImportBatch, at: datetime) -> bool:
    # Imports of one store take turns, so two files with the same customers never open the same card twice.
    Store.objects.select_for_update(no_key=True).get(pk=given.store_id)
    batch = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("store", "by", "owner")
        .get(pk=given.pk)
    )
    if batch.state != ImportBatch.State.RUNNING:
        return False
    act = act_of_batch(batch, at)
    if act.by is not None and (not act.by.is_active or act.by.write_reach == Reach.NONE):
        refuse_batch(batch, _("The person who started this import may no longer import."))
        return False
    waiting = batch.import_rows.filter(outcome=ImportRow.Outcome.WAITING).order_by("row_no")
    rows = list(waiting.only("batch", "row_no", "cells")[:CHUNK])
    if not rows:
        _finish(act, batch)
        return False
    sheet = open_sheet(act, layout_of(batch))
    plans = sheet.plan([(row.row_no, row.cells) for row in rows], batch=batch, lock=True)
    products = write_plans(act, batch, rows, plans)
    _keep_ledger(rows, plans)
    _count(batch, plans, products, at)
    return True


def _keep_ledger(rows: Sequence[ImportRow], plans: Sequence[Plan]) -> None:
    mark = AuditEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    for row, plan in zip(rows, plans, strict=True):
        row.outcome, row.reason, row.column = plan.outcome, plan.row.reason, plan.row.column
        row.warnings, row.audit_mark = warnings_of(plan), mark
    update_rows(rows, LEDGER)


def _count(batch: ImportBatch, plans: Sequence[Plan], products: Sequence[int], at: datetime) -> None:
    counts = Counter(plan.outcome for plan in plans)
    batch.created += counts["CREATED"]
    batch.updated += counts["UPDATED"]
    batch.skipped += counts["SKIPPED"]
    batch.failed += counts["FAILED"]
    batch.done_rows += len(plans)
    batch.products = [*batch.products, *products]
    batch.lease_until = at + LEASE
    batch.save()


def _finish(act: Act, batch: ImportBatch) -> None:
    batch.state, batch.lease_until, batch.finished_at = ImportBatch.State.DONE, None, act.at
    batch.save()
    counts = {name: [None, getattr(batch, name)] for name in ("created", "updated", "skipped", "failed")}
    leave_trace([act.entry("import_finished", batch, changes=counts)])
