"""A yearly review as people fill it in; shape and types only."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.insights.models import CustomerReview
from guanxi.insights.review_words import ITEM_LABELS
from guanxi.insights.rules.goodness import ITEMS, MARKS, MOST_NOTE
from guanxi.ui.forms import GuanxiForm

COSTS = ("gifts", "compensation", "delivery")
# How long a visit takes until somebody says another.
USUAL_MINUTES = 45
# A list of radios leaves out an empty code, and a choice must be taken back somehow.
OPEN = "OPEN"


def _yuan(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, max_digits=12, decimal_places=2)


class ReviewForm(GuanxiForm):
    """Eight marks with a note each, what serving costs, and after two poor years a choice."""

    income = forms.DecimalField(
        label=_("Income of 12 months (yuan)"), required=False, max_digits=12, decimal_places=2,
        help_text=_("The margin of the ledger, unless you know better."),
    )  # fmt: skip
    visits = forms.IntegerField(label=_("Visits in 12 months"), min_value=0, max_value=1000)
    minutes = forms.IntegerField(label=_("Minutes a visit"), min_value=0, max_value=1440)
    gifts, compensation, delivery = (
        _yuan(_("Gifts (yuan)")),
        _yuan(_("Compensation (yuan)")),
        _yuan(_("Delivery (yuan)")),
    )
    choice = forms.ChoiceField(
        label=_("What to do"), required=False, widget=forms.RadioSelect,
        choices=[(OPEN, _("Left open")), *CustomerReview.Choice.choices],
        help_text=_("After two poor yearly reviews in a row. It ends with the next better one."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, row: CustomerReview | None, posted: Any = None, *, money: bool, may_choose: bool,
        known: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        names = ("income", "visits", "minutes", *COSTS, "choice", "version")
        fresh = {"minutes": USUAL_MINUTES, "version": 0, **(known or {})}
        held = {name: getattr(row, name) for name in names} if row else fresh
        super().__init__(posted, initial=held | {"choice": held.get("choice") or OPEN})
        if not money:
            del self.fields["income"]
        if not may_choose:
            del self.fields["choice"]
        for item in ITEMS:
            self.fields[f"mark_{item}"] = forms.TypedChoiceField(
                label=ITEM_LABELS[item], coerce=int, choices=[(mark, str(mark)) for mark in MARKS],
                widget=forms.RadioSelect, initial=row.marks.get(item) if row else None,
            )  # fmt: skip
            self.fields[f"note_{item}"] = forms.CharField(
                label=_("Note: %(item)s") % {"item": ITEM_LABELS[item]}, required=False, max_length=MOST_NOTE,
                initial=row.notes.get(item, "") if row else "",
            )  # fmt: skip

    def items(self) -> Iterator[dict[str, Any]]:
        """Item by item: the fields of its mark and its note."""
        for item in ITEMS:
            yield {"mark": self[f"mark_{item}"], "note": self[f"note_{item}"]}

    def values(self) -> dict[str, Any]:
        """What ``save_review`` takes."""
        given = self.cleaned_data
        plain: dict[str, Any] = {
            name: given[name] for name in ("income", "visits", "minutes") if name in given
        }
        if "choice" in given:
            plain["choice"] = "" if given["choice"] == OPEN else given["choice"]
        return {
            **plain, **{name: given[name] or Decimal(0) for name in COSTS},
            "marks": {item: given[f"mark_{item}"] for item in ITEMS},
            "notes": {item: given[f"note_{item}"] for item in ITEMS},
        }  # fmt: skip
