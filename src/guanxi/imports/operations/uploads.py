"""From a file to a batch whose columns are matched."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.imports.models import ColumnMemory, ImportBatch
from guanxi.imports.operations.files import ImportRefused, drop_file, keep_file, read_sheets
from guanxi.imports.queries.kinds import KINDS
from guanxi.imports.queries.rights import may_use
from guanxi.imports.rules.columns import Columns, clean_mapping, find_columns, match_columns
from guanxi.imports.rules.vocabularies import VOCABULARIES
from guanxi.lib.spreadsheets.cells import Cell, cell_text
from guanxi.lib.spreadsheets.headers import ROWS_SEARCHED
from guanxi.lib.spreadsheets.reading import Sheet
from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.ui.punctuation import listed

AT_ONCE = 2
MOST_SHEETS = 50
SHOWN_COLUMNS, SHOWN_TEXT = 80, 60
CHANGEABLE = (ImportBatch.State.UPLOADED, ImportBatch.State.CHECKED)


def take_upload(act: Act, filename: str, chunks: Iterable[bytes], owner: User | None) -> ImportBatch:
    """Keep an uploaded file, read it in a child process, and match the columns of its first usable sheet.

    Opens its own transaction after the slow part. Raises ImportRefused for a file that is not read, a person
    who may not import or receive customers, and while the person has two imports running.
    """
    _check_owner(act, owner)
    _check_running(act)
    stored_as, sha256 = keep_file(filename, chunks)
    try:
        found = read_sheets(settings.UPLOADS / stored_as)[:MOST_SHEETS]
        if len(found) == 1 and stored_as.startswith(found[0].name):
            # A text file's one sheet is named after the file, which here has a name of ours.
            found[0].name = Path(_shown_name(filename)).stem
        sheets = [_described(sheet) for sheet in found]
        return _open_batch(act, filename, stored_as, sha256, sheets, owner)
    except BaseException:
        drop_file(stored_as)
        raise


@transaction.atomic
def choose_sheet(
    act: Act, batch: ImportBatch, sheet: str, header_row: int = 0, kind: str = ""
) -> ImportBatch:
    """Take another sheet of the workbook, or another of its first 30 rows (counted from 1) as the header, or read it as
    another kind; without one, the kind it looks like."""
    batch = lock_batch(batch, *CHANGEABLE)
    _match(batch, sheet, header_row, kind)
    batch.state = ImportBatch.State.UPLOADED
    batch.save()
    return batch


@transaction.atomic
def match_fields(act: Act, batch: ImportBatch, mapping: Mapping[int, str], owner: User | None) -> ImportBatch:
    """Settle what each column is and who gets the customers, remember it for files of this shape, and have the
    rows checked. Raises ImportRefused unless the columns hold what a row of the kind needs."""
    batch = lock_batch(batch, *CHANGEABLE)
    _check_owner(act, owner)
    kept = clean_mapping(mapping, len(batch.headers), batch.kind)
    if not VOCABULARIES[batch.kind].is_complete(kept.values()):
        raise ImportRefused(KINDS[batch.kind].needs, "no_required", "mapping")
    batch.mapping = {str(column): name for column, name in kept.items()}
    batch.owner = owner
    batch.state = ImportBatch.State.CHECKING
    batch.rows = batch.done_rows = 0
    batch.lease_until = None
    batch.version += 1
    batch.save()
    _remember(act, batch)
    return batch


def _remember(act: Act, batch: ImportBatch) -> None:
    """The mapping for the store's next file of this shape; columns the person may not use stay as somebody who may had
    them."""
    known: dict[str, Any] = {"store": act.store, "kind": batch.kind, "shape": batch.shape}
    memory = ColumnMemory.objects.filter(**known).first()
    reserved = {
        column: name for column, name in (memory.mapping if memory else {}).items()
        if not may_use(act.by, name, batch.kind) and column not in batch.mapping
    }  # fmt: skip
    ColumnMemory.objects.update_or_create(**known, defaults={"mapping": reserved | batch.mapping})


@transaction.atomic
def continue_with(act: Act, batch: ImportBatch, sheet: str) -> ImportBatch:
    """A new batch for another sheet of the same file."""
    _check_running(act)
    if not (settings.UPLOADS / batch.stored_as).exists():
        raise ImportRefused(_("The file is no longer here. Upload it again."), "gone", "file")
    return _open_batch(act, batch.filename, batch.stored_as, batch.sha256, batch.sheets, batch.owner, sheet)


def lock_batch(batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch locked for a step it may take now; raises ImportRefused in any other state."""
    locked = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("store", "by", "owner")
        .get(pk=batch.pk)
    )
    if locked.state not in states:
        raise ImportRefused(_("This import is already further on. Load the page again."), "state")
    return locked


