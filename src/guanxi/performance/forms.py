"""What people type in the reports; shape and types only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _lazy

from guanxi.organization.models import User
from guanxi.performance.models import DailyReport, MonthComment, TargetMeasure
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm


def _share(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=Decimal(100), max_digits=6, decimal_places=3
    )


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

    @classmethod
    def of(cls, report: DailyReport, posted: Any = None) -> "ReportForm":
        return cls(posted, initial={
            "version": report.version, "on": report.on, "remark": report.remark, "free_rows": report.free_rows,
        })  # fmt: skip


class ReviewForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_lazy("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopeningForm(GuanxiForm):
    reason = forms.CharField(label=_lazy("Reason"), max_length=300, required=False)


class InstructionForm(GuanxiForm):
    words = forms.CharField(label=_lazy("Instruction"), max_length=300, required=False)


class CommentForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_lazy("Leader's comment"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, comment: MonthComment, posted: Any = None) -> "CommentForm":
        return cls(posted, initial={"version": comment.version, "comment": comment.comment})


class MeasureForm(GuanxiModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = TargetMeasure
        fields = ["cause", "measure", "owner", "due_on"]
        widgets = {"due_on": forms.DateInput}

    def __init__(self, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].required = False
        self.fields["due_on"].required = False


class BackwardForm(GuanxiForm):
    """The assumptions of a plan; chances and rates in per cent."""

    deliveries = forms.IntegerField(label=_lazy("Deliveries wanted"), min_value=0, max_value=100_000)
    carry_orders = forms.IntegerField(label=_lazy("Orders carried in"), min_value=0, max_value=100_000)
    delivery_rate = _share(_lazy("Delivery rate"))
    p_new = _share(_lazy("New cards that order"))
    showroom_share = _share(_lazy("New cards from the showroom"))
    filing_rate = _share(_lazy("Filing rate"))
    lead_card_rate = _share(_lazy("Leads that become cards"))
    work_days = forms.IntegerField(label=_lazy("Working days"), min_value=1, max_value=31)
    stock_H, stock_A, stock_B, stock_C = (
        forms.IntegerField(label=level, min_value=0, max_value=100_000) for level in "HABC"
    )
    chance_H, chance_A, chance_B, chance_C = (_share(level) for level in "HABC")
