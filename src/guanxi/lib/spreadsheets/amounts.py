"""Single cells as amounts of money and as whole numbers; what cannot be read exactly is refused, never guessed."""

import re
import unicodedata
from datetime import date, time
from decimal import Decimal

from guanxi.lib.money import MoneyRefused, fen_to_yuan, yuan_to_fen
from guanxi.lib.spreadsheets.cells import Cell, cell_text

_AMOUNT = re.compile(
    r"([+-]?)(?:¥|rmb|cny)?([+-]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?(万)?(?:元|圆)?", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\((.+)\)")
_NUMBER = re.compile(r"([+-]?[0-9]{1,9})(?:\.0+)?[台件个套份次辆只盒本张]?")
_MINUS = str.maketrans("−–", "--")


class AmountRefused(ValueError):
    """The cell is filled, but not with a number of this kind."""


def cell_amount(cell: Cell) -> Decimal | None:
    """Return yuan with two decimals, half up, None for a blank cell.

    Reads numbers, and text such as "1,234.5", "¥1234", "-300元", "16.88万" and "(300)", which bookkeepers write for
    -300, with any width of digits. Raises `AmountRefused` for anything else and for more than 12 integer digits.
    """
    try:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            # 15 digits are what a spreadsheet keeps of a number; what is behind them is noise of its arithmetic.
            return fen_to_yuan(yuan_to_fen(Decimal(f"{cell:.15g}")))
        text = _plain(cell)
        return fen_to_yuan(yuan_to_fen(_written(text))) if text else None
    except MoneyRefused as refused:
        raise AmountRefused(str(refused)) from refused


def cell_number(cell: Cell) -> int | None:
    """Return a whole number, None for a blank cell; "2台" is 2. Raises `AmountRefused` for anything else."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not float(cell).is_integer() or abs(cell) >= 10**9:
            raise AmountRefused("not a whole number")
        return int(cell)
    text = _plain(cell)
    if not text:
        return None
    match = _NUMBER.fullmatch(text)
    if not match:
        raise AmountRefused("not a whole number")
    return int(match[1])


def _plain(cell: Cell) -> str:
    if isinstance(cell, bool | date | time):
        raise AmountRefused("not a number")
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", cell_text(cell)[:100])).translate(_MINUS)


def _written(text: str) -> Decimal:
    sign = 1
    if bracketed := _IN_BRACKETS.fullmatch(text):
        sign, text = -1, bracketed[1]
    match = _AMOUNT.fullmatch(text)
    if not match or (match[1] and match[2]) or (sign < 0 and (match[1] or match[2])):
        raise AmountRefused("not an amount")
    value = Decimal(f"{match[1] or match[2]}{match[3].replace(',', '')}{match[4] or ''}")
    return sign * value * (10_000 if match[5] else 1)
