"""A store's own values of the pack's configuration keys (Annex E)."""

from typing import Any

from django.db import transaction
from django.db.models import JSONField, Value
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import PlaybookOverride, Store
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.setting_reasons import setting_reason
from guanxi.playbooks.definitions import Playbook
from guanxi.playbooks.loader import PlaybookRefused, load_pack, playbook_with


class SettingRefused(Refused):
    """The value does not fit; the message says why."""


def playbook_if(store: Store, key: str, value: Any) -> Playbook:
    """The store's playbook with ``value`` (JSON shape) for ``key``. Changes nothing. Raises SettingRefused."""
    return _playbook(store, _others(store, key) | {key: value})


@transaction.atomic
def set_override(act: Act, key: str, value: Any, version: int) -> Store:
    """Put ``value`` (JSON shape) in force for the actor's store; the pack's default removes the override.

    ``version`` is the override's as it was shown, 0 for none. Returns the store with its new playbook. Raises
    SettingRefused, StaleEdit.
    """
    # One editor at a time: two values that are right alone can be wrong together.
    store = Store.objects.select_for_update().get(pk=act.store.pk)
    shaped = playbook_if(store, key, value).default_values()[key]
    default = load_pack(store.pack).default_values()[key]
    row = PlaybookOverride.objects.filter(store=store, key=key).first()
    if (row.version if row else 0) != version:
        raise StaleEdit(_("Somebody else changed this setting meanwhile. Look at it again."), row)
    before = row.value if row else default
    if shaped == before:
        return store
    if shaped == default:
        PlaybookOverride.objects.filter(store=store, key=key).delete()
    elif row is None:
        PlaybookOverride.objects.create(store=store, key=key, value=_stored(shaped))
    else:
        row.value, row.version = _stored(shaped), row.version + 1
        row.save(update_fields=["value", "version"])
    leave_trace([act.entry("setting_changed", store, changes={key: [before, shaped]})])
    return Store.objects.get(pk=store.pk)


def _stored(value: Any) -> Any:
    # None is a value of its own ("not used"): JSON null in the column, not SQL's.
    return Value(None, JSONField()) if value is None else value


def _others(store: Store, key: str) -> dict[str, Any]:
    return dict(store.overrides.exclude(key=key).values_list("key", "value"))


def _playbook(store: Store, values: dict[str, Any]) -> Playbook:
    try:
        return playbook_with(store.pack, values)
    except PlaybookRefused as refused:
        raise SettingRefused(" ".join(setting_reason(*detail) for detail in refused.details), "") from refused
