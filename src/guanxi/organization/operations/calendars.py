"""The store's calendar, corrected day by day."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import CalendarDay, Store
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.calendars import Calendar

LONGEST_HOLIDAY = 31


class CalendarRefused(Refused):
    """The store would be closed for longer than the rules can look ahead."""


def calendar_if(store: Store, on: date, is_closed: bool) -> Calendar:
    """The store's calendar with one day as given. Changes nothing."""
    days = dict(store.calendar_days.values_list("on", "is_closed")) | {on: is_closed}
    return Calendar.of(store.playbook.settings, days)


@transaction.atomic
def set_day(act: Act, on: date, is_closed: bool, note: str) -> Store:
    """Close or open one day of the actor's store; saying what the rule says anyway removes the correction.

    Returns the store with the new calendar. Raises CalendarRefused.
    """
    store = Store.objects.select_for_update().get(pk=act.store.pk)
    if is_closed and _closed_run(calendar_if(store, on, True), on) > LONGEST_HOLIDAY:
        raise CalendarRefused(
            _("The store would be closed for more than %(days)s days on end.") % {"days": LONGEST_HOLIDAY}
        )
    row = CalendarDay.objects.filter(store=store, on=on).first()
    before = [row.is_closed, row.note] if row else None
    by_rule = Calendar.of(store.playbook.settings, {}).is_closed(on)
    if is_closed == by_rule and not note:
        after = None
        CalendarDay.objects.filter(store=store, on=on).delete()
    else:
        after = [is_closed, note]
        CalendarDay.objects.update_or_create(
            store=store, on=on, defaults={"is_closed": is_closed, "note": note}
        )
    if before != after:
        leave_trace([act.entry("calendar_day_set", store, changes={on.isoformat(): [before, after]})])
    return Store.objects.get(pk=store.pk)


def _closed_run(calendar: Calendar, on: date) -> int:
    """How many closed days stand together around ``on``, reckoned up to one more than allowed."""
    run = 1
    for step in (timedelta(days=-1), timedelta(days=1)):
        day = on + step
        while run <= LONGEST_HOLIDAY and calendar.is_closed(day):
            run, day = run + 1, day + step
    return run
