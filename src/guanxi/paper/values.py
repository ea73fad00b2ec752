"""How the value of a cell becomes text."""

import re
from datetime import date, datetime
from decimal import Decimal

from guanxi.paper.sheets import Cell, CellLike, Value

# Control characters break XML and PDF text; lone surrogates cannot be encoded at all.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def as_cell(content: CellLike) -> Cell:
    """The content as a Cell.

    Raises TypeError for a kind of value that no sheet shows, such as a float or a bool, and ValueError for a
    Decimal that is infinite or not a number.
    """
    cell = content if isinstance(content, Cell) else Cell(content)
    if isinstance(cell.value, bool) or not isinstance(cell.value, str | int | Decimal | date | None):
        raise TypeError(f"A cell cannot hold {type(cell.value).__name__}")
    if isinstance(cell.value, Decimal) and not cell.value.is_finite():
        raise ValueError("A cell cannot hold a number that is not finite; pass a dash instead")
    return cell


def clean(text: str) -> str:
    """The text with one kind of line end and without characters that no printer or spreadsheet accepts."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def exact_text(value: Value) -> str:
    """The value for a machine: ISO dates, numbers without grouping, nothing for None."""
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return clean(str(value))


def printed_text(value: Value) -> str:
    """The value for a reader: as `exact_text`, with decimals grouped by thousands."""
    return f"{value:,f}" if isinstance(value, Decimal) else exact_text(value)
