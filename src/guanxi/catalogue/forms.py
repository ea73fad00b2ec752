"""Products, price schemes and rivals' prices as they are entered; shape and types only."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.catalogue.models import Product, Scheme
from guanxi.organization.models import Store
from guanxi.ui.forms import GuanxiForm, RowsField


class ProductForm(GuanxiForm):
    name = forms.CharField(label=_("Product"), max_length=60)
    line = forms.CharField(
        label=_("Product line"), max_length=30, required=False,
        help_text=_("What is reported together, e.g. SUVs or accessories."),
    )  # fmt: skip
    list_price = forms.DecimalField(
        label=_("List price"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("In yuan."),
    )
    unit_cost = forms.DecimalField(
        label=_("Unit cost"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("In yuan. Only managers, finance, proprietor and admin see costs and margins."),
    )
    is_active = forms.BooleanField(
        label=_("On sale"),
        required=False,
        initial=True,
        help_text=_("Retired products stay on cards and orders."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, product: Product, posted: Any = None) -> "ProductForm":
        return cls(posted, initial={name: getattr(product, name) for name in cls.base_fields})


class SchemeForm(GuanxiForm):
    name = forms.CharField(label=_("Name of the scheme"), max_length=60)
    kind = forms.ChoiceField(
        label=pgettext_lazy("price scheme", "Kind"), choices=Scheme.Kind, widget=forms.RadioSelect
    )
    products = RowsField(
        label=_("Products"), queryset=Product.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    percent_off = forms.DecimalField(
        label=_("Per cent off"),
        max_digits=4,
        decimal_places=1,
        required=False,
        help_text=_("Of a discount: 10 for a tenth off."),
    )
    amount_off = forms.DecimalField(
        label=_("Amount off"), max_digits=12, decimal_places=2, required=False,
        help_text=_("Or an amount, in yuan."),
    )  # fmt: skip
    price = forms.DecimalField(
        label=_("Price of the bundle"), max_digits=12, decimal_places=2, required=False,
        help_text=_("In yuan, for all of them together."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput)
    ends_on = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput, help_text=_("Left empty, it runs on.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, store: Store, posted: Any = None, initial: Any = None) -> None:
        super().__init__(posted, initial=initial)
        self.fields["products"].queryset = Product.objects.of_store(store).on_sale()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, scheme: Scheme, posted: Any = None) -> "SchemeForm":
        names = [name for name in cls.base_fields if name != "products"]
        initial = {name: getattr(scheme, name) for name in names} | {"products": scheme.products.all()}
        form = cls(scheme.store, posted, initial)
        # A retired product stays in the scheme that holds it, so that this can still be changed or ended.
        offered = Q(is_active=True) | Q(pk__in=scheme.products.values("pk"))
        form.fields["products"].queryset = Product.objects.of_store(scheme.store).filter(offered)  # type: ignore[attr-defined]
        return form

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RivalPriceForm(GuanxiForm):
    rival = forms.CharField(label=_("Rival"), max_length=60)
    price = forms.DecimalField(
        label=pgettext_lazy("rival", "Price"), max_digits=12, decimal_places=2, help_text=_("In yuan.")
    )
    seen_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput)
    source = forms.CharField(
        label=_("Where it was seen"), max_length=100, required=False,
        help_text=_("A leaflet, a web page, what a customer said."),
    )  # fmt: skip
