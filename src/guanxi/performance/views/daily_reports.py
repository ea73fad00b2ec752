"""The daily report: a consultant's own, the leaders' list, one to read and comment (F-DAY-1)."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanxi.organization.acts import Act
from guanxi.organization.guards import only_for
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.once import once_per_key
from guanxi.organization.refusals import Refused
from guanxi.organization.refused_forms import refusals_on
from guanxi.organization.rules.roles import LEADERS
from guanxi.performance.forms import ReportForm, ReviewForm
from guanxi.performance.models import DailyReport
from guanxi.performance.operations.daily_reports import (
    review_report,
    submit_report,
    supplement_report,
    take_back_report,
)
from guanxi.performance.queries.about import About
from guanxi.performance.queries.closes import days_told, is_locked, told
from guanxi.performance.queries.daily_reports import (
    DAILY_REPORT,
    added_later,
    figures_of,
    is_overdue,
    report_lines,
    report_of,
)
from guanxi.performance.rules.daily_reports import free_lines
from guanxi.performance.rules.periods import day
from guanxi.performance.views.places import OVERSEERS, READERS, WRITERS, asked_day, tabs
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*READERS)
@once_per_key
def daily_report(request: HttpRequest) -> HttpResponse:
    """One's own report of today, or of ``?on=``: everything is there, a remark may be added, then it is sent."""
    user: User = request.user  # type: ignore[assignment]
    if not user.has_role(*WRITERS):
        return redirect("daily-reports")
    act = act_of(request)
    on = asked_day(request, act.on)
    if on > act.on:
        raise Http404
    report = report_of(user, act.store, on)
    form = ReportForm.of(report, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form, ReportForm.of):
            sent = submit_report(
                act,
                given["on"],
                remark=given["remark"],
                free_rows=given["free_rows"],
                version=given["version"],
            )
            message = _("Submitted, late.") if sent.is_late else _("Submitted.")
            say(request, message, undo_url=reverse("daily-report-return", args=[sent.pk]))
            return see_other(request, _own_url(on, act.on))
    context = _told(request, report, act.on) | {"form": form, "tabs": tabs(request, "daily-report")}
    return render(request, "performance/daily_report.html", context, status=form.answer_status)


def _own_url(on: date, today: date) -> str:
    url = reverse("daily-report")
    return url if on == today else f"{url}?on={on.isoformat()}"


def _figures(report: DailyReport, act: Act, today: date) -> dict[str, object]:
    """What the report says; of a locked month what it said then, also when nobody had handed it in."""
    _days, locked = days_told(act.store, report.on, today)
    kept = told(DAILY_REPORT, About(act.store, report.user, day(report.on)), locked) if locked else None
    return kept or figures_of(report)


def _told(request: HttpRequest, report: DailyReport, today: date) -> dict[str, object]:
    on, act = report.on, act_of(request)
    return {
        "report": report,
        "figures": _figures(report, act, today),
        "added": 0 if is_locked(act.store, on) else added_later(report),
        "free": free_lines(report.free_rows),
        "on": on,
        "today": today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < today else None,
        "overdue": not report.is_submitted and is_overdue(act.store, on, act.at),
    }


@require_POST
@only_for(*WRITERS)
@once_per_key
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one's submitted report a draft again."""
    act = act_of(request)
    try:
        report = take_back_report(act, pk)
    except DailyReport.DoesNotExist as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, str(refused.message))
        return see_other(request, reverse("daily-report"))
    say(request, _("Taken back. It follows the day again until you submit it."))
    return see_other(request, _own_url(report.on, act.on))


@require_POST
@only_for(*WRITERS)
@once_per_key
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what was done after one's report was handed in."""
    act = act_of(request)
    report = DailyReport.objects.filter(user=act.by, pk=pk).first()
    if report is None:
        raise Http404
    try:
        supplement_report(act, pk, version=int(request.POST.get("version") or report.version))
        say(request, _("Supplement submitted."))
    except DailyReport.DoesNotExist as error:
        raise Http404 from error
    except (Refused, ValueError) as refused:
        messages.error(request, str(getattr(refused, "message", refused)))
    return see_other(request, _own_url(report.on, act.on))


@require_safe
@only_for(*OVERSEERS)
def daily_reports(request: HttpRequest) -> HttpResponse:
    """The reports of a day, consultant by consultant, with what is missing first told."""
    user: User = request.user  # type: ignore[assignment]
    act = act_of(request)
    on = asked_day(request, act.on)
    if on > act.on:
        raise Http404
    lines = report_lines(user, act.store, on, act.at)
    context = {
        "tabs": tabs(request, "daily-reports"),
        "lines": lines,
        "sent": sum(line.report is not None and line.report.is_submitted for line in lines),
        "waiting": sum(line.state == DailyReport.State.SUBMITTED for line in lines),
        "missing": sum(line.is_missing for line in lines),
        "on": on,
        "today": act.on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < act.on else None,
    }
    return render(request, "performance/daily_reports.html", context)


@require_safe
@only_for(*READERS)
def daily_report_of(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """The report of a person within reach, live while it is a draft."""
    person, act = _person(request, pk), act_of(request)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if on > act.on:
        raise Http404
    report = report_of(person, person.store or act.store, on)
    return _reading(request, report, ReviewForm(initial=_review_initial(request, report)))


def _reading(request: HttpRequest, report: DailyReport, form: ReviewForm) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    may_review = (
        report.is_submitted
        and user.has_role(*LEADERS)
        and DailyReport.objects.reviewable_by(user).filter(pk=report.pk).exists()
    )
    context = _told(request, report, act_of(request).on)
    context |= {"person": report.user, "form": form if may_review else None}
    return render(request, "performance/daily_report_of.html", context, status=form.answer_status)


def _review_initial(request: HttpRequest, report: DailyReport) -> dict[str, object]:
    own = {report.manager_id: report.manager_note, report.supervisor_id: report.supervisor_note}
    return {"version": report.version, "note": own.get(request.user.pk, "")}


@require_POST
@only_for(*LEADERS)
@once_per_key
def daily_report_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on a report, or mark it as reviewed."""
    report = DailyReport.objects.reviewable_by(request.user).exclude(state=DailyReport.State.DRAFT)  # type: ignore[arg-type]
    found = report.select_related("user", "store", "supervisor", "manager").filter(pk=pk).first()
    if found is None:
        raise Http404
    form = ReviewForm(request.POST)
    if form.is_valid():
        done = request.POST.get("answer") != "comment"
        with refusals_on(form, lambda stored: ReviewForm(initial=_review_initial(request, stored))):
            review_report(
                act_of(request),
                pk,
                form.cleaned_data["note"],
                version=form.cleaned_data["version"],
                done=done,
            )
            say(request, _("Reviewed.") if done else _("Comment saved."))
            return see_other(request, f"{reverse('daily-reports')}?on={found.on.isoformat()}")
    return _reading(request, found, form)


def _person(request: HttpRequest, pk: int) -> User:
    found = User.objects.colleagues_of(request.user).select_related("store", "team").filter(pk=pk).first()  # type: ignore[arg-type]
    if found is None or found.store_id is None:
        raise Http404
    return found
