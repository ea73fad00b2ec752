"""Imports: upload, columns, dry run, run, undo; the same steps as on the pages."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.files import ImportRefused
from guanxi.imports.operations.running import start_run
from guanxi.imports.operations.undoing import start_undo
from guanxi.imports.operations.uploads import choose_sheet, match_fields, take_upload
from guanxi.imports.queries.previews import get_batch, preview_of, samples_of
from guanxi.imports.tasks import continue_import
from guanxi.organization.api.callers import acting, caller
from guanxi.organization.api.pages import newest_first
from guanxi.organization.api.problems import Forbidden
from guanxi.organization.api.schemas import Asked, Code, Id, Limit, Person, Told, Whole, words
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach

router = Router(tags=["imports"])

COUNTS = ("created", "updated", "skipped", "failed")


class Column(Told):
    """A column of the sheet: its header, first values with numbers masked, and the field it is."""

    index: int
    header: str
    values: list[str]
    field: str


class FailedRow(Told):
    row: int
    column: str
    reason: str
    value: str


class ImportTold(Told):
    """``kind`` is customers or deals, ``state`` is UPLOADED, CHECKING, CHECKED, RUNNING, DONE, UNDOING, UNDONE or
    REFUSED; created + updated + skipped + failed = rows. While CHECKED the counts are what will happen."""

    id: int
    filename: str
    kind: str
    state: str
    refusal: str
    sheet: str
    sheets: list[str]
    header_row: int
    owner: Person | None
    rows: int
    done_rows: int
    created: int
    updated: int
    skipped: int
    failed: int
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, batch: ImportBatch) -> "ImportTold":
        counts = {}
        if batch.state == ImportBatch.State.CHECKED:
            counts = {name: batch.plan.get(name.upper(), 0) for name in COUNTS}
        sheets = [sheet["name"] for sheet in batch.sheets]
        return cls.copied(batch, sheets=sheets, owner=Person.of(batch.owner), **counts)


class ImportDetail(ImportTold):
    columns: list[Column]
    failures: list[FailedRow]


class ImportFilters(Asked):
    before: Id | None = None
    limit: Limit = 50


@router.get("/imports", response=list[ImportTold])
def list_imports(request: HttpRequest, asked: Query[ImportFilters]) -> Any:
    """One's own imports, a manager's the store's; ``before`` is the id of the last one seen."""
    rows = ImportBatch.objects.visible_to(caller(request)).select_related("owner")
    return [ImportTold.of(batch) for batch in newest_first(rows, asked.before, asked.limit)]


@router.post("/imports", response={201: ImportDetail})
def upload(request: HttpRequest, file: File[UploadedFile], owner: Form[int | None] = None) -> Any:
    """Upload a workbook; its header row is found and its columns are matched. ``owner`` gets the customers;
    left out, the caller."""
    user = caller(request)
    if user.write_reach == Reach.NONE:
        raise Forbidden(_("You may not import customers."))
    batch = take_upload(acting(request), file.name or "", file.chunks(), _owner(user, owner))
    return Status(201, detail(batch, user))


@router.get("/imports/{id}", response=ImportDetail)
def read_import(request: HttpRequest, id: Id) -> Any:
    """The columns, the state, the counts, and the first failed rows."""
    return detail(get_batch(caller(request), id), caller(request))


class SheetAsked(Asked):
    """``header_row`` counts from 1 within the first 30 rows; ``kind`` is customers or deals. Left out, they are looked
    for."""

    sheet: str = words(80, needed=True)
    header_row: Annotated[Whole, Field(le=30)] = 0
    kind: Literal["", "customers", "deals"] = ""


@router.put("/imports/{id}/sheet", response=ImportDetail)
def take_sheet(request: HttpRequest, id: Id, body: SheetAsked) -> Any:
    """Take another sheet of the workbook, or another header row."""
    batch = get_batch(caller(request), id)
    chosen = choose_sheet(acting(request), batch, body.sheet, body.header_row, body.kind)
    return detail(chosen, caller(request))


class ColumnAsked(Asked):
    index: Whole
    field: Code


class MappingAsked(Asked):
    columns: Annotated[list[ColumnAsked], Field(min_length=1, max_length=200)]
    owner: Id | None = None


@router.put("/imports/{id}/mapping", response=ImportTold)
def settle_mapping(request: HttpRequest, id: Id, body: MappingAsked) -> Any:
    """Say what each column is; the rows are then checked in the background, and nothing is written yet."""
    user = caller(request)
    batch = get_batch(user, id)
    mapping = {column.index: column.field for column in body.columns}
    owner = _owner(user, body.owner) if body.owner is not None else batch.owner
    return _woken(match_fields(acting(request), batch, mapping, owner))


@router.post("/imports/{id}/start", response=ImportTold)
def start(request: HttpRequest, id: Id) -> Any:
    """Import a checked file for real, in the background."""
    return _woken(start_run(acting(request), get_batch(caller(request), id)))


@router.post("/imports/{id}/undo", response=ImportTold)
def undo(request: HttpRequest, id: Id) -> Any:
    """Take a finished import back; cards somebody worked on since stay."""
    return _woken(start_undo(acting(request), get_batch(caller(request), id)))


def detail(batch: ImportBatch, reader: User) -> ImportDetail:
    fields = {int(index): name for index, name in batch.mapping.items()}
    return ImportDetail(
        **ImportTold.of(batch).model_dump(),
        columns=[
            Column(
                index=one.index, header=one.header, values=list(one.values), field=fields.get(one.index, "")
            )
            for one in samples_of(batch)
        ],
        failures=[
            FailedRow(row=row.row_no, column=row.column, reason=str(row.reason), value=row.value)
            for row in preview_of(batch, reader).failures
        ],
    )


def _owner(user: User, asked: int | None) -> User:
    if asked is None or asked == user.pk:
        return user
    owner = User.objects.givable_by(user).filter(pk=asked).first()
    if owner is None:
        raise ImportRefused(_("Choose somebody of your own team or store."), "owner", "owner")
    return owner


def _woken(batch: ImportBatch) -> ImportTold:
    transaction.on_commit(lambda: continue_import.enqueue(batch.pk))
    return ImportTold.of(batch)
