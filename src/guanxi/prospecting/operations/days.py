"""The day as a whole: weather, who is away, signing, locking and reopening (R-REG-02)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import Store, User
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.roles import Role
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.rules.access import LOCKERS

# What the signature stands for: a row completed after the lock keeps it.
SIGNED = frozenset({"arrived_at", "left_at", "party_size", "arrival_mode", "consultant"})


class DayRefused(Refused):
    """The register of the day cannot be changed this way."""


def day_of(store: Store, on: date) -> RegisterDay:
    """The day as it stands; unsaved while nothing was said about it."""
    return RegisterDay.objects.filter(store=store, on=on).first() or RegisterDay(store=store, on=on)


def is_signed_off(act: Act, day: RegisterDay) -> bool:
    """Whether the day is locked for the actor (R-REG-02): for everybody but the manager."""
    return day.is_locked and act.by is not None and not act.by.has_role(Role.MANAGER)


def may_complete(act: Act, visit: Visit, day: RegisterDay) -> bool:
    """Whether the actor may fill the row: of a locked day its consultant still may, for ``register.full_h`` hours
    after the lock (R-REG-01)."""
    if not is_signed_off(act, day):
        return True
    assert act.by is not None and day.locked_at is not None
    allowed = timedelta(hours=act.store.playbook.settings.register_full_h)
    return visit.consultant_id == act.by.pk and act.at <= day.locked_at + allowed


def guard_completion(act: Act, visit: Visit, day: RegisterDay, values: Mapping[str, Any]) -> None:
    """Raises DayRefused where the locked day keeps the row: its time over, somebody else's, or a value that was
    signed (R-REG-02)."""
    if not may_complete(act, visit, day):
        refuse_locked(act, day)
    if is_signed_off(act, day):
        for name in SIGNED & values.keys():
            if values[name] != getattr(visit, name):
                raise DayRefused(
                    _("The day is signed: only the manager changes times, people and consultants.")
                )


def refuse_locked(act: Act, day: RegisterDay) -> None:
    """Raises DayRefused when the day is locked for the actor."""
    if is_signed_off(act, day):
        raise DayRefused(_("The register of this day is locked: only the manager changes it now."))


def hold_day(store: Store, on: date) -> RegisterDay:
    """The day, held until the transaction ends, so that it is neither locked nor written by somebody else meanwhile."""
    RegisterDay.objects.get_or_create(store=store, on=on)
    rows = RegisterDay.objects.select_for_update(of=("self",))
    return rows.select_related("locked_by", "supervisor", "manager", "reopened_by").get(store=store, on=on)


def guard_day(act: Act, on: date) -> RegisterDay:
    """Hold the day; raises DayRefused when it is locked and the actor is not the manager (R-REG-02)."""
    day = hold_day(act.store, on)
    refuse_locked(act, day)
    return day


@transaction.atomic
def note_day(
    act: Act, on: date, *, weather: str | None = None, absent: list[int] | None = None
) -> RegisterDay:
    """Keep the weather, and who is away; None leaves either as it is. Raises DayRefused."""
    row = guard_day(act, on)
    if weather and weather not in act.store.playbook.labels("weathers"):
        raise DayRefused(_("Choose the weather from the list."), "weather")
    changes: dict[str, list[Any]] = {}
    if weather is not None and weather != row.weather:
        changes["weather"] = [row.weather, weather]
        row.weather = weather
    if absent is not None:
        people = User.objects.consultants_of(act.store).filter(pk__in=absent)
        found = sorted(people.values_list("pk", flat=True))
        if found != row.absent:
            changes["absent"] = [row.absent, found]
            row.absent = found
    return _kept(act, row, "register_noted", changes)


@transaction.atomic
def lock_day(act: Act, on: date) -> RegisterDay:
    """The front desk totals, signs and locks the day.

    Raises DayRefused for other roles (21.1), a day to come, a day already locked, and while parties are in the
    store: those must be closed first.
    """
    if act.by is not None and not act.by.has_role(*LOCKERS):
        raise DayRefused(_("The front desk locks the register of the day."))
    if on > act.on:
        raise DayRefused(_("This day has not come yet."))
    row = hold_day(act.store, on)
    if row.is_locked:
        raise DayRefused(_("The register of this day is locked already."))
    still_open = Visit.objects.filter(store=act.store, on=on, left_at__isnull=True).count()
    if still_open:
        raise DayRefused(
            ngettext(
                "%(count)s party has not left yet: close it first.",
                "%(count)s parties have not left yet: close them first.",
                still_open,
            )
            % {"count": still_open}
        )
    row.locked_at, row.locked_by = act.at, act.by
    return _kept(act, row, "register_locked", {"locked": [False, True]})


@transaction.atomic
def confirm_day(act: Act, on: date) -> RegisterDay:
    """The supervisor or the manager signs a locked day. Raises DayRefused."""
    if act.by is None or not act.by.has_role(Role.SUPERVISOR, Role.MANAGER):
        raise DayRefused(_("The supervisor and the manager confirm the day."))
    row = hold_day(act.store, on)
    if not row.is_locked:
        raise DayRefused(_("The front desk signs and locks the day first."))
    if act.by.has_role(Role.MANAGER):
        row.manager, row.manager_at = act.by, act.at
        return _kept(act, row, "register_confirmed", {"manager": [None, act.by.pk]})
    row.supervisor, row.supervisor_at = act.by, act.at
    return _kept(act, row, "register_confirmed", {"supervisor": [None, act.by.pk]})


@transaction.atomic
def reopen_day(act: Act, on: date, *, reason: str) -> RegisterDay:
    """The manager opens a locked day again, saying why; the signatures fall away (21.1). Raises DayRefused."""
    if act.by is None or not act.by.has_role(Role.MANAGER):
        raise DayRefused(_("Only the manager reopens a day."))
    if not reason.strip():
        raise DayRefused(_("Say why the day is reopened."), "reason")
    row = hold_day(act.store, on)
    if not row.is_locked:
        raise DayRefused(_("The register of this day is open."))
    row.locked_at = row.locked_by = row.supervisor = row.supervisor_at = row.manager = row.manager_at = None
    row.reopened_at, row.reopened_by, row.reopen_reason = act.at, act.by, reason.strip()
    return _kept(act, row, "register_reopened", {"locked": [True, False]}, reason=reason)


def _kept(
    act: Act, row: RegisterDay, action: str, changes: dict[str, list[Any]], *, reason: str = ""
) -> RegisterDay:
    if changes:
        row.version += 1
        row.save()
        leave_trace([act.entry(action, row, changes={"on": [None, str(row.on)], **changes}, reason=reason)])
    return row
