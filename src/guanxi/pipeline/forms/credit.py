"""What finance types about credit, and what is said of a bid; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.pipeline.models import CreditReview
from guanxi.pipeline.rules.credit import MOST_MARK, WEIGHTS
from guanxi.ui.forms import GuanxiForm


def _mark(label: Any, hint: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_MARK, help_text=hint)


class CreditForm(GuanxiForm):
    """Three marks and what they stand on."""

    trade_cycle = _mark(_("Trade cycle"), _("50 %: how long and how regularly they have bought and paid."))
    honesty = _mark(_("Honesty"), _("30 %: whether they keep what they promise."))
    solvency = _mark(_("Solvency"), _("20 %: whether they could pay it all."))
    note = forms.CharField(
        label=_("What it stands on"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, row: CreditReview | None, posted: Any = None, *, before: CreditReview | None = None
    ) -> None:
        held = row or before
        initial = {name: getattr(held, name) for name in (*WEIGHTS, "note")} if held else {}
        super().__init__(posted, initial={**initial, "version": row.version if row else 0})

    def values(self) -> dict[str, Any]:
        """What ``save_credit_review`` takes."""
        return {name: self.cleaned_data[name] for name in (*WEIGHTS, "note")}


class BidApprovalForm(GuanxiForm):
    reason = forms.CharField(
        label=_("Why we bid all the same"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
