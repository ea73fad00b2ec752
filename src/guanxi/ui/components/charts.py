"""Charts that are their own table: bars with direct labels, the figures one click away."""

from typing import Any

from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from guanxi.ui.components.parts import read

register = Library()


@register.simple_tag
def bar_chart(rows: list[Any], title: Any, unit: Any = "", open: bool = False) -> SafeString:
    """Horizontal bars. A row has ``label`` and ``value``, and may have ``text``, ``url`` and ``tone``."""
    most = max((abs(float(read(row, "value", 0) or 0)) for row in rows), default=0) or 1
    bars = [
        {
            "label": read(row, "label"),
            "text": read(row, "text") or read(row, "value", 0),
            "url": read(row, "url"),
            "tone": read(row, "tone") or "accent",
            "share": f"{abs(float(read(row, 'value', 0) or 0)) / most * 100:.1f}",
        }
        for row in rows
    ]
    return render_to_string("ui/bar_chart.html", {"bars": bars, "title": title, "unit": unit, "open": open})
