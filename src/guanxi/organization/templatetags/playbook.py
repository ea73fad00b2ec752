"""Words of the store's playbook in templates."""

from typing import Any

from django import template

from guanxi.organization.labels import coded_label

register = template.Library()


@register.simple_tag(takes_context=True)
def coded(context: dict[str, Any], kind: str, code: str) -> str:
    """``{% coded "sources" customer.source_code %}``: the label of a code of the user's store."""
    return coded_label(context["request"].user.store.playbook, kind, code) if code else ""
