"""Money in the database: integer fen in the column, ``Decimal`` yuan in Python (SQLite sums decimals as floats)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from guanxi.lib.money import fen_to_yuan, yuan_to_fen

AT_LEAST_NOTHING = MinValueValidator(0, _("An amount is at least 0."))


class MoneyField(models.BigIntegerField):
    # What the type checker's Django plugin reads.
    _pyi_private_set_type: Decimal | int | Combinable  # type: ignore[assignment]
    _pyi_private_get_type: Decimal  # type: ignore[assignment]
    _pyi_lookup_exact_type: Decimal | int  # type: ignore[assignment]

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else fen_to_yuan(value)

    def get_prep_value(self, value: Any) -> int | None:
        return None if value is None else yuan_to_fen(value)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    def formfield(self, **kwargs: Any) -> forms.Field:  # type: ignore[override]
        kwargs.pop("min_value", None), kwargs.pop("max_value", None)
        return forms.DecimalField(
            **{"max_digits": 12, "decimal_places": 2, "required": not self.blank, "label": self.verbose_name}
            | kwargs
        )
