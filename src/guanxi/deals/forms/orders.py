"""What people type about orders; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.models import OwnedItem
from guanxi.organization.acts import Act
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm


class OrderForm(GuanxiForm):
    product = forms.ModelChoiceField(
        label=_("Model"), queryset=Product.objects.none(), required=False, empty_label="—"
    )
    colour = forms.CharField(label=_("Colour"), max_length=30, required=False)
    amount = forms.DecimalField(label=_("Price (CNY)"), max_digits=12, decimal_places=2, required=False)
    deposit = forms.DecimalField(
        label=_("Deposit received (CNY)"), max_digits=12, decimal_places=2, required=False
    )
    promised_on = forms.DateField(label=_("Promised delivery"), required=False, widget=forms.DateInput)
    order_no = forms.CharField(
        label=_("Order number"), max_length=30, required=False, help_text=_("Left empty, one is given.")
    )

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.of_store(act.store).on_sale()  # type: ignore[attr-defined]


class DepositForm(GuanxiForm):
    amount = forms.DecimalField(label=_("Deposit received (CNY)"), max_digits=12, decimal_places=2)


class CancellationForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why the order is cancelled"), max_length=200)
    refund = forms.BooleanField(label=_("The deposit is refunded"), required=False, initial=True)


class DeliveryForm(GuanxiModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = OwnedItem
        fields = ["delivered_on", "vin", "engine_no", "plate_no", "insurer", "insurance_expires_on", "finance_org",
                  "first_service_due_on", "first_service_due_km", "accessories"]  # fmt: skip
        widgets = {
            "delivered_on": forms.DateInput,
            "insurance_expires_on": forms.DateInput,
            "first_service_due_on": forms.DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delivered_on"].required = True

    def clean_vin(self) -> str:
        return str(self.cleaned_data["vin"]).upper()
