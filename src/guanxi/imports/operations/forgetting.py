"""Old imports keep their counts, reasons and what an undo needs, but no longer what people typed (PIPL)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.imports.models import ImportBatch, ImportRow
from guanxi.imports.models.batches import AT_WORK
from guanxi.imports.operations.checking import refuse_batch
from guanxi.imports.operations.uploads import CHANGEABLE, lock_batch


def forget_cells(before: datetime) -> int:
    """Empty the rows of batches made before then; twice does no harm. Returns how many rows were emptied.

    A batch nobody started ends, for its rows cannot be imported any more; one at work keeps its own until it rests.
    """
    resting = ImportBatch.objects.filter(created_at__lt=before).exclude(state__in=AT_WORK)
    return sum(_forget(batch) for batch in resting.order_by("pk").iterator())


@transaction.atomic
def _forget(batch: ImportBatch) -> int:
    batch = lock_batch(batch, *ImportBatch.State.values)
    if batch.is_at_work:
        return 0
    if batch.state in CHANGEABLE:
        refuse_batch(batch, _("The file is no longer here. Upload it again."))
    emptied = ImportRow.objects.filter(batch=batch).exclude(cells=[]).update(cells=[])
    if any(sheet["head"] for sheet in batch.sheets):
        batch.sheets = [sheet | {"head": []} for sheet in batch.sheets]
        batch.save(update_fields=["sheets"])
    return emptied
