"""Figures of the map in templates."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django import template

register = template.Library()


@register.filter
def signed(value: Fraction | None) -> str:
    """``{{ support.index|signed }}``: +0.23, −0.10, 0.00; — without a value."""
    if value is None:
        return "—"
    rounded = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded)}"


@register.filter
def score(value: Fraction | None) -> str:
    """``{{ told.strength|score }}``: a figure of ratings with one decimal, half up; — without a value."""
    if value is None:
        return "—"
    return str((Decimal(value.numerator) / value.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP))


@register.filter
def twentieths(value: Fraction | None) -> int:
    """A share in twentieths, 0–20: the length of a bar as a class."""
    return round(value * 20) if value is not None else 0


@register.simple_tag
def qs_of(url: str, **given: object) -> str:
    """``{% qs_of url person=4 goal=words as link %}``: an address with a query."""
    return (
        f"{url}?{urlencode({name: str(value) for name, value in given.items() if value not in (None, '')})}"
    )


@register.filter
def exactly(value: Fraction | None) -> Decimal | None:
    """A fraction as the decimal that ``{% ratio %}`` rounds and shows."""
    return None if value is None else Decimal(value.numerator) / value.denominator
