"""Forms whose controls look right by themselves and keep what was typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import DateTimeBaseInput, Input
from django.http import HttpRequest, QueryDict

from guanxi.lib.keys import parse_key
from guanxi.lib.texts import without_unseen

CSS = (
    (forms.CheckboxInput, "checkbox checkbox-sm"),
    (forms.CheckboxSelectMultiple, "choice-input"),
    (forms.RadioSelect, "choice-input"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-input"),
    (forms.HiddenInput, ""),
    (Input, "input"),
)


class GuanxiRenderer(DjangoTemplates):
    """``{{ form }}`` and ``{{ field.as_field_group }}`` drawn with our components."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field_group.html"


def posted(request: HttpRequest) -> QueryDict | None:
    """The ``data`` of a page's form: what was typed, None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def dress(bound: forms.BoundField) -> None:
    """Give a bound field's widget its class, the browser's date picker, and no guesses from other forms."""
    widget = bound.field.widget
    css = next((css for kind, css in CSS if isinstance(widget, kind)), "")
    worn = widget.attrs.get("class", "")
    if css and css not in worn:
        widget.attrs["class"] = f"{worn} {css}".strip()
    if isinstance(widget, forms.DateTimeInput):
        _pick(bound, widget, "datetime-local", "%Y-%m-%dT%H:%M")
    elif isinstance(widget, forms.DateInput):
        _pick(bound, widget, "date", "%Y-%m-%d")
    elif isinstance(widget, forms.TimeInput):
        _pick(bound, widget, "time", "%H:%M")
    if isinstance(widget, forms.NumberInput):
        widget.attrs.setdefault("inputmode", "decimal")
    if isinstance(widget, Input | forms.Textarea) and not isinstance(
        widget, forms.HiddenInput | forms.CheckboxInput | forms.PasswordInput
    ):
        # The next customer is somebody else: the browser must not offer the last one's name and number.
        widget.attrs.setdefault("autocomplete", "off")


def _pick(bound: forms.BoundField, widget: DateTimeBaseInput, kind: str, format: str) -> None:
    widget.format = format
    # A picker drops text it cannot read; a refused entry stays visible in a plain box.
    refused = bound.name in (getattr(bound.form, "_errors", None) or ())
    widget.input_type = "text" if refused else kind


class TypedText(forms.BoundField):
    """A field whose text is cleaned, and shown again, without characters nobody can see. Passwords, which keep their
    spaces, are left alone."""

    @property
    def data(self) -> Any:
        value = super().data
        is_text = isinstance(value, str) and isinstance(self.field, forms.CharField) and self.field.strip
        return without_unseen(value) if is_text else value


class PageForm(forms.BaseForm):
    """What forms of a page can do beyond Django's; subclass one of the two below."""

    bound_field_class = TypedText

    # Somebody saved first (promise P5). ``differing`` holds what is stored now beside what was typed, where the
    # two were compared.
    is_stale = False
    differing: list[dict[str, Any]] | None = None

    @property
    def answer_status(self) -> int:
        """The status of the page that shows the form: 409 for a stale edit, 422 for any other refusal."""
        if not self.is_bound:  # type: ignore[attr-defined]
            return 200
        return 409 if self.is_stale else 422

    def __getitem__(self, name: str) -> forms.BoundField:
        bound: forms.BoundField = super().__getitem__(name)
        dress(bound)
        return bound

    def retype(self, name: str, value: str) -> None:
        """Show another value in a bound form than was typed, e.g. the version to save over next time."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(name)] = value
        self.data = data


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows by their keys. What can be no key is as unknown as the key of a row that is gone."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if parse_key(str(key)) is None:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": str(key)[:20]}
                )
        return super().clean(value)


class GuanxiForm(PageForm, forms.Form):
    """The form every page form starts from."""

    default_renderer = GuanxiRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class GuanxiModelForm(PageForm, forms.ModelForm):
    """The same for a form that edits one row."""

    default_renderer = GuanxiRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class VersionedForm(GuanxiModelForm):
    """A form of one row with the version that was shown, 0 for one to be made; the operation checks and writes the
    row."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs["instance"]
        kwargs["initial"] = {"version": 0 if row._state.adding else row.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        plain_blanks(self)

    @property
    def shown_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def values(self) -> dict[str, Any]:
        """Field → value for the operation."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The operation writes the row."""


def plain_blanks(form: forms.BaseForm) -> None:
    """The empty choice of a list is a dash."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "—"
        elif isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.Select):
            choices: Any = field.choices
            field.choices = [(code, "—" if code in ("", None) else label) for code, label in choices]
