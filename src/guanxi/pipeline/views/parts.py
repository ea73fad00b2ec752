"""What hangs on an opportunity: assessment, rivals, time, the tasks of being shortlisted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refused_forms import refusals_on
from guanxi.pipeline.forms.assessments import AssessmentForm
from guanxi.pipeline.forms.belongings import BidTaskForm, CompetitorForm, TimeForm
from guanxi.pipeline.models import BidTask, Competitor, TimeSpent
from guanxi.pipeline.operations.assessments import assess
from guanxi.pipeline.operations.bids import report_bid_task
from guanxi.pipeline.operations.rivals import save_competitor, spend_time
from guanxi.pipeline.queries.opportunities import sees_tender_items
from guanxi.pipeline.views.opportunities import editable, url_of
from guanxi.ui.forms import posted
from guanxi.ui.responses import form_sheet, say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Burning issue, unique value, four questions, BANT."""
    row = editable(request, pk)
    form = AssessmentForm.of(row, posted(request))
    if form.is_valid():
        with refusals_on(form, AssessmentForm.of):
            assess(act_of(request), pk, version=form.cleaned_data["version"], given=form.given())
            say(request, _("Assessment saved."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/assessment.html", form, {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def rival_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a rival."""
    row = editable(request, pk)
    form = CompetitorForm(posted(request), instance=Competitor(opportunity=row))
    if form.is_valid():
        with refusals_on(form):
            save_competitor(act_of(request), pk, None, values=form.values())
            say(request, _("Rival saved."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/rival.html", form, {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def rival(request: HttpRequest, pk: int, rival: int) -> HttpResponse:
    """Change what is known of a rival, and how we meet it."""
    row = editable(request, pk)
    found = get_object_or_404(row.competitors, pk=rival)
    form = CompetitorForm(posted(request), instance=found)
    if form.is_valid():

        def stored(current: Competitor) -> CompetitorForm:
            return CompetitorForm(instance=current)

        with refusals_on(form, stored):
            version = form.cleaned_data["version"] or 0
            save_competitor(act_of(request), pk, rival, version=version, values=form.values())
            say(request, _("Rival saved."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/rival.html", form, {"row": row, "rival": rival})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def time_spent(request: HttpRequest, pk: int) -> HttpResponse:
    """Note time and money put into it (R-OPP-05)."""
    row, act = editable(request, pk), act_of(request)
    form = TimeForm(
        posted(request), instance=TimeSpent(), initial={"on": act.on, "minutes": None, "cash": None}
    )
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            spend_time(
                act, pk, on=given["on"], minutes=given["minutes"] or 0, cash=given["cash"], note=given["note"]
            )
            say(request, _("Noted."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/time.html", form, {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@once_per_key
def bid_task(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Report one of the five tasks as done; the tender-sensitive ones are the manager's (R-PRM-11)."""
    user: User = request.user  # type: ignore[assignment]
    row = editable(request, pk)
    if code not in BidTask.Code.values or (code in BidTask.SENSITIVE and not sees_tender_items(user)):
        raise Http404
    task = row.bid_tasks.filter(code=code).first() or BidTask(opportunity=row, code=code, version=0)
    form = BidTaskForm(posted(request), instance=task)
    if form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            report_bid_task(act_of(request), pk, code, version=given["version"], evidence=given["evidence"])
            waits = code in BidTask.SENSITIVE
            say(request, _("Sent to the legal role.") if waits else _("Done."))
            return see_other(request, url_of(row))
    return form_sheet(request, "pipeline/bid_task.html", form, {"row": row, "task": task})
