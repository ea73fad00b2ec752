"""When to contact next, reckoned from what the caller says; nothing is stored."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from guanxi.cadence.operations.contacts import known_level
from guanxi.cadence.rules.follow_ups import lost_control_proposed, next_due, retry_after
from guanxi.lib.dates import NoOpenDay
from guanxi.organization.api.callers import acting
from guanxi.organization.api.problems import Problem
from guanxi.organization.api.schemas import Asked, Day, Flag, Told, words
from guanxi.organization.rules.calendars import Calendar

router = Router(tags=["follow-ups"])


class Attempt(Asked):
    """A contact or an attempt; ``at`` (HH:MM) matters only for lost control, which needs different hours."""

    on: Day
    reached: Flag
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None


class PreviewAsked(Asked):
    """``closed`` are the store's closed days; left out, its calendar counts. ``today`` left out: today."""

    level: str = words(4, needed=True)
    last_valid_on: Day
    attempts: Annotated[list[Attempt], Field(max_length=100)] = []
    today: Day | None = None
    closed: Annotated[list[Day], Field(max_length=1000)] | None = None


class PreviewTold(Told):
    """``propose`` is "L" when lost control is proposed (R-FUP-01), else null."""

    due_on: date
    retry_on: date | None
    overdue_days: int
    propose: str | None


@router.post("/follow-ups/preview", response=PreviewTold)
def preview(request: HttpRequest, body: PreviewAsked) -> Any:
    """Due date, retry, lateness and proposal after these contacts (R-FUP-01, R-FUP-02)."""
    act = acting(request)
    store, today = act.store, body.today or act.on
    calendar = store.calendar if body.closed is None else Calendar(days=dict.fromkeys(body.closed, True))
    last, failed = body.last_valid_on, list[Attempt]()
    for attempt in sorted(body.attempts, key=lambda one: (one.on, one.at or "")):
        if attempt.on > today or attempt.on < last:
            continue
        if attempt.reached:
            last, failed = attempt.on, []
        else:
            failed.append(attempt)
    try:
        due = next_due(known_level(body.level), last, calendar, store.playbook)
        retry = retry_after(failed[-1].on, calendar) if failed else None
    except NoOpenDay as error:
        raise Problem(422, "invalid", _("The store is never open in these days."), "closed") from error
    return PreviewTold(
        due_on=due,
        retry_on=retry,
        overdue_days=max((today - due).days, 0),
        propose="L" if lost_control_proposed(_newest_first(failed), store.playbook) else None,
    )


def _newest_first(failed: list[Attempt]) -> list[tuple[date, datetime]]:
    """Attempts without an hour count as made at hours of their own."""
    found = []
    for place, attempt in enumerate(failed):
        at = time.fromisoformat(attempt.at) if attempt.at else None
        instant = datetime.combine(attempt.on, at or time())
        found.append((attempt.on, instant if at else instant + timedelta(hours=place % 24)))
    return found[::-1]
