"""What people type about rivals, time, bid tasks and targets; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.pipeline.models import BidTask, Competitor, ForecastTarget, TimeSpent
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm, VersionedForm


class CompetitorForm(VersionedForm):
    class Meta:
        model = Competitor
        fields = ["name", "threat", "strategy", "note", "is_gone"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "threat": forms.RadioSelect}


class TimeForm(GuanxiModelForm):
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=1440)
    cash = forms.DecimalField(label=_("Money spent (CNY)"), required=False, max_digits=12, decimal_places=2)

    class Meta:
        model = TimeSpent
        fields = ["on", "minutes", "cash", "note"]
        widgets = {"on": forms.DateInput}

    def _post_clean(self) -> None:
        """The operation writes the row."""


class BidTaskForm(GuanxiModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = BidTask
        fields = ["evidence"]
        widgets = {"evidence": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": kwargs["instance"].version}
        super().__init__(*args, **kwargs)
        self.fields["evidence"].required = True

    def _post_clean(self) -> None:
        """The operation writes the row."""


class DecisionForm(GuanxiForm):
    """Yes or no to a tender-sensitive task or to a bid; the page draws it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    note = forms.CharField(max_length=300, required=False)


class TargetForm(GuanxiModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = ForecastTarget
        fields = ["amount"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row: ForecastTarget = kwargs["instance"]
        kwargs["initial"] = {"version": row.version if row.pk else 0}
        super().__init__(*args, **kwargs)

    def _post_clean(self) -> None:
        """The operation writes the row."""
