"""Moving and reviewing an opportunity, and the evidence it stands on."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guanxi.organization.middleware import act_of
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.pipeline.forms.moves import EvidenceForm, ProgressForm
from guanxi.pipeline.models import EvidenceItem, Opportunity
from guanxi.pipeline.operations.files import folder, sent_as
from guanxi.pipeline.operations.moves import add_evidence, move_opportunity
from guanxi.pipeline.views.opportunities import editable, url_of
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The four progress questions. ``?to=`` is the stage it is to move to; without it the opportunity is reviewed."""
    row, act = editable(request, pk), act_of(request)
    playbook = row.store.playbook
    to = request.GET.get("to", "") or row.stage
    if to not in playbook.stage_order:
        to = row.stage
    initial = {
        "version": row.version, "stage": to, "expected_close_on": row.expected_close_on, "action": row.current_action,
        "plan": row.next_plan,
    }  # fmt: skip
    form = ProgressForm(playbook, posted(request), request.FILES or None, initial=initial)
    if form.is_valid():

        def stored(current: Opportunity) -> ProgressForm:
            now = {name: getattr(current, name) for name in ("stage", "expected_close_on")}
            return ProgressForm(playbook, initial=now)

        with refusals_on(form, stored):
            move = move_opportunity(act, pk, version=form.cleaned_data["version"], progress=form.progress())
            moved = move.from_stage != move.to_stage
            say(request, _("Moved.") if moved else _("Review saved."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/progress.html", form, {"row": row, "on": act.on, "to": to})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep something seen, for or against, without moving."""
    row = editable(request, pk)
    form = EvidenceForm(posted(request), request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            add_evidence(act_of(request), pk, form.drafts())
            say(request, _("Evidence kept."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/evidence.html", form, {"row": row})


@require_safe
def evidence_file(request: HttpRequest, pk: int, item: int) -> HttpResponseBase:
    """The file of a piece of evidence, always as a download: what people upload is never shown as a page of ours."""
    rows = EvidenceItem.objects.visible_to(request.user).filter(opportunity=pk)  # type: ignore[arg-type]
    found = rows.exclude(stored_as="").filter(pk=item).first()
    if found is None:
        raise Http404
    path = folder() / found.stored_as
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.filename, content_type=sent_as(found.filename)
    )
