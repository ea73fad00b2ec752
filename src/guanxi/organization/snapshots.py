"""What stood in a row, in JSON shapes: kept by operations that can be undone."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet


def snapshot(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """Field → value as text, number or None; relations by their key."""
    return {name: _plain(getattr(row, _column(row, name).attname)) for name in names}


def restore(row: Model, values: dict[str, Any]) -> None:
    """Set what ``snapshot`` told; the caller saves."""
    for name, value in values.items():
        column = _column(row, name)
        setattr(row, column.attname, None if value is None else column.to_python(value))


def repoint(rows: QuerySet[Any], **to: Any) -> list[int]:
    """Set these fields of all the rows in one statement; returns their keys, in order."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model._base_manager.filter(pk__in=keys).update(**to)
    return keys


def _column(row: Model, name: str) -> Any:
    return row._meta.get_field(name)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
