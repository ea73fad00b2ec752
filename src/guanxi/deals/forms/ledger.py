"""What people type about the ledger; shape and types only."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.queries.sellers import is_seller
from guanxi.deals.models import Deal
from guanxi.deals.queries.ledger import Narrowed, Source
from guanxi.deals.rules import MOST_PIECES
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.organization.rules.roles import Reach
from guanxi.ui.forms import GuanxiForm


class LedgerForm(GuanxiForm):
    """What to look for in the ledger; what cannot be read is pointed out and not looked for."""

    words = forms.CharField(
        label=_("Customer, order number or product"), max_length=60, required=False, widget=forms.SearchInput
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput)
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False, empty_label=_("Every product")
    )
    seller = forms.ModelChoiceField(
        label=_("Consultant"), queryset=User.objects.none(), required=False, empty_label=_("Everyone")
    )
    source = forms.ChoiceField(
        label=_("Came from"), choices=[("", _("Everything")), *Source.choices], required=False
    )

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert act.by is not None
        reach = Reach.STORE if act.by.read_reach == Reach.NONE else act.by.read_reach
        self.fields["product"].queryset = Product.objects.of_store(act.store)  # type: ignore[attr-defined]
        # Also who sold and has left.
        sold = Exists(Deal.objects.filter(seller=OuterRef("pk")).order_by())
        self.fields["seller"].queryset = User.objects.within(act.by, reach).filter(is_seller() | sold)  # type: ignore[attr-defined]

    def narrowed(self) -> Narrowed:
        self.is_valid()
        return Narrowed(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def unread(self) -> list[str]:
        """What cannot be read, and why; a sentence each."""
        self.is_valid()
        return [
            f"{self.fields[name].label}: {reason}"
            for name, reasons in self.errors.items()
            for reason in reasons
        ]

    @property
    def is_narrowed(self) -> bool:
        return self.narrowed() != Narrowed()


class ReturnForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("Quantity that came back"), min_value=0, max_value=MOST_PIECES)
    amount = forms.DecimalField(
        label=_("Given back (CNY)"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    on = forms.DateField(label=_("Came back on"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Why it came back"), max_length=200)


class CorrectionForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label=_("Date"), widget=forms.DateInput)
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False, empty_label="—"
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=MOST_PIECES)
    amount = forms.DecimalField(label=_("Amount (CNY)"), max_digits=14, decimal_places=2, required=False)
    margin = forms.DecimalField(label=_("Margin (CNY)"), max_digits=14, decimal_places=2, required=False)
    number = forms.CharField(label=_("Order number"), max_length=30, required=False)
    reason = forms.CharField(label=_("What was wrong"), max_length=200)

    def __init__(self, deal: Deal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.of_store(deal.store)  # type: ignore[attr-defined]


class TakingBackForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)
