"""What every component shares: refusing misspelt options and writing attributes."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def one_of(name: str, value: str, allowed: Iterable[str]) -> str:
    """Return ``value``; raises TypeError when it is not one of ``allowed``."""
    if value not in allowed:
        raise TypeError(f"{name} is {value!r}; choose one of {', '.join(sorted(allowed))}")
    return value


def attributes(**given: Any) -> SafeString:
    """HTML attributes: underscores become hyphens, a trailing one is dropped, empty values are left out."""
    # Written out rather than through format_html: a list of fifty rows asks for hundreds.
    written = ""
    for name, value in given.items():
        if value is None or value is False or value == "":
            continue
        written += f" {name.rstrip('_').replace('_', '-')}"
        if value is not True:
            written += f'="{conditional_escape(value)}"'
    return mark_safe(written)


def trimmed(content: str) -> SafeString:
    """The rendered inside of a block tag without the space around it."""
    return mark_safe(content.strip())


def read(item: Any, name: str, default: Any = "") -> Any:
    """A named part of an object or of a dict, so that views may pass either."""
    if isinstance(item, dict):
        return item.get(name, default)
    return getattr(item, name, default)
