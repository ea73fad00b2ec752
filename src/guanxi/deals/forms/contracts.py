"""What people type about contracts; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.models import Product
from guanxi.organization.models import Store
from guanxi.ui.forms import GuanxiForm


class ContractForm(GuanxiForm):
    """A term: a new one, the next one or one put right; ``version`` is that of the row it is about, 0 of none."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False, empty_label="—"
    )
    subject = forms.CharField(
        label=pgettext_lazy("contract", "What it is about"),
        max_length=60,
        required=False,
        help_text=_("Unless the product says it."),
    )
    begins_on = forms.DateField(label=_("Begins on"), widget=forms.DateInput)
    ends_on = forms.DateField(label=_("Ends on"), widget=forms.DateInput)
    amount = forms.DecimalField(
        label=_("Amount of the term (CNY)"), max_digits=12, decimal_places=2, min_value=0
    )
    agreed_on = forms.DateField(label=_("Agreed on"), widget=forms.DateInput)

    def __init__(self, store: Store, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.of_store(store)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Field → value of the term."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EndForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    ended_on = forms.DateField(label=_("Notice given or ended on"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Why it ends"), max_length=200)


class TakingBackContractForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
