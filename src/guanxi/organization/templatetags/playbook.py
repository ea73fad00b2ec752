"""Words of the store's playbook in templates."""

from typing import Any

from django import template
from django.utils.translation import get_language

from guanxi.playbooks.definitions import Playbook

register = template.Library()


def coded_label(playbook: Playbook, kind: str, code: str) -> str:
    """The label of a code in the reader's language; a retired or foreign code reads as itself."""
    label = playbook.labels(kind).get(code)
    return label.text(get_language() or "zh-hans") if label else code


@register.simple_tag(takes_context=True)
def coded(context: dict[str, Any], kind: str, code: str) -> str:
    """``{% coded "sources" customer.source_code %}``: the label of a code of the user's store."""
    return coded_label(context["request"].user.store.playbook, kind, code) if code else ""
