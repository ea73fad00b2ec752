"""What people type in the reports; shape and types only."""

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from guanxi.ui.forms import GuanxiForm


class ReportForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_lazy("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    free_rows = forms.CharField(
        label=_lazy("Other work, one line each"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class ReviewForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_lazy("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
