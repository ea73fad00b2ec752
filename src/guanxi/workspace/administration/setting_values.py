"""A setting's value as words and as input controls. Its shape is that of the pack's default."""

from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.organization.labels import language
from guanxi.playbooks.definitions import Playbook, Settings
from guanxi.ui.days import WEEKDAYS
from guanxi.ui.forms import GuanxiForm
from guanxi.ui.punctuation import listed

GROUPS = {
    "levels": gettext_lazy("Levels"),
    "cadence": gettext_lazy("Follow-up"),
    "card": gettext_lazy("Customer card"),
    "calendar": gettext_lazy("Calendar"),
    "care": gettext_lazy("Owner care"),
    "loss": gettext_lazy("Losses"),
    "register": gettext_lazy("Registers"),
    "report": gettext_lazy("Reports and targets"),
    "pipeline": gettext_lazy("Opportunities"),
    "accounts": gettext_lazy("Key accounts"),
    "referral": gettext_lazy("Referrals"),
    "markets": gettext_lazy("Products and markets"),
    "value": gettext_lazy("Customer value"),
    "privacy": gettext_lazy("Privacy"),
}
WEEKDAY_KEY, OUTCOME_KEY = "store.closed_weekdays", "loss.bucket_map"
BUCKETS = ("F1", "F2", "L")


def shown(key: str, value: Any, playbook: Playbook) -> str:
    """The value in one line, e.g. ``H 2 · A 7`` or ``H 1/2/4``."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == WEEKDAY_KEY:
        return listed(WEEKDAYS[day - 1] for day in value) or _("none")
    if isinstance(value, dict):
        names = _names(key, playbook)
        return " · ".join(f"{names.get(code, code)} {_plain(part)}" for code, part in value.items())
    return _plain(value)


def _names(key: str, playbook: Playbook) -> dict[str, str]:
    """What the parts of a value are called, where their codes say little."""
    kind = "outcomes" if key == OUTCOME_KEY else "stages" if key.startswith("stage.") else ""
    if not kind:
        return {}
    return {code: label.text(language()) for code, label in playbook.labels(kind).items()}


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "/".join(str(part) for part in value)
    return str(value)


class SettingForm(GuanxiForm):
    """One setting: a control for each part of its value. Only types are checked here; limits and what must
    hold between settings is the playbook's business."""

    def __init__(self, key: str, value: Any, playbook: Playbook, posted: Any = None):
        super().__init__(posted)
        self.key, self.current, self.playbook = key, value, playbook
        for name, field in self._fields(value).items():
            self.fields[name] = field

    def value(self) -> Any:
        """What was entered, in the shape that overrides take. Call it on a valid form."""
        given = self.cleaned_data
        if self.key == WEEKDAY_KEY:
            return sorted(int(day) for day in given["value"])
        if not isinstance(self.current, dict):
            return str(given["value"]) if isinstance(given["value"], Decimal) else given["value"]
        if _is_ladder(self.current):
            return {code: [given[f"{code}_{step}"] for step in range(3)] for code in self.current}
        entered = {code: given[code] for code in self.current}
        return {code: str(part) for code, part in entered.items()} if self._is_decimal() else entered

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The controls by code, for the steps of the ladder."""
        if not (isinstance(self.current, dict) and _is_ladder(self.current)):
            return []
        return [(code, [self[f"{code}_{step}"] for step in range(3)]) for code in self.current]

    def _is_decimal(self) -> bool:
        sample = next(iter(self.current.values())) if isinstance(self.current, dict) else self.current
        return isinstance(sample, str) and self.key != OUTCOME_KEY and not _choices(self.key)

    def _fields(self, value: Any) -> dict[str, forms.Field]:
        if self.key == WEEKDAY_KEY:
            days = [(str(number), str(name)) for number, name in enumerate(WEEKDAYS, 1)]
            widget = forms.CheckboxSelectMultiple
            return {"value": forms.MultipleChoiceField(
                label=_("Closed on"), choices=days, initial=[str(day) for day in value], required=False, widget=widget
            )}  # fmt: skip
        if self.key == OUTCOME_KEY:
            names = self.playbook.labels("outcomes")
            kinds = [
                (code, f"{code} {self.playbook.levels_by_code[code].label.text(language())}")
                for code in BUCKETS
            ]
            return {
                code: forms.ChoiceField(label=names[code].text(language()), choices=kinds, initial=bucket)
                for code, bucket in value.items()
            }
        if codes := _choices(self.key):
            return {"value": forms.ChoiceField(
                label=_("Value"), choices=[(code, code) for code in codes], initial=value, widget=forms.RadioSelect,
            )}  # fmt: skip
        if isinstance(value, bool):
            return {"value": forms.TypedChoiceField(
                label=_("Value"), coerce=lambda text: text == "yes", choices=[("yes", _("yes")), ("no", _("no"))],
                initial="yes" if value else "no", widget=forms.RadioSelect,
            )}  # fmt: skip
        if isinstance(value, dict) and _is_ladder(value):
            steps = [_("supervisor"), _("manager calls"), _("reassignment")]
            return {
                f"{code}_{step}": forms.IntegerField(label=f"{code} · {steps[step]}", initial=days)
                for code, ladder in value.items()
                for step, days in enumerate(ladder)
            }
        if isinstance(value, dict):
            kind = forms.DecimalField if self._is_decimal() else forms.IntegerField
            called = _names(self.key, self.playbook)
            return {code: kind(label=called.get(code, code), initial=part) for code, part in value.items()}
        may_be_empty = _may_be_none(self.key)
        hint = _("Empty means: not used.") if may_be_empty else ""
        kind = (
            forms.DecimalField
            if self._is_decimal() or self.key == "level.deposit_min"
            else forms.IntegerField
        )
        return {"value": kind(label=_("Value"), initial=value, required=not may_be_empty, help_text=hint)}


def _is_ladder(value: dict[str, Any]) -> bool:
    return all(isinstance(part, list | tuple) for part in value.values())


def _annotation(key: str) -> Any:
    return next(field for field in Settings.model_fields.values() if field.alias == key).annotation


def _choices(key: str) -> tuple[str, ...]:
    """The codes a setting is one of; none for other kinds."""
    annotation = _annotation(key)
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _may_be_none(key: str) -> bool:
    return type(None) in get_args(_annotation(key))
