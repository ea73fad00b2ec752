"""Labels of a playbook in the reader's language."""

from django.conf import settings
from django.utils.translation import get_language

from guanxi.playbooks.definitions import Playbook


def language() -> str:
    """The language of the page, answer or message being written."""
    return get_language() or settings.LANGUAGE_CODE


def coded_label(playbook: Playbook, kind: str, code: str) -> str:
    """The label of a code; a retired or foreign code reads as itself."""
    label = playbook.labels(kind).get(code)
    return label.text(language()) if label else code
