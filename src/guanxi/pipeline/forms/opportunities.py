"""What people type about an opportunity; shape and types only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.deals.rules import MOST_PIECES
from guanxi.organization.labels import language
from guanxi.organization.models import Store
from guanxi.pipeline.drafts import LineDraft
from guanxi.pipeline.models import Opportunity
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.forms import GuanxiModelForm

SPARE_LINES = 3


def stage_choices(playbook: Playbook) -> list[tuple[str, str]]:
    """Stages in order, each with what it stands for."""
    percent = playbook.settings.stage_probability
    return [
        (stage.code, f"{stage.label.text(language())} · {percent[stage.code]} %") for stage in playbook.stages
    ]


class OpportunityForm(GuanxiModelForm):
    """With ``product_n``, ``quantity_n``, ``amount_n`` for each product; three spare rows."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    amount = forms.DecimalField(
        label=_("Amount (CNY)"), max_digits=12, decimal_places=2, required=False,
        help_text=_("With products below it is their sum."),
    )  # fmt: skip
    probability = forms.IntegerField(
        label=_("Win probability (%)"), required=False, help_text=_("Left empty, that of the stage.")
    )

    class Meta:
        model = Opportunity
        fields = ["title", "stage", "amount", "expected_close_on", "probability", "probability_reason", "process",
                  "opportunity_cost", "criteria"]  # fmt: skip
        widgets = {"expected_close_on": forms.DateInput, "criteria": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, store: Store, *args: Any, **kwargs: Any) -> None:
        row: Opportunity = kwargs["instance"]
        lines = list(row.lines.all()) if row.pk else []
        kwargs["initial"] = {"version": row.version} if row.pk else {"amount": None, "probability": None}
        super().__init__(*args, **kwargs)
        if row.pk:
            del self.fields["stage"]
        else:
            self.fields["stage"] = forms.ChoiceField(label=_("Stage"), choices=stage_choices(store.playbook))
        products = Product.objects.of_store(store).on_sale()
        choices = [("", "—"), *((str(product.pk), product.name) for product in products)]
        for line in lines:
            if (str(line.product_id), line.product.name) not in choices:
                choices.append((str(line.product_id), line.product.name))
        self.products = {str(product.pk): product for product in products}
        self.products |= {str(line.product_id): line.product for line in lines}
        self.slots = range(len(lines) + SPARE_LINES)
        for slot in self.slots:
            given = lines[slot] if slot < len(lines) else None
            self.fields[f"product_{slot}"] = forms.ChoiceField(
                label=_("Product"),
                choices=choices,
                required=False,
                initial=str(given.product_id) if given else "",
            )
            self.fields[f"quantity_{slot}"] = forms.IntegerField(
                label=_("Quantity"), required=False, min_value=1, max_value=MOST_PIECES,
                initial=given.quantity if given else None,
            )  # fmt: skip
            self.fields[f"line_{slot}"] = forms.DecimalField(
                label=_("Amount (CNY)"), required=False, max_digits=12, decimal_places=2, min_value=Decimal("0.01"),
                initial=given.amount if given else None,
            )  # fmt: skip

    def line_rows(self) -> list[list[forms.BoundField]]:
        """The controls of each product."""
        return [[self[f"{name}_{slot}"] for name in ("product", "quantity", "line")] for slot in self.slots]

    def lines(self) -> list[LineDraft]:
        """The products chosen; without a price given, their list price times the quantity."""
        found = []
        for slot in self.slots:
            product = self.products.get(self.cleaned_data[f"product_{slot}"])
            if product is None:
                continue
            quantity = self.cleaned_data[f"quantity_{slot}"] or 1
            amount = self.cleaned_data[f"line_{slot}"]
            if amount is None:
                amount = (product.list_price or Decimal(0)) * quantity
            found.append(LineDraft(product, quantity, amount))
        return found

    def values(self) -> dict[str, Any]:
        """Field → value for the operation."""
        names = [name for name in self.Meta.fields if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}

    def _post_clean(self) -> None:
        """The operation writes the row."""
