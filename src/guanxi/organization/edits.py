"""Editing one row: the version that was shown, and each value checked by its field."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from guanxi.organization.refusals import Refused, StaleEdit


def refuse_stale(row: Any, version: int) -> None:
    """Raises StaleEdit unless ``version`` of the row was shown; a row that is not stored yet has version 0."""
    if (0 if row._state.adding else row.version) != version:
        raise StaleEdit(_("Somebody changed this first."), row)


def put(row: Model, values: Mapping[str, Any], refused: type[Refused], over: Iterable[str] = ()) -> None:
    """Set the values and check each by its field; ``over`` are further fields to check."""
    for name, value in values.items():
        setattr(row, name, value)
    checked = {*values, *over}
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name not in checked])
    except ValidationError as error:
        name, reasons = next(iter(error.message_dict.items()))
        raise refused(str(reasons[0]), name) from error
