"""Stores and teams: opening and renaming them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import Store, Team
from guanxi.organization.refusals import Refused, StaleEdit


class StoreRefused(Refused):
    """The name is taken."""


@transaction.atomic
def open_store(act: Act, name: str, pack: str, timezone: str) -> Store:
    """A new store on an industry pack; the pack cannot be changed later. Raises StoreRefused."""
    _check_store_name(name)
    store = Store.objects.create(code=next_code(), name=name, pack=pack, timezone=timezone, created_at=act.at)
    leave_trace([act.entry("store_opened", store, changes={"name": [None, name], "pack": [None, pack]})])
    return store


def next_code() -> str:
    """The number of the next store, two digits or more. Call it inside the transaction that writes the store."""
    # Locked, so that of two stores opened at once the second sees the first's number.
    list(Store.objects.select_for_update().order_by("pk").values_list("pk"))
    taken = Store.objects.values_list("code", flat=True)
    return f"{max((int(code) for code in taken if code.isdecimal()), default=0) + 1:02d}"


@transaction.atomic
def edit_store(act: Act, store_id: int, version: int, name: str, timezone: str) -> Store:
    """Rename a store or correct its time zone. Raises Store.DoesNotExist, StaleEdit, StoreRefused."""
    store = Store.objects.select_for_update().get(pk=store_id)
    if store.version != version:
        raise StaleEdit(_("Somebody else saved this store meanwhile. Your entries are kept below."), store)
    _check_store_name(name, store)
    changes = changed_fields(store, {"name": name, "timezone": timezone})
    if changes:
        store.name, store.timezone = name, timezone
        store.version += 1
        store.save(update_fields=["name", "timezone", "version"])
        leave_trace([act.entry("store_changed", store, changes=changes)])
    return store


@transaction.atomic
def open_team(act: Act, store: Store, name: str) -> Team:
    _check_team_name(store.pk, name)
    team = Team.objects.create(store=store, name=name)
    leave_trace([act.entry("team_opened", team, changes={"name": [None, name]})])
    return team


@transaction.atomic
def rename_team(act: Act, team_id: int, version: int, name: str) -> Team:
    """Raises Team.DoesNotExist, StaleEdit, StoreRefused."""
    team = Team.objects.select_for_update().get(pk=team_id)
    if team.version != version:
        raise StaleEdit(_("Somebody else saved this team meanwhile. Your entries are kept below."), team)
    _check_team_name(team.store_id, name, team)
    changes = changed_fields(team, {"name": name})
    if changes:
        team.name = name
        team.version += 1
        team.save(update_fields=["name", "version"])
        leave_trace([act.entry("team_changed", team, changes=changes)])
    return team


def _check_store_name(name: str, store: Store | None = None) -> None:
    taken = Store.objects.filter(name=name)
    if (taken.exclude(pk=store.pk) if store else taken).exists():
        raise StoreRefused(_("A store of this name exists."), "name")


def _check_team_name(store_id: int, name: str, team: Team | None = None) -> None:
    taken = Team.objects.filter(store=store_id, name=name)
    if (taken.exclude(pk=team.pk) if team else taken).exists():
        raise StoreRefused(_("This store has a team of this name."), "name")