@transaction.atomic
def _open_batch(
    act: Act, filename: str, stored_as: str, sha256: str, sheets: list[dict[str, Any]], owner: User | None,
    sheet: str = "",
) -> ImportBatch:  # fmt: skip
    batch = ImportBatch(
        store=act.store, by=act.by, owner=owner, filename=_shown_name(filename), stored_as=stored_as, sha256=sha256,
        sheets=sheets, created_at=act.at,
    )  # fmt: skip
    first = next((found["name"] for found in sheets if found["importable"]), sheets[0]["name"])
    _match(batch, sheet or first)
    batch.save()
    leave_trace([act.entry("import_uploaded", batch, changes={"file": [None, batch.filename]})])
    return batch


def _match(batch: ImportBatch, sheet: str, header_row: int = 0, kind: str = "") -> None:
    described = next((found for found in batch.sheets if found["name"] == sheet), None)
    if described is None:
        raise ImportRefused(no_sheet_message(sheet, batch.sheets), "no_sheet", "sheet")
    head = described["head"]
    columns = match_columns(head, header_row, kind) if header_row else find_columns(head, kind)
    batch.sheet, batch.kind = sheet, columns.kind
    batch.header_row, batch.headers, batch.shape = columns.header_row, list(columns.headers), columns.shape
    batch.mapping = {str(column): name for column, name in _remembered(batch, columns).items()}


def _remembered(batch: ImportBatch, columns: Columns) -> Mapping[int, str]:
    memory = ColumnMemory.objects.filter(store=batch.store, kind=batch.kind, shape=columns.shape).first()
    if memory is None:
        return columns.mapping
    return clean_mapping(
        {int(column): name for column, name in memory.mapping.items()}, len(columns.headers), batch.kind
    )


def no_sheet_message(sheet: str, sheets: Sequence[Mapping[str, Any]]) -> Any:
    return _("There is no sheet %(sheet)s. The workbook has: %(sheets)s.") % {
        "sheet": sheet, "sheets": listed(found["name"] for found in sheets),
    }  # fmt: skip


def no_header_message(sheet: str, kind: str = "") -> Any:
    """For a sheet without a header: every header we understand in this kind of sheet, or in sheets of customers."""
    return _("Sheet %(sheet)s has no header we know. Headers understood: %(headers)s.") % {
        "sheet": sheet, "headers": listed(VOCABULARIES[kind or "customers"].headers_understood()),
    }  # fmt: skip


def _described(sheet: Sheet) -> dict[str, Any]:
    columns = find_columns(sheet.rows)
    head = [[_shown(cell) for cell in row[:SHOWN_COLUMNS]] for row in sheet.rows[:ROWS_SEARCHED]]
    return {
        "name": sheet.name[:80], "rows": len(sheet.rows), "importable": columns.is_importable,
        "header_row": columns.header_row, "head": head,
    }  # fmt: skip


def _shown(cell: Cell) -> str:
    return cell_text(cell)[:SHOWN_TEXT]


def _shown_name(filename: str) -> str:
    return (cell_text(filename.replace("\\", "/").rpartition("/")[2]) or "-")[-200:]


def _check_owner(act: Act, owner: User | None) -> None:
    """AZ-06: customers may be given only to people the importer reaches."""
    if act.by is None:
        return
    if act.by.write_reach == Reach.NONE:
        raise ImportRefused(_("You may not import customers."), "not_allowed")
    if owner is not None and not User.objects.givable_by(act.by).filter(pk=owner.pk).exists():
        raise ImportRefused(_("Choose somebody of your own team or store."), "owner", "owner")
    if owner is None:
        raise ImportRefused(_("Choose who gets the customers."), "owner", "owner")


def _check_running(act: Act) -> None:
    if act.by and ImportBatch.objects.at_work().filter(by=act.by).count() >= AT_ONCE:
        raise ImportRefused(
            _("Two of your imports are still running. Wait for one to finish."), "busy", "file"
        )
