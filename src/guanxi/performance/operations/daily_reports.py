"""Handing in the daily report, adding to it, taking it back; what leaders write on it (R-DAY-03, R-DAY-05, 7.6)."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import Store, User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rows import hold
from guanxi.organization.rules.roles import LEADERS, Role
from guanxi.performance.models import DailyReport
from guanxi.performance.queries.closes import is_locked
from guanxi.performance.queries.daily_reports import added_later
from guanxi.performance.queries.report_days import generated
from guanxi.performance.rules.daily_reports import is_late


class ReportRefused(Refused):
    """The report cannot be handed in, taken back or reviewed."""


@transaction.atomic
def submit_report(
    act: Act, on: date, *, remark: str = "", free_rows: str = "", version: int = 0
) -> DailyReport:
    """Freeze the actor's report of ``on`` as the day stands now; after ``report.late_hour`` of the next day it is
    stamped late. ``version`` is that of the draft seen, 0 for none.

    Raises ReportRefused for anybody but a consultant, a day before they joined or to come, a locked month and a
    second report of the day, StaleEdit.
    """
    assert act.by is not None
    _check_author(hold(act.by), act.store, on)
    _check_day(act, on)
    report = _locked(act.by, on) or DailyReport(user=act.by, store=act.store, on=on, version=0)
    if report.is_submitted:
        raise ReportRefused(_("The report of this day is already submitted."))
    if report.version != version:
        raise StaleEdit(_("Somebody saved this report first."), report)
    report.remark, report.free_rows = remark.strip(), free_rows.strip()
    report.figures = generated(act.by, act.store, on)
    report.state, report.submitted_at = DailyReport.State.SUBMITTED, act.at
    local = act.at.astimezone(ZoneInfo(act.store.timezone))
    report.is_late = is_late(local, on, act.store.playbook.settings.report_late_hour)
    report.version += 1
    report.save()
    leave_trace([
        act.entry("report_submitted", report, changes={"on": [None, str(on)], "late": [None, report.is_late]})
    ])  # fmt: skip
    return report


@transaction.atomic
def supplement_report(act: Act, report_id: int, *, version: int) -> DailyReport:
    """Add what was done after one's own report was handed in (R-DAY-02): the figures are those of now, remark and
    comments stay, and the leaders review it again. The first submission keeps its time and its late stamp.

    Raises DailyReport.DoesNotExist, ReportRefused when nothing came after it or the month is locked, StaleEdit.
    """
    assert act.by is not None
    rows = DailyReport.objects.filter(user=act.by).exclude(state=DailyReport.State.DRAFT)
    report = rows.select_for_update(of=("self",)).get(pk=report_id)
    _check_day(act, report.on)
    if report.version != version:
        raise StaleEdit(_("Somebody saved this report first."), report)
    added = added_later(report)
    if not added:
        raise ReportRefused(_("Every contact of the day is in the report already."))
    report.figures = generated(act.by, report.store, report.on)
    report.state, report.supplemented_at = DailyReport.State.SUBMITTED, act.at
    report.version += 1
    report.save()
    changes = {"on": [None, str(report.on)], "added": [None, added]}
    leave_trace([act.entry("report_supplemented", report, changes=changes)])
    return report


@transaction.atomic
def take_back_report(act: Act, report_id: int) -> DailyReport:
    """Make one's own submitted report a draft again, while no leader reviewed it.

    Raises DailyReport.DoesNotExist, ReportRefused for a locked month."""
    assert act.by is not None
    rows = DailyReport.objects.filter(
        user=act.by, state=DailyReport.State.SUBMITTED, reviewed_at__isnull=True
    )
    report = rows.select_for_update(of=("self",)).get(pk=report_id)
    _check_day(act, report.on)
    report.state, report.submitted_at, report.figures = DailyReport.State.DRAFT, None, {}
    report.is_late, report.supplemented_at = False, None
    report.version += 1
    report.save()
    leave_trace([act.entry("report_taken_back", report, changes={"on": [None, str(report.on)]})])
    return report


@transaction.atomic
def review_report(act: Act, report_id: int, note: str, *, version: int, done: bool = True) -> DailyReport:
    """Write a leader's comment on a submitted report; ``done`` marks it as reviewed. A supervisor's and a manager's
    comment stand side by side.

    Raises DailyReport.DoesNotExist unless submitted by somebody the actor leads, ReportRefused in a locked month,
    StaleEdit.
    """
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise DailyReport.DoesNotExist
    rows = DailyReport.objects.reviewable_by(act.by).exclude(state=DailyReport.State.DRAFT)
    report = rows.select_for_update(of=("self",)).get(pk=report_id)
    _check_unlocked(act, report.on)
    if report.version != version:
        raise StaleEdit(_("Somebody saved this report first."), report)
    field = "manager" if act.by.has_role(Role.MANAGER) else "supervisor"
    values = {f"{field}_note": note.strip()[:500], f"{field}_id": act.by.pk}
    if done:
        values |= {"state": DailyReport.State.REVIEWED}
        report.reviewed_at = act.at
    if not done and not note.strip():
        raise ReportRefused(_("Write a comment, or mark the report as reviewed."), "note")
    changes = changed_fields(report, values)
    for name, value in values.items():
        setattr(report, name, value)
    report.version += 1
    report.save()
    leave_trace([act.entry("report_reviewed", report, changes=changes)])
    return report


def _locked(person: User, on: date) -> DailyReport | None:
    return DailyReport.objects.filter(user=person, on=on).select_for_update(of=("self",)).first()


def _check_author(person: User, store: Store, on: date) -> None:
    if not person.has_role(Role.CONSULTANT):
        raise ReportRefused(_("Consultants hand in daily reports."))
    joined = store.local_date(person.joined_at)
    if on < joined:
        raise ReportRefused(_("Your reports begin on %(day)s, when you joined.") % {"day": joined}, "on")


def _check_day(act: Act, on: date) -> None:
    if on > act.on:
        raise ReportRefused(_("A report cannot be written for a day to come."), "on")
    _check_unlocked(act, on)


def _check_unlocked(act: Act, on: date) -> None:
    if is_locked(act.store, on):
        raise ReportRefused(_("The month is locked: its reports stay as they are."), "on")
