"""Carrying a batch on until it rests: what the background task, the command line and the tests call."""

from collections.abc import Callable
from datetime import datetime

from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.checking import check_batch
from guanxi.imports.operations.leases import take_lease
from guanxi.imports.operations.running import run_chunk
from guanxi.imports.operations.undoing import undo_chunk


def work_through(batch_id: int, clock: Callable[[], datetime]) -> None:
    """Check, run or undo the batch, whatever its state asks for. Does nothing while another worker holds it.

    ``clock`` is read once a step; a process that dies between two steps leaves whole steps only.
    """
    if not take_lease(batch_id, clock()):
        return
    while step(batch_id, clock()):
        pass


def step(batch_id: int, at: datetime) -> bool:
    """One transaction's worth of work; False when the batch rests."""
    batch = ImportBatch.objects.select_related("store", "by", "owner", "undone_by").get(pk=batch_id)
    match batch.state:
        case ImportBatch.State.CHECKING:
            check_batch(batch, at)
            return False
        case ImportBatch.State.RUNNING:
            return run_chunk(batch, at)
        case ImportBatch.State.UNDOING:
            return undo_chunk(batch, at)
    return False
