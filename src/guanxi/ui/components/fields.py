"""Forms: one field with its label, hint and error; errors of the whole form; the one-time key."""

import uuid
from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template import Library
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guanxi.ui.components.parts import one_of

register = Library()

LOOKS = ("", "chips", "halves", "levels", "list")


@register.simple_tag
def field(
    bound: BoundField,
    label: Any = None,
    hint: Any = None,
    look: str = "",
    placeholder: str = "",
    rows: int = 0,
    autofocus: bool = False,
    hide_label: bool = False,
    voice: bool = False,
) -> SafeString:
    """Label, control, hint and error of a field; ``look`` is how choices are drawn."""
    one_of("look", look, LOOKS)
    if bound.is_hidden:
        return SafeString(str(bound))
    widget = bound.field.widget
    hint = bound.help_text if hint is None else hint
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {
        "placeholder": placeholder,
        "rows": rows,
        "autofocus": autofocus,
        "aria-describedby": " ".join(described),
    }
    facts: dict[str, Any] = {
        "bound": bound,
        "label": bound.label if label is None else label,
        "hint": hint,
        "look": look or "chips",
        "voice": voice,
        "hide_label": hide_label,
        "described": attrs["aria-describedby"],
        "required": bound.field.required,
    }
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        # A group that stands on a choice already asks for nothing.
        facts["required"] = bound.field.required and not bound.value()
        facts["options"] = [option for option in bound.subwidgets if option.data.get("value") != ""]
        if autofocus and facts["options"]:
            chosen = next(
                (option for option in facts["options"] if option.data["selected"]), facts["options"][0]
            )
            chosen.data["attrs"]["autofocus"] = True
        return render_to_string("ui/choices.html", facts)
    facts["control"] = bound.as_widget(attrs={name: value for name, value in attrs.items() if value})
    if isinstance(widget, CheckboxInput):
        return render_to_string("ui/tick.html", facts)
    facts["is_file"] = isinstance(widget, FileInput)
    return render_to_string("ui/field.html", facts)


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What is wrong with the form as a whole, and the errors of its hidden fields. After a stale edit also what is
    stored now beside what was typed."""
    wrong = list(form.non_field_errors())
    wrong += [error for bound in form.hidden_fields() for error in bound.errors]
    return render_to_string("ui/form_errors.html", {"wrong": wrong, "form": form})


@register.simple_tag
def form_key(value: str = "") -> SafeString:
    """A hidden one-time key: the server takes a form with the same key exactly once."""
    return format_html('<input type="hidden" name="form_key" value="{}">', value or uuid.uuid4())
