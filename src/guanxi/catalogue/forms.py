"""A product as it is entered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.ui.forms import GuanxiForm


class ProductForm(GuanxiForm):
    name = forms.CharField(label=_("Product"), max_length=60)
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
