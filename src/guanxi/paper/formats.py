"""Cell formats of a workbook, each made once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from guanxi.paper.sheets import Tone, Value

_TONES: dict[Tone, dict[str, Any]] = {
    Tone.PLAIN: {},
    Tone.MUTED: {"font_color": "#737373"},
    Tone.LATE: {"font_color": "#B3141B", "bg_color": "#FBD9D6", "bold": True},
    Tone.STRONG: {"bold": True},
}
_BOXED = {"border": 1, "border_color": "#737373", "valign": "vcenter", "text_wrap": True}


class Formats:
    """Hands out formats by purpose."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def title(self) -> Format:
        return self._format({"bold": True, "font_size": 15, "align": "center", "valign": "vcenter"})

    def subtitle(self, align: str) -> Format:
        return self._format({"font_size": 9, "align": align, "valign": "vcenter"})

    def note(self) -> Format:
        return self._format({"font_size": 9, "font_color": "#4D4D4D", "text_wrap": True, "valign": "top"})

    def block_title(self) -> Format:
        return self._format(_BOXED | {"bold": True, "bg_color": "#DBDBDB", "font_size": 9})

    def label(self) -> Format:
        return self._format(_BOXED | {"bg_color": "#EDEDED", "align": "center", "font_size": 9})

    def cell(self, value: Value, tone: Tone, align: str) -> Format:
        pattern = number_pattern(value)
        shape = _BOXED | {"align": align, "font_size": 9} | _TONES[tone]
        return self._format(shape | ({"num_format": pattern} if pattern else {}))

    def _format(self, properties: dict[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def number_pattern(value: Value) -> str:
    """Excel's number format for the value; empty for text and whole numbers."""
    match value:
        case datetime():
            return "yyyy-mm-dd hh:mm"
        case date():
            return "yyyy-mm-dd"
        case Decimal():
            exponent = value.as_tuple().exponent
            places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
            return "#,##0" + ("." + "0" * places if places else "")
        case _:
            return ""
