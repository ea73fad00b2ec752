"""Who works on a batch now: a lease in its row, so a lost or doubled task changes nothing."""

from datetime import datetime, timedelta

from django.db.models import Q

from guanxi.imports.models import ImportBatch
from guanxi.organization.acts import Act

LEASE = timedelta(seconds=60)
PATIENCE = timedelta(seconds=20)


def take_lease(batch_id: int, at: datetime) -> bool:
    """Claim a batch that is at work and that nobody holds."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    return bool(ImportBatch.objects.at_work().filter(free, pk=batch_id).update(lease_until=at + LEASE))


def hold(batch: ImportBatch, at: datetime) -> None:
    """Keep the lease a while longer, inside the transaction of a step."""
    ImportBatch.objects.filter(pk=batch.pk).update(lease_until=at + LEASE)


def needs_waking(batch: ImportBatch, at: datetime) -> bool:
    """Whether the batch is at work, nobody holds it, and the last wake-up was a while ago; notes the new one."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    quiet = Q(woken_at__isnull=True) | Q(woken_at__lt=at - PATIENCE)
    return bool(ImportBatch.objects.at_work().filter(free, quiet, pk=batch.pk).update(woken_at=at))


def act_of_batch(batch: ImportBatch, at: datetime) -> Act:
    """The act of the person whose import, or whose undo, this is."""
    by = batch.undone_by if batch.state == ImportBatch.State.UNDOING else batch.by
    return Act(by=by, at=at, source="import", request_id=request_id(batch), given_store=batch.store)


def request_id(batch: ImportBatch) -> str:
    """Marks the audit entries of a batch as its own."""
    return f"import-{batch.pk}"
