"""The steps of an import: choose the sheet, match the columns, start, undo, go on with the next sheet."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.imports.forms import MappingForm, SheetForm
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.files import ImportRefused
from guanxi.imports.operations.running import start_run
from guanxi.imports.operations.undoing import start_undo
from guanxi.imports.operations.uploads import choose_sheet, continue_with, match_fields
from guanxi.imports.queries.previews import samples_of
from guanxi.imports.tasks import continue_import
from guanxi.imports.views.batches import batch_or_404, mapping_page
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.ui.responses import say, see_other


@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Take another sheet or another header row."""
    batch = batch_or_404(request, pk)
    form = SheetForm(batch, request.POST)
    if not form.is_valid():
        return mapping_page(request, batch, refusal=_("Choose a sheet and one of its first 30 rows."))
    chosen, header_row = form.cleaned_data["sheet"], form.cleaned_data["header_row"] or 0
    kind = form.cleaned_data["kind"]
    if chosen != batch.sheet:
        # What was found out about the sheet before says nothing of this one.
        header_row, kind = 0, "" if kind == batch.kind else kind
    return _step(request, pk, lambda: choose_sheet(act_of(request), batch, chosen, header_row, kind))


@require_POST
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle the columns and have the rows checked."""
    batch = batch_or_404(request, pk)
    form = MappingForm(request.user, batch, samples_of(batch), request.POST)  # type: ignore[arg-type]
    if not form.is_valid():
        return mapping_page(request, batch, form)
    try:
        match_fields(act_of(request), batch, form.mapping(), form.chosen_owner())
    except ImportRefused as refused:
        return mapping_page(request, batch, form, refused.message)
    return _woken(request, pk)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Import for real."""
    batch = batch_or_404(request, pk)
    return _step(request, pk, lambda: start_run(act_of(request), batch))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole import back."""
    batch = batch_or_404(request, pk)
    return _step(request, pk, lambda: start_undo(act_of(request), batch))


@require_POST
@once_per_key
def next_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with another sheet of the same workbook."""
    batch = batch_or_404(request, pk)
    try:
        following = continue_with(act_of(request), batch, request.POST.get("sheet", ""))
    except ImportRefused as refused:
        say(request, refused.message)
        return see_other(request, reverse("import-detail", args=[pk]))
    return see_other(request, reverse("import-detail", args=[following.pk]))


def _step(request: HttpRequest, pk: int, step: Callable[[], ImportBatch]) -> HttpResponse:
    """Carry a step out; a step that no longer fits (pressed twice, in two windows) is said and changes nothing."""
    try:
        step()
    except ImportRefused as refused:
        say(request, refused.message)
        return see_other(request, reverse("import-detail", args=[pk]))
    return _woken(request, pk)


def _woken(request: HttpRequest, pk: int) -> HttpResponse:
    transaction.on_commit(lambda: continue_import.enqueue(pk))
    return see_other(request, reverse("import-detail", args=[pk]))
