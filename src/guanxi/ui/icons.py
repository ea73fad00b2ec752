"""The drawings behind ``{% icon %}``, read once from ``icons.toml``."""

import tomllib
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe


@cache
def drawings() -> dict[str, str]:
    """Every icon by name: the inside of its svg element."""
    return tomllib.loads(Path(__file__).with_name("icons.toml").read_text(encoding="utf-8"))


def icon_html(name: str, css: str = "icon") -> SafeString:
    """One inline svg, hidden from screen readers. Raises TypeError for an unknown name."""
    try:
        drawing = drawings()[name]
    except KeyError:
        raise TypeError(f"no icon named {name!r}; see icons.toml") from None
    return mark_safe(f'<svg class="{css}" viewBox="0 0 24 24" aria-hidden="true">{drawing}</svg>')
