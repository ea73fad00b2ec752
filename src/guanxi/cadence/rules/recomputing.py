"""Which next date a changed rule gives: only a date that the rule in force explains is moved. Pure."""

from dataclasses import dataclass
from datetime import date

from guanxi.cadence.rules.follow_ups import due_after_level_change, next_due
from guanxi.lib.dates import next_open
from guanxi.organization.rules.calendars import Calendar
from guanxi.playbooks.definitions import Playbook


@dataclass(frozen=True)
class Rules:
    """The playbook and the calendar that dates are reckoned with."""

    playbook: Playbook
    calendar: Calendar


@dataclass(frozen=True)
class StandingDate:
    """An open follow-up and what its date can stand on: the days of the last contact, of the level, of the
    card. ``old_level`` is the level before, when a level change moved the date (R-FUP-03)."""

    rule: str
    level: str
    due_on: date
    days: tuple[date, ...]
    last_contact_on: date | None = None
    old_level: str = ""
    changed_on: date | None = None


def recomputed(standing: StandingDate, now: Rules, then: Rules) -> date:
    """The date under ``then``; the same date when the rules of ``now`` do not explain it, because then a
    person or an older rule set it."""
    for day in standing.days:
        if _due(standing, day, now) == standing.due_on:
            return _due(standing, day, then)
    return standing.due_on


def retry_on_open_day(retry_on: date | None, then: Rules) -> date | None:
    """A retry planned for a day that is now closed waits for the next open one (R-FUP-01)."""
    return None if retry_on is None else next_open(retry_on, then.calendar.is_closed)


def _due(standing: StandingDate, day: date, rules: Rules) -> date:
    if standing.rule == "R-FUP-03" and standing.changed_on is not None:
        old_due = next_due(standing.old_level, day, rules.calendar, rules.playbook)
        return due_after_level_change(
            standing.old_level, standing.level, old_due, standing.changed_on, standing.last_contact_on,
            rules.calendar, rules.playbook,
        )  # fmt: skip
    return next_due(standing.level, day, rules.calendar, rules.playbook)
