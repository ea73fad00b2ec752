"""Two cards side by side, and which value stays where both tell something else."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime

from guanxi.customers.forms import TOUCH_LABELS
from guanxi.customers.models import Customer
from guanxi.customers.rules.blanks import is_blank
from guanxi.customers.rules.masks import mask_account, mask_email
from guanxi.lib.money import format_money
from guanxi.merging.queries import Line, Outcome
from guanxi.organization.labels import coded_label, language
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.forms import GuanxiForm

CODED = {
    "channel": "channels",
    "use_type": "use_types",
    "purchase_kind": "purchase_kinds",
    "payment": "payments",
}
CHOICES: dict[str, dict[Any, Any]] = {
    "gender": dict(Customer.Gender.choices),
    "touch_tier": dict(TOUCH_LABELS),
}
NOTHING = "—"


class MergeForm(GuanxiForm):
    """What was shown, by version and outcome, and a choice for every field in which the cards differ."""

    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    merged_version = forms.IntegerField(widget=forms.HiddenInput)
    level = forms.CharField(widget=forms.HiddenInput, required=False)
    due_on = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, lines: Sequence[Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to_choose = [line.name for line in lines if line.differs]
        for line in lines:
            if line.differs:
                self.fields[line.name] = forms.ChoiceField(
                    label=line.label, choices=[("kept", "kept"), ("merged", "merged")], initial="kept"
                )

    def others(self) -> frozenset[str]:
        """The fields that take the newer card's value."""
        return frozenset(name for name in self.to_choose if self.cleaned_data[name] == "merged")

    def shown(self) -> Outcome:
        return Outcome(self.cleaned_data["level"], self.cleaned_data["due_on"])

    def takes(self, name: str) -> bool:
        """Whether the newer card's value is ticked."""
        return bool(self[name].value() == "merged")


def words_of(name: str, value: Any, playbook: Playbook) -> str:
    """A value as a page shows it: codes by their label, accounts masked."""
    if is_blank(name, value):
        return NOTHING
    if name in CODED:
        return coded_label(playbook, CODED[name], value)
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if name == "wechat":
        return mask_account(value)
    if name == "email":
        return mask_email(value)
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return value.isoformat()
    return format_money(value, language()) if isinstance(value, Decimal) else str(value)
