"""The month close: figures frozen at local midnight of day 1, re-opened by a manager (R-MON-04, R-PRM-12).

The work is one transaction per person, and what is missing is read from the rows: killed at any moment it goes
on where it stopped, and the cut-off, not the hour of the work, says what the figures know.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store
from guanxi.organization.refusals import Refused
from guanxi.organization.rows import hold
from guanxi.organization.rules.roles import Role
from guanxi.performance.models import FrozenFigures, MonthClose
from guanxi.performance.queries.about import About, FormFigures, day_by_day
from guanxi.performance.queries.closes import days_of, latest_close
from guanxi.performance.queries.figures import FIGURES
from guanxi.performance.queries.people import people_of
from guanxi.performance.queries.records import first_recorded_on
from guanxi.performance.rules.periods import start_of

# Requests that began before midnight have ended by then.
GRACE = timedelta(minutes=5)


class CloseRefused(Refused):
    """The month stays as it is."""


def months_to_close(store: Store, at: datetime) -> list[date]:
    """Months that have ended and were never locked, or whose closing was interrupted; oldest first.

    The first one is that in which the store wrote its first record down: what is entered or imported for days
    before makes no month to close. A month re-opened waits for the manager to close it again.
    """
    last = (store.local_date(at - GRACE).replace(day=1) - timedelta(days=1)).replace(day=1)
    begun = first_recorded_on(store)
    if begun is None:
        return []
    known = dict(MonthClose.objects.filter(store=store).order_by("version").values_list("month", "closed_at"))
    wanted = {month for month, closed_at in known.items() if closed_at is None}
    month = begun.replace(day=1)
    while month <= last:
        wanted |= {month} - known.keys()
        month = next_month(month)
    return sorted(wanted)


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def close_month(store: Store, month: date, at: datetime) -> MonthClose:
    """Freeze the figures of one month that has ended and lock it; goes on with a closing that was interrupted.

    Does nothing to a month that is locked, or re-opened and not yet asked to be closed again.
    """
    close = latest_close(store, month)
    if close is None:
        cutoff = start_of(next_month(month), store.timezone)
        close, _made = MonthClose.objects.get_or_create(
            store=store, month=month, version=1, defaults={"cutoff": cutoff}
        )
    if close.closed_at is not None:
        return close
    days = days_of(close)
    for person in [*people_of(store, days).order_by("pk"), None]:
        freeze_person(close, About(close.store, person, days))
    return _finish(close, at)


def freeze_person(close: MonthClose, about: About) -> int:
    """Keep every form of one person, or (without one) those of the whole store, unless that was done. How many
    rows."""
    person = about.person
    if close.figures.filter(person=person).exists():
        return 0
    rows = [
        FrozenFigures(close=close, code=form.code, person=person, on=on, figures=told)
        for form in FIGURES
        for on, told in _told(form, about)
    ]
    with transaction.atomic():
        locked = MonthClose.objects.select_for_update(of=("self",)).get(pk=close.pk)
        if locked.closed_at is not None or locked.figures.filter(person=person).exists():
            # A second worker was first.
            return 0
        FrozenFigures.objects.bulk_create(rows, batch_size=100)
    return len(rows)


def _told(form: FormFigures, about: About) -> Iterator[tuple[date, dict[str, Any]]]:
    """What of a form is kept for this person, or for the store: day and figures, of a month its first day."""
    if form.is_living:
        return
    if about.person is not None and (not form.per_person or form.part_of is not None):
        return
    if form.period == "month":
        yield about.days.first, form.compute(about)
    elif about.person is not None or not form.per_person:
        yield from day_by_day(form, about)


@transaction.atomic
def _finish(close: MonthClose, at: datetime) -> MonthClose:
    locked = MonthClose.objects.select_for_update(of=("self",)).select_related("store").get(pk=close.pk)
    if locked.closed_at is None:
        locked.closed_at = at
        locked.save(update_fields=["closed_at"])
        act = Act(by=locked.closed_by, at=at, source="night", given_store=locked.store)
        leave_trace([
            act.entry("month_closed", locked, changes={
                "month": [None, f"{locked.month:%Y-%m}"], "version": [None, locked.version]})
        ])  # fmt: skip
    return locked


@transaction.atomic
def reopen_month(act: Act, month: date, reason: str) -> MonthClose:
    """反锁: the manager makes a locked month live again, with a reason that its prints name.

    Raises MonthClose.DoesNotExist for anybody else and for a month that is not locked, CloseRefused.
    """
    close = _locked_for_manager(act, month).get(closed_at__isnull=False, reopened_at__isnull=True)
    if not reason.strip():
        raise CloseRefused(_("Say why the month is re-opened."), "reason")
    close.reopened_at, close.reopened_by, close.reason = act.at, act.by, reason.strip()[:300]
    close.save(update_fields=["reopened_at", "reopened_by", "reason"])
    leave_trace([
        act.entry("month_reopened", close, reason=reason, changes={
            "month": [None, f"{month:%Y-%m}"], "version": [None, close.version]})
    ])  # fmt: skip
    return close


@transaction.atomic
def close_again(act: Act, month: date) -> MonthClose:
    """Ask for a re-opened month to be locked as it stands now, as its next version; the worker freezes it.

    Raises MonthClose.DoesNotExist for anybody but the manager and unless the month is re-opened.
    """
    rows = _locked_for_manager(act, month)
    newest = rows.order_by("-version").first()
    if newest is None or newest.reopened_at is None:
        raise MonthClose.DoesNotExist
    close = MonthClose.objects.create(
        store=act.store, month=newest.month, version=newest.version + 1, cutoff=act.at, closed_by=act.by
    )
    leave_trace([
        act.entry("month_close_asked", close, changes={
            "month": [None, f"{month:%Y-%m}"], "version": [None, close.version]})
    ])  # fmt: skip
    return close


def _locked_for_manager(act: Act, month: date) -> QuerySet[MonthClose]:
    if act.by is None or not act.by.has_role(Role.MANAGER):
        raise MonthClose.DoesNotExist
    hold(act.store)
    rows = MonthClose.objects.select_for_update(of=("self",)).select_related("store")
    return rows.filter(store=act.store, month=month.replace(day=1))
