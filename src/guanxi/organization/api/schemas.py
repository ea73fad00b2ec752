"""The shapes of what is asked and told. Asked is closed and exact: an unknown field, a number in quotes or a
``true`` in place of 1 is refused, never reinterpreted (attacks MA-01, MA-04, MA-05)."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from guanxi.lib.texts import without_unseen
from guanxi.organization.models import User

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YUAN = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,2})?")


class Asked(Schema):
    """A body or a set of filters that a client sends."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _no_number(cls, given: Any) -> Any:
        # An object without fields would be read from the attributes of the number.
        if isinstance(given, Decimal):
            raise ValueError(_("An object with fields, not a number."))
        return given

    @model_validator(mode="after")
    def _seen(self) -> Self:
        """Texts without characters nobody can see; codes of a fixed list, days and amounts stay exact."""
        for name in self.model_fields_set:
            value = getattr(self, name)
            if isinstance(value, str) and type(self).model_fields[name].annotation in (str, str | None):
                setattr(self, name, without_unseen(value).strip())
        return self


class Told(Schema):
    """What the API answers."""

    @classmethod
    def copied(cls, row: Any, **told: Any) -> Self:
        """The attributes of ``row`` that bear a field's name, and in ``told`` the fields that are none of them."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields if name not in told}, **told)


def _day(value: Any) -> Any:
    """Pydantic would take 0 for 1970-01-01."""
    if isinstance(value, date) or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


def _plausible(value: date) -> date:
    """Far dates overflow when days are added."""
    if not 1800 <= value.year <= 2200:
        raise ValueError("a year between 1800 and 2200")
    return value


def _yuan(value: Any) -> Any:
    if isinstance(value, Decimal | int | str) and not isinstance(value, bool) and YUAN.fullmatch(str(value)):
        return value
    raise ValueError("an amount in yuan with at most two decimals")


Whole = Annotated[int, Field(strict=True, ge=0, le=2**53)]
Id = Annotated[int, Field(ge=1, le=2**53)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, AfterValidator(_plausible), BeforeValidator(_day)]
Yuan = Annotated[
    Decimal,
    BeforeValidator(_yuan),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{YUAN.pattern}$"}]}, "validation"
    ),
]
Amount = Annotated[Decimal, PlainSerializer(lambda value: f"{value:.2f}", return_type=str)]
Limit = Annotated[
    int,
    Field(ge=1, description="Rows wanted; more than 200 gives 200."),
    AfterValidator(lambda n: min(n, 200)),
]


Code = Annotated[str, Field(max_length=30)]


def words(longest: int, *, needed: bool = False) -> Any:
    """The default of a text field of at most ``longest`` characters: "" when left out, unless ``needed``."""
    return Field(max_length=longest) if needed else Field("", max_length=longest)


class Person(Told):
    """A colleague, by name."""

    id: int
    name: str

    @classmethod
    def of(cls, user: User | None) -> "Person | None":
        return None if user is None else cls(id=user.pk, name=str(user))
