"""What codes and fields are called in the reader's language."""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import get_language

from guanxi.playbooks.definitions import Playbook


def language() -> str:
    """The language of the page, answer or message being written."""
    return get_language() or settings.LANGUAGE_CODE


def coded_label(playbook: Playbook, kind: str, code: str) -> str:
    """The label of a code; a retired or foreign code reads as itself."""
    label = playbook.labels(kind).get(code)
    return label.text(language()) if label else code


def field_words(*models: type[Model]) -> dict[str, Any]:
    """Field → its ``verbose_name``, of the first model that gives it one; fields without one are left out."""
    return {
        field.name: field.verbose_name
        for model in reversed(models)
        for field in model._meta.concrete_fields
        if isinstance(field.verbose_name, Promise)
    }
