"""The act: who does something, when and from where. Every operation takes one; it reads the clock nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from guanxi.organization.models import AuditEntry, Store, User
from guanxi.organization.rows import insert_rows


@dataclass(frozen=True)
class Act:
    """One actor at one instant. ``source`` is web, api, import, cli, demo or night."""

    by: User | None
    at: datetime
    source: str = "web"
    request_id: str = ""
    ip: str = ""
    given_store: Store | None = field(default=None, compare=False)

    @cached_property
    def store(self) -> Store:
        """The store acted in. Raises ValueError for an actor without one."""
        store = self.given_store or (self.by.store if self.by else None)
        if store is None:
            raise ValueError("this act has no store")
        return store

    @cached_property
    def on(self) -> date:
        """The store's business date of the act."""
        return self.store.local_date(self.at)

    def entry(
        self,
        action: str,
        thing: Any = None,
        *,
        customer: int | None = None,
        changes: dict[str, Any] | None = None,
        reason: str = "",
    ) -> AuditEntry:
        """An unsaved audit row about ``thing``; give it to ``leave_trace``."""
        return AuditEntry(
            at=self.at,
            store_id=self.store.pk if (self.given_store or (self.by and self.by.store_id)) else None,
            actor=self.by,
            source=self.source,
            request_id=self.request_id,
            ip=self.ip,
            action=action,
            entity=type(thing).__name__ if thing is not None else "",
            entity_id=getattr(thing, "pk", None),
            customer_key=customer,
            changes=changes or {},
            reason=reason[:300],
        )


def leave_trace(entries: Iterable[AuditEntry]) -> None:
    """Write audit rows; call it inside the transaction of the change they tell of."""
    insert_rows(entries)


def changed_fields(row: Any, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] for those of ``values`` that differ from ``row``, in JSON shapes."""
    found = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            found[name] = [_json(before), _json(after)]
    return found


def _json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return getattr(value, "pk", None) or str(value)
