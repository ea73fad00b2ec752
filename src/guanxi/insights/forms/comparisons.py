"""Two offers as people fill them in; shape and types only."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.insights.delivered_words import LABELS
from guanxi.insights.models import DeliveredValue
from guanxi.insights.rules.delivered import PARTS
from guanxi.ui.forms import GuanxiForm

SIDES = {"our": _("Ours"), "their": _("Rival")}
NAMES = ("offer", "rival", "unit", "hour_value")


class ComparisonForm(GuanxiForm):
    """Four values and four costs of two offers; what is left empty is 0."""

    offer = forms.CharField(label=_("Our offer"), max_length=60)
    rival = forms.CharField(label=_("The rival's offer"), max_length=60)
    unit = forms.ChoiceField(label=_("Unit"), choices=DeliveredValue.Unit, widget=forms.RadioSelect)
    hour_value = forms.DecimalField(
        label=_("What an hour is worth to the customer (yuan)"), required=False, min_value=0, max_digits=12,
        decimal_places=2, help_text=_("With it, both times below are hours."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, row: DeliveredValue | None, posted: Any = None) -> None:
        super().__init__(posted, initial={
            "version": row.version if row else 0, "unit": row.unit if row else DeliveredValue.Unit.MONEY,
            **({name: getattr(row, name) for name in NAMES} if row else {}),
        })  # fmt: skip
        for part in PARTS:
            for whose, side in SIDES.items():
                name = f"{whose}_{part}"
                self.fields[name] = forms.DecimalField(
                    label=_("%(part)s, %(side)s") % {"part": LABELS[part], "side": side}, required=False,
                    min_value=0, max_digits=12, decimal_places=2, initial=getattr(row, name) if row else None,
                )  # fmt: skip

    def lines(self) -> Iterator[dict[str, Any]]:
        """Component by component: its label and the fields of both sides."""
        for part in PARTS:
            yield {"label": LABELS[part], "ours": self[f"our_{part}"], "theirs": self[f"their_{part}"]}

    def values(self) -> dict[str, Any]:
        """What ``save_comparison`` takes."""
        given = self.cleaned_data
        amounts = {
            f"{whose}_{part}": given[f"{whose}_{part}"] or Decimal(0) for whose in SIDES for part in PARTS
        }
        return {name: given[name] for name in NAMES} | amounts
