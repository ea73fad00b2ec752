"""Setting targets with their versions, and what is done about a gap (F-TGT-1, R-TGT-01, handbook 7.6 and 17.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import Store, Team, User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rows import hold
from guanxi.organization.rules.roles import LEADERS, Role
from guanxi.performance.models import MonthComment, Target, TargetMeasure
from guanxi.performance.models.targets import HOLDERS
from guanxi.performance.queries.closes import is_locked
from guanxi.performance.queries.targets import Sheet, sheet_of

Cell = tuple[str, int, str]
LARGEST = Decimal(1_000_000_000)


class TargetsRefused(Refused):
    """The targets cannot be set as given; nothing was kept."""


@transaction.atomic
def set_targets(
    act: Act, month: date, cells: Mapping[Cell, Decimal | None], *, seen: int | None = None
) -> Sheet:
    """Set cells of the month's sheet, each (scope, key of its holder, metric); None takes a target away.

    A change after day 1 makes a new version of the sheet; what stays the same is not written. ``seen`` is the
    stamp of the sheet that was looked at. Raises TargetsRefused for anybody but the manager, a locked month, a
    holder or metric the store does not have, or a value that is none; StaleEdit.
    """
    _check_manager(act)
    store, month = act.store, month.replace(day=1)
    # One sheet is written at a time: its version counts.
    hold(store)
    _check_unlocked(store, month)
    sheet = sheet_of(store, month)
    if seen is not None and seen != sheet.stamp:
        raise StaleEdit(_("Somebody changed these targets meanwhile; this is how they stand now."), sheet)
    _check_cells(act, cells)
    changed = {cell: value for cell, value in cells.items() if sheet.values.get(cell) != value}
    if not changed:
        return sheet
    version = _next_version(sheet, act, month)
    rows = [_row(store, month, cell, value, version, act) for cell, value in changed.items()]
    Target.objects.bulk_create(rows, batch_size=200)
    leave_trace([
        act.entry("targets_set", store, changes={
            "month": [None, f"{month:%Y-%m}"], "version": [sheet.version, version], "rows": [None, len(rows)]})
    ])  # fmt: skip
    return sheet_of(store, month)


def _next_version(sheet: Sheet, act: Act, month: date) -> int:
    """What is changed up to day 1 belongs to the sheet the month begins with."""
    return sheet.version + 1 if sheet.version and act.on > month else max(sheet.version, 1)


def _row(store: Store, month: date, cell: Cell, value: Decimal | None, version: int, act: Act) -> Target:
    scope, pk, metric = cell
    holder = HOLDERS.get(scope)
    return Target(
        store=store, scope=scope, month=month, metric=metric, value=value, version=version, set_by=act.by, at=act.at,
        **({holder: pk} if holder else {}),
    )  # fmt: skip


def _check_unlocked(store: Store, month: date) -> None:
    if is_locked(store, month):
        raise TargetsRefused(_("The month is locked: its sheet stays as it is."))


def _check_manager(act: Act) -> None:
    if act.by is not None and not act.by.has_role(Role.MANAGER):
        raise TargetsRefused(_("The manager sets the targets."))


def _check_cells(act: Act, cells: Mapping[Cell, Decimal | None]) -> None:
    metrics = {metric.code: metric for metric in act.store.playbook.target_metrics}
    wanted = {scope: {pk for one, pk, _metric in cells if one == scope} for scope in Target.Scope.values}
    known = {
        "STORE": {0},
        "TEAM": set(Team.objects.filter(store=act.store, pk__in=wanted["TEAM"]).values_list("pk", flat=True)),
        "USER": set(User.objects.filter(store=act.store, pk__in=wanted["USER"]).values_list("pk", flat=True)),
        "PRODUCT": set(
            Product.objects.filter(store=act.store, pk__in=wanted["PRODUCT"]).values_list("pk", flat=True)
        ),
    }
    for (scope, pk, code), value in cells.items():
        if code not in metrics or pk not in known.get(scope, set()):
            raise TargetsRefused(_("There is no such target."))
        if value is None:
            continue
        if not value.is_finite() or not 0 <= value < LARGEST:
            raise TargetsRefused(_("A target is a whole number, 0 or more."))
        is_money = metrics[code].unit == "MONEY"
        if is_money and value != value.quantize(Decimal("0.01")):
            raise TargetsRefused(_("An amount has two decimals at most."))
        if not is_money and value != value.to_integral_value():
            raise TargetsRefused(_("A target is a whole number, 0 or more."))


@transaction.atomic
def undo_targets(act: Act, month: date, *, stamp: int) -> Sheet:
    """Take back the actor's own change of the month's sheet that made it ``stamp``: its cells are set to what they
    were before, after day 1 as a new version.

    Raises TargetsRefused when that change is not theirs or anybody changed the sheet since, and in a locked month.
    """
    _check_manager(act)
    store, month = act.store, month.replace(day=1)
    hold(store)
    _check_unlocked(store, month)
    rows = list(Target.objects.of_month(store, month).order_by("id"))
    latest = rows[-1] if rows else None
    if latest is None or latest.set_by_id != (act.by.pk if act.by else None):
        raise TargetsRefused(_("There is nothing of yours to take back."))
    if latest.pk != stamp:
        raise TargetsRefused(_("The targets were changed since; this is how they stand now."))
    change = list(takewhile(lambda row: (row.at, row.set_by_id) == (latest.at, latest.set_by_id), rows[::-1]))
    before = {(*row.holder, row.metric): row.value for row in rows[: -len(change)]}
    cells = [(*row.holder, row.metric) for row in reversed(change)]
    sheet = sheet_of(store, month)
    version = _next_version(sheet, act, month)
    Target.objects.bulk_create(
        [_row(store, month, cell, before.get(cell), version, act) for cell in cells], batch_size=200
    )
    leave_trace([
        act.entry("targets_undone", store, changes={
            "month": [None, f"{month:%Y-%m}"], "version": [sheet.version, version], "rows": [None, len(cells)]})
    ])  # fmt: skip
    return sheet_of(store, month)


def leads(actor: User, scope: str, pk: int) -> bool:
    """Whether ``actor`` leads the holder of a target: a supervisor their people and team, a manager everything of
    the store."""
    if not actor.has_role(*LEADERS):
        return False
    if scope == "USER":
        return User.objects.within(actor, actor.write_reach).filter(pk=pk).exists()
    if actor.has_role(Role.MANAGER):
        of_store: dict[str, QuerySet[Any]] = {
            "TEAM": Team.objects.filter(store=actor.store_id),
            "PRODUCT": Product.objects.filter(store=actor.store_id),
        }
        return scope == "STORE" or of_store[scope].filter(pk=pk).exists()
    return scope == "TEAM" and actor.team_id == pk


@dataclass(frozen=True)
class MeasureDraft:
    """Why a figure of a holder's sheet, (scope, key), lies behind and what is done."""

    holder: tuple[str, int]
    month: date
    metric: str
    cause: str = ""
    measure: str = ""
    owner: User | None = None
    due_on: date | None = None


