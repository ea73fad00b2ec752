"""What people type about the parts of a card; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.customers.forms import NO_NUMBER, options
from guanxi.customers.models import Contact, Customer, OwnedItem
from guanxi.lib.phones import PhoneRefused, mask_phone, parse_phone
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.forms import GuanxiForm, VersionedForm

FARTHEST = 9_999_999
MASKED = "*"


class OwnedItemForm(VersionedForm):
    mileage = forms.IntegerField(
        label=_("Mileage (km)"), required=False, min_value=0, max_value=FARTHEST, widget=forms.NumberInput
    )

    class Meta:
        model = OwnedItem
        fields = ["is_ours", "brand", "model", "colour", "plate_no", "vin", "bought_on", "mileage", "insurer",
                  "insurance_expires_on"]  # fmt: skip
        labels = {"is_ours": _("Bought from our brand")}
        widgets = {"bought_on": forms.DateInput, "insurance_expires_on": forms.DateInput}

    def clean_vin(self) -> str:
        return str(self.cleaned_data["vin"]).upper()


class ContactPersonForm(VersionedForm):
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)

    class Meta:
        model = Contact
        fields = ["name", "department", "title", "is_primary"]
        labels = {"is_primary": _("Main contact")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.held: Contact = kwargs["instance"]
        shown = mask_phone(self.held.phone_normalized) if self.held.phone_normalized else ""
        kwargs["initial"] = {"phone": shown}
        super().__init__(*args, **kwargs)

    def clean_phone(self) -> tuple[str, str]:
        """(raw, normalised); a mask left alone, or that of an earlier number, is the number held."""
        typed = self.cleaned_data["phone"].strip()
        if MASKED in typed:
            return self.held.phone_raw, self.held.phone_normalized
        if not typed:
            return "", ""
        try:
            number = parse_phone(typed)
        except PhoneRefused as refused:
            raise forms.ValidationError(NO_NUMBER) from refused
        return number.raw, number.normalized

    def values(self) -> dict[str, Any]:
        """Field → value for the operation."""
        given = super().values()
        given["phone_raw"], given["phone_normalized"] = given.pop("phone")
        return given


class SourceForm(GuanxiForm):
    code = forms.ChoiceField(label=_("Source"))
    detail = forms.CharField(label=_("Source detail"), max_length=60, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, playbook: Playbook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = options(playbook.sources, empty=False)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, card: Customer, posted: Any = None) -> "SourceForm":
        initial = {"code": card.source_code, "detail": card.source_detail, "version": card.version}
        return cls(card.store.playbook, posted, initial=initial)
