"""Money and rates as people read them: exact decimals, rounded half up for display (handbook 0.2)."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import overload

NONE_SHOWN = "—"
MOST_INTEGER_DIGITS = 12

_TYPED = re.compile(r"¥?([+-]?)¥?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?元?")
# Unit, mark, and the step of the unit below: 999,950 shown in steps of 0.1k is 1M, not 1000k.
_LARGE_UNITS = {
    "zh": ((10**8, "亿", 1000), (10**4, "万", 1)),
    "en": ((10**6, "M", 100), (10**3, "k", 1)),
}


class MoneyRefused(ValueError):
    """Not an exact amount of yuan that can be stored."""


def yuan_to_fen(amount: Decimal | str | int) -> int:
    """Return whole fen, rounded half up. Text may carry ¥, 元, thousands commas and full-width digits.

    Raises `MoneyRefused` for floats (never exact), NaN, infinity, exponents in text and more than 12
    integer digits.
    """
    if isinstance(amount, str):
        amount = _typed(amount)
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise MoneyRefused("an amount is a decimal, an integer or text")
    value = Decimal(amount)
    if not value.is_finite() or abs(value) >= Decimal(10) ** MOST_INTEGER_DIGITS:
        raise MoneyRefused(f"an amount is finite and has at most {MOST_INTEGER_DIGITS} integer digits")
    return int(value.scaleb(2).quantize(Decimal(1), ROUND_HALF_UP))


def fen_to_yuan(fen: int) -> Decimal:
    """Return yuan with exactly two decimals."""
    return Decimal(fen).scaleb(-2).quantize(Decimal("0.01"))


def format_money(amount: Decimal, lang: str) -> str:
    """Return "¥12,345", with two decimals only when there are fen; the same in both languages."""
    value = _rounded(amount, "0.01")
    sign = "-" if value < 0 else ""
    places = 0 if value == value.to_integral_value() else 2
    return f"{sign}¥{abs(value):,.{places}f}"


def format_large(amount: Decimal, lang: str) -> str:
    """Return a rough amount for a chart: "¥12.3万", "¥1.2亿" in zh; "¥123.5k", "¥1.2M" in en.

    `lang` is a language code; anything that does not begin with "zh" is written the English way.
    """
    units = _LARGE_UNITS["zh" if lang.lower().startswith("zh") else "en"]
    sign = "-" if amount < 0 else ""
    for unit, mark, step in units:
        if _rounded(abs(amount) / step, "1") * step >= unit:
            tenths = f"{_rounded(abs(amount) / unit, '0.1'):,f}"
            return f"{sign}¥{tenths.removesuffix('.0')}{mark}"
    return format_money(_rounded(amount, "1"), lang)


def ratio(numerator: Decimal | int, denominator: Decimal | int) -> Decimal | None:
    """Return the exact quotient as a fraction, None when the denominator is 0 (handbook 0.2)."""
    return Decimal(numerator) / Decimal(denominator) if denominator else None


def format_ratio(value: Decimal | None) -> str:
    """Return "70.6%" (one decimal, half up), "—" for None."""
    return NONE_SHOWN if value is None else f"{_rounded(value * 100, '0.1'):,f}%"


@overload
def exact(value: float, places: int | None = None) -> Decimal: ...
@overload
def exact(value: float | None, places: int | None = None) -> Decimal | None: ...
def exact(value: float | None, places: int | None = None) -> Decimal | None:
    """The decimal that a float is written as, rounded to ``places`` where asked; None stays None."""
    if value is None:
        return None
    return Decimal(str(value if places is None else round(value, places)))


def percent(share: Decimal) -> int:
    """A share in whole percent, half up."""
    return int(_rounded(share * 100, "1"))


def _rounded(value: Decimal, step: str) -> Decimal:
    result = value.quantize(Decimal(step), ROUND_HALF_UP)
    return result if result else abs(result)


def _typed(text: str) -> Decimal:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:100]))
    match = _TYPED.fullmatch(plain)
    if not match:
        raise MoneyRefused("not an amount")
    sign, whole, fraction = match.groups()
    return Decimal(f"{sign}{whole.replace(',', '')}{fraction or ''}")
