"""Undo of a whole import, 200 rows a transaction. What somebody worked on since is listed and left as it is."""

from datetime import datetime

from django.db import transaction

from guanxi.deals.operations.ledger import forget_products
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.kinds import take_back
from guanxi.imports.operations.leases import LEASE, act_of_batch
from guanxi.imports.operations.planning import CHUNK
from guanxi.imports.operations.uploads import lock_batch
from guanxi.imports.queries.deal_books import source_of
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store
from guanxi.organization.rows import update_rows


@transaction.atomic
def start_undo(act: Act, batch: ImportBatch) -> ImportBatch:
    """Have a finished import taken back. Raises ImportRefused in any other state."""
    batch = lock_batch(batch, ImportBatch.State.DONE)
    batch.state, batch.undone_by, batch.lease_until = ImportBatch.State.UNDOING, act.by, None
    batch.done_rows, batch.kept_on_undo = 0, []
    batch.version += 1
    batch.save()
    leave_trace([act.entry("import_undo_started", batch)])
    return batch


@transaction.atomic
def undo_chunk(given: ImportBatch, at: datetime) -> bool:
    """Take back the last 200 rows not yet taken back; False when there is nothing left."""
    Store.objects.select_for_update(no_key=True).get(pk=given.store_id)
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("store").get(pk=given.pk)
    if batch.state != ImportBatch.State.UNDOING:
        return False
    act = act_of_batch(batch, at)
    rows = list(batch.import_rows.filter(is_undone=False).order_by("-row_no")[:CHUNK])
    if not rows:
        # Rows of the ledger only sheets of sales have; without any this is all the products nothing names.
        batch.products = forget_products(act, source_of(batch, ""), batch.products)
        batch.state, batch.lease_until, batch.finished_at = ImportBatch.State.UNDONE, None, at
        batch.save()
        leave_trace(
            [
                act.entry(
                    "import_undone",
                    batch,
                    changes={
                        "kept": [None, len(batch.kept_on_undo)],
                        "products_kept": [None, len(batch.products)],
                    },
                )
            ]
        )
        return False
    kept = take_back(act, batch, rows)
    for row in rows:
        row.is_undone = True
    update_rows(rows, ["is_undone"])
    batch.kept_on_undo = [*batch.kept_on_undo, *([row.row_no, row.customer_id] for row in kept)]
    batch.done_rows += len(rows)
    batch.lease_until = at + LEASE
    batch.save()
    return True