@transaction.atomic
def save_measure(act: Act, draft: MeasureDraft, *, version: int) -> TargetMeasure:
    """Note cause, measure, owner and date of a gap. Raises TargetsRefused unless the actor leads the person or the
    team (a manager the store and its models) or for an unknown metric, and in a locked month; StaleEdit."""
    assert act.by is not None
    scope, pk = draft.holder
    if not leads(act.by, scope, pk) or draft.metric not in act.store.playbook.labels("target_metrics"):
        raise TargetsRefused(_("There is no such target."))
    _check_unlocked(act.store, draft.month)
    if draft.owner is not None and draft.owner.store_id != act.store.pk:
        raise TargetsRefused(_("Choose somebody of the store."), "owner")
    hold(act.store)
    rows = TargetMeasure.objects.of(act.store, scope, pk).select_for_update()
    found = rows.filter(month=draft.month, metric=draft.metric).first() or TargetMeasure(
        store=act.store, month=draft.month, metric=draft.metric, version=0,
        **({HOLDERS[scope]: pk} if scope in HOLDERS else {}),
    )  # fmt: skip
    if found.version != version:
        raise StaleEdit(_("Somebody saved this measure first."), found)
    values: dict[str, Any] = {
        "cause": draft.cause, "measure": draft.measure, "owner": draft.owner, "due_on": draft.due_on,
    }  # fmt: skip
    changes = changed_fields(found, values)
    for name, value in values.items():
        setattr(found, name, value)
    found.by, found.at = act.by, act.at
    found.version += 1
    found.save()
    leave_trace([act.entry("measure_saved", found, changes=changes)])
    return found


@transaction.atomic
def comment_on_month(act: Act, user_id: int, month: date, comment: str, *, version: int) -> MonthComment:
    """A leader's word on a consultant's month (F-EFF-1); ``version`` is that of the comment seen, 0 for none.
    Raises User.DoesNotExist unless the actor leads them, TargetsRefused in a locked month, StaleEdit."""
    assert act.by is not None
    if not act.by.has_role(*LEADERS):
        raise User.DoesNotExist
    user = User.objects.within(act.by, act.by.write_reach).exclude(pk=act.by.pk).get(pk=user_id)
    _check_unlocked(act.store, month)
    month = month.replace(day=1)
    hold(user)
    found = MonthComment.objects.select_for_update().filter(user=user, month=month).first()
    found = found or MonthComment(user=user, month=month, version=0)
    if found.version != version:
        raise StaleEdit(_("Somebody commented on this month first."), found)
    before = found.comment
    found.comment, found.by, found.at = comment.strip()[:300], act.by, act.at
    found.version += 1
    found.save()
    leave_trace([act.entry("month_commented", found, changes={"comment": [before, found.comment]})])
    return found
