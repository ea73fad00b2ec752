"""Two people edited one card: what is stored now beside what was typed."""

from typing import Any

from django import forms

from guanxi.ui.punctuation import listed

NOTHING = "—"


def differences(typed: forms.BaseForm, stored: forms.BaseForm) -> list[dict[str, Any]]:
    """Label, what is stored now, what was typed: for each field in which the two differ. ``stored`` is the same
    form unbound, made from the row as it stands."""
    rows = []
    for bound in typed.visible_fields():
        if bound.name not in stored.fields:
            continue
        now = stored[bound.name].initial
        if now is None and bound.field.required:
            # Not of the row: why somebody changes it.
            continue
        if bound.field.has_changed(now, bound.data):
            rows.append({"label": bound.label, "now": _words(bound, now), "typed": _words(bound, bound.data)})
    return rows


def _words(bound: forms.BoundField, value: Any) -> str:
    """A value as its control would show it."""
    if isinstance(value, list):
        return listed(_words(bound, one) for one in value) or NOTHING
    if isinstance(bound.field, forms.BooleanField):
        return "✓" if value else NOTHING
    choices = getattr(bound.field, "choices", ())
    return next((str(label) for code, label in choices if str(code) == str(value)), "") or str(
        value or NOTHING
    )
