"""What operations of this domain refuse, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from guanxi.organization.refusals import Refused, StaleEdit


class MarketRefused(Refused):
    """The segment, its levels or its plan cannot be kept this way; nothing was."""


class CampaignRefused(Refused):
    """The campaign cannot be kept, drawn or evaluated this way; nothing was."""


def refuse_stale(row: Any, version: int) -> None:
    """Raises StaleEdit unless ``version`` is the one that stands."""
    if row.version != version:
        raise StaleEdit(_("Somebody saved this first."), row)


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
