"""The list of imports and the page of one, whatever its state."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.imports.forms import MappingForm, SheetForm, UploadForm
from guanxi.imports.models import ImportBatch
from guanxi.imports.operations.leases import needs_waking
from guanxi.imports.operations.uploads import take_upload
from guanxi.imports.queries.failed_rows import failed_workbook
from guanxi.imports.queries.previews import get_batch, preview_of, samples_of
from guanxi.imports.rules.columns import is_owner_sheet
from guanxi.imports.tasks import continue_import
from guanxi.organization.acts import leave_trace
from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import posted
from guanxi.ui.responses import see_other

SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATES = {
    ImportBatch.State.UPLOADED: "imports/mapping.html",
    ImportBatch.State.CHECKED: "imports/preview.html",
    ImportBatch.State.REFUSED: "imports/refused.html",
}


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key(one_transaction=False)
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported before, and the form for the next file."""
    actor = request.user
    if actor.write_reach == Reach.NONE:  # type: ignore[union-attr]
        raise Http404
    form = UploadForm(actor, posted(request), request.FILES or None)  # type: ignore[arg-type]
    if form.is_valid():
        upload = form.cleaned_data["file"]
        with refusals_on(form):
            batch = take_upload(act_of(request), upload.name, upload.chunks(), form.chosen_owner())
            return see_other(request, reverse("import-detail", args=[batch.pk]))
    batches = ImportBatch.objects.visible_to(actor).select_related("by", "owner")[:SHOWN]  # type: ignore[arg-type]
    status = 422 if form.errors else 200
    return render(request, "imports/imports.html", {"form": form, "batches": batches}, status=status)


@require_safe
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Columns to match, the dry run, the progress or the result."""
    batch = batch_or_404(request, pk)
    if batch.state == ImportBatch.State.CHECKED and "columns" in request.GET:
        return mapping_page(request, batch)
    if batch.state == ImportBatch.State.UPLOADED:
        return mapping_page(request, batch)
    template = TEMPLATES.get(
        batch.state, "imports/progress.html" if batch.is_at_work else "imports/result.html"
    )  # type: ignore[call-overload]
    return render(request, template, _context(request, batch))


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar, asked for each second; sends the browser on when the work is done."""
    batch = batch_or_404(request, pk)
    if not batch.is_at_work:
        return see_other(request, reverse("import-detail", args=[pk]))
    return render(request, "imports/progress.html#bar", _context(request, batch))


@require_safe
def failed_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The failed rows with their reasons, to be mended and imported again."""
    batch = batch_or_404(request, pk)
    content = failed_workbook(batch)
    leave_trace([act_of(request).entry("import_failures_exported", batch)])
    name = f"guanxi-import-{batch.pk}-failed.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def batch_or_404(request: HttpRequest, pk: int) -> ImportBatch:
    try:
        return get_batch(request.user, pk)  # type: ignore[arg-type]
    except ImportBatch.DoesNotExist:
        raise Http404 from None


def mapping_page(
    request: HttpRequest, batch: ImportBatch, form: MappingForm | None = None, refusal: Any = ""
) -> HttpResponse:
    """The page on which columns are matched, with what was wrong about the last try."""
    form = form or MappingForm(request.user, batch, samples_of(batch))  # type: ignore[arg-type]
    described = next((sheet for sheet in batch.sheets if sheet["name"] == batch.sheet), None)
    context = {
        "batch": batch, "form": form, "sheet_form": SheetForm(batch), "refusal": refusal,
        "is_owner_sheet": is_owner_sheet(batch.columns), "described": described,
        "already": _already(request, batch),
    }  # fmt: skip
    return render(request, "imports/mapping.html", context, status=422 if refusal or form.errors else 200)


def _context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    if batch.is_at_work:
        if needs_waking(batch, request.at):  # type: ignore[attr-defined]
            continue_import.enqueue(batch.pk)
        words = {
            "CHECKING": _("Checking the rows"),
            "RUNNING": _("Importing"),
            "UNDOING": _("Taking it back"),
        }
        return {"batch": batch, "words": words[batch.state], "total": batch.rows or 1}
    if batch.state == ImportBatch.State.REFUSED:
        return {"batch": batch}
    return {"batch": batch, "preview": preview_of(batch, request.user)}  # type: ignore[arg-type]


def _already(request: HttpRequest, batch: ImportBatch) -> ImportBatch | None:
    """The same sheet of the same file, imported before: worth saying, though doing it again changes nothing."""
    rows = ImportBatch.objects.visible_to(request.user).filter(sha256=batch.sha256, sheet=batch.sheet)  # type: ignore[arg-type]
    return rows.filter(state=ImportBatch.State.DONE).exclude(pk=batch.pk).first()
