"""When to contact next: R-FUP-01 … R-FUP-06. Pure; the calendar and the playbook come in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from guanxi.cadence.rules.levels import rank
from guanxi.lib.dates import next_open, previous_open
from guanxi.organization.rules.calendars import Calendar
from guanxi.playbooks.definitions import Playbook

EARLY = frozenset("OH")
SAME_TIME = 60
# Today goes by level in this order.
ORDER = "OHABCN"


def interval(level: str, playbook: Playbook) -> int:
    """Days between valid contacts at ``level``; the base interval for anyone without a live level."""
    return playbook.settings.cadence_interval.get(level, playbook.settings.cadence_base_days)  # type: ignore[call-overload]


def on_open_day(due: date, level: str, last_contact_on: date | None, calendar: Calendar) -> date:
    """R-FUP-02: O and H move back to the previous open day, others forward; a date moved back never falls
    on or before the last contact, then it moves forward."""
    if not calendar.is_closed(due):
        return due
    if level in EARLY:
        earlier = previous_open(due, calendar.is_closed)
        if last_contact_on is None or earlier > last_contact_on:
            return earlier
    return next_open(due, calendar.is_closed)


def next_due(level: str, last_valid_on: date, calendar: Calendar, playbook: Playbook) -> date:
    """R-FUP-01: last valid contact plus the interval of the level, on an open day."""
    due = last_valid_on + timedelta(days=interval(level, playbook))
    return on_open_day(due, level, last_valid_on, calendar)


def due_after_level_change(
    old_level: str,
    new_level: str,
    old_due: date | None,
    today: date,
    last_contact_on: date | None,
    calendar: Calendar,
    playbook: Playbook,
) -> date:
    """R-FUP-03: an upgrade takes the earlier of the old date and today + interval, a downgrade the latter."""
    # Moved back over a closed day, the date must not fall before today either.
    yesterday = today - timedelta(days=1)
    after = max(last_contact_on or yesterday, yesterday)
    fresh = on_open_day(today + timedelta(days=interval(new_level, playbook)), new_level, after, calendar)
    if old_due is not None and rank(new_level) > rank(old_level):
        return min(old_due, fresh)
    return fresh


def retry_after(attempt_on: date, calendar: Calendar) -> date:
    """R-FUP-01: an attempt without contact is retried on the next open day."""
    return next_open(attempt_on + timedelta(days=1), calendar.is_closed)


def lost_control_proposed(attempts: Sequence[tuple[date, datetime | None]], playbook: Playbook) -> bool:
    """R-FUP-01: whether the attempts since the last valid contact reach ``retry.max`` different days and were
    not all made at the same time of day, which is within an hour. ``attempts`` are (business date, local
    instant), none of them valid; an unknown instant counts as a different time."""
    days = {on for on, _at in attempts}
    needed = playbook.settings.retry_max
    if len(days) < needed:
        return False
    times = [at.hour * 60 + at.minute for _on, at in attempts if at is not None]
    return needed == 1 or len(times) < len(attempts) or max(times) - min(times) >= SAME_TIME


def ladder_step(level: str, days_late: int, playbook: Playbook, *, keeps_owner: bool = False) -> int:
    """R-FUP-04: 0 not late, 1 consultant, 2 supervisor, 3 manager calls, 4 reassignment is proposed.

    The first number of the ladder is the supervisor's day; the consultant is red from day 1. O is never
    released by lateness, nor are owners and VIP supporters (``keeps_owner``); N follows H.
    """
    if days_late <= 0:
        return 0
    ladder = playbook.settings.overdue_ladder.get("H" if level == "N" else level)  # type: ignore[call-overload]
    if ladder is None:
        return 1
    return min(1 + sum(days_late >= step for step in ladder), 3 if keeps_owner else 4)


class NextDateRefused(ValueError):
    """``reason`` is PAST, TOO_FAR or LATER_NEEDS_REASON; ``latest`` is the last date allowed."""

    def __init__(self, reason: str, latest: date):
        self.reason = reason
        self.latest = latest
        super().__init__(reason)


def check_next_date(
    chosen: date, proposed: date, today: date, level: str, customer_asked: bool, playbook: Playbook
) -> None:
    """R-FUP-06: any earlier date may be set; a later one up to two intervals from today, and never past
    ``next_date.max_days``, when the customer asked. Raises NextDateRefused."""
    furthest = today + timedelta(days=playbook.settings.next_date_max_days)
    if chosen <= today:
        raise NextDateRefused("PAST", furthest)
    if chosen <= proposed:
        return
    latest = min(max(today + timedelta(days=2 * interval(level, playbook)), proposed), furthest)
    if chosen > latest:
        raise NextDateRefused("TOO_FAR", latest)
    if not customer_asked:
        raise NextDateRefused("LATER_NEEDS_REASON", proposed)


def contacts_needed(level_began_on: date, month_first: date) -> int:
    """R-FUP-05: valid contacts a B card needs in a calendar month: 2 when the level began by day 10 of it
    (or before), 1 by day 20, else 0."""
    if level_began_on < month_first or level_began_on.day <= 10:
        return 2
    return 1 if level_began_on.day <= 20 else 0
