"""What people type about an opportunity and its way; shape and types only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.forms import LossForm
from guanxi.catalogue.models import Product
from guanxi.organization.labels import language
from guanxi.organization.models import Store
from guanxi.pipeline.drafts import EvidenceDraft, LineDraft, Progress
from guanxi.pipeline.models import BidTask, Competitor, ForecastTarget, Opportunity, TimeSpent
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm

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
                label=_("Quantity"), required=False, min_value=1, max_value=100_000,
                initial=given.quantity if given else None,
            )  # fmt: skip
            self.fields[f"line_{slot}"] = forms.DecimalField(
                label=_("Amount (CNY)"), required=False, max_digits=12, decimal_places=2,
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
            amount = self.cleaned_data[f"line_{slot}"] or (product.list_price or Decimal(0)) * quantity
            found.append(LineDraft(product, quantity, amount))
        return found

    def values(self) -> dict[str, Any]:
        """Field → value for the operation."""
        names = [name for name in self.Meta.fields if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}

    def _post_clean(self) -> None:
        """The operation writes the row."""


class EvidenceFields(GuanxiForm):
    """What was seen for and against, with one file."""

    evidence = forms.CharField(
        label=_("Evidence: what was seen"), max_length=300, required=False,
        help_text=_("Something another person could check: a mail, minutes, a named reply."),
    )  # fmt: skip
    counter = forms.CharField(
        label=_("Counter-evidence: what speaks against it"), max_length=300, required=False
    )
    file = forms.FileField(
        label=_("File that shows it"),
        required=False,
        help_text=_("pdf, png, jpg, docx, xlsx, pptx or txt, up to 10 MB."),
    )

    def drafts(self) -> list[EvidenceDraft]:
        """What was said as items of evidence; the file shows the evidence, or else the counter-evidence."""
        seen, against = (self.cleaned_data.get(name, "") for name in ("evidence", "counter"))
        file = self.cleaned_data.get("file")
        shows_counter = bool(against and not seen)
        found = []
        if seen or (file and not shows_counter):
            found.append(EvidenceDraft(seen, False, file))
        if against:
            found.append(EvidenceDraft(against, True, file if shows_counter else None))
        return found


class ProgressForm(EvidenceFields):
    """The four progress questions (8.3), to move or to review."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    stage = forms.ChoiceField(label=_("Stage after this"))
    finished = forms.CharField(
        label=_("1. Which step did you just finish?"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    action = forms.CharField(
        label=_("3. What are you doing now?"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    plan = forms.CharField(
        label=_("4. What are you preparing or planning?"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    probability = forms.IntegerField(
        label=_("Win probability (%)"), required=False, help_text=_("Left empty, that of the stage.")
    )
    probability_reason = forms.CharField(
        label=_("Why it differs from the stage's"), max_length=200, required=False
    )
    expected_close_on = forms.DateField(label=_("Expected closing"), required=False, widget=forms.DateInput)

    def __init__(self, playbook: Playbook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = stage_choices(playbook)  # type: ignore[attr-defined]
        self.fields["evidence"].label = _("2. Evidence: what was seen")

    def progress(self) -> Progress:
        given = self.cleaned_data
        told = {name: given[name] for name in ("stage", "finished", "action", "plan", "probability",
                                               "probability_reason", "expected_close_on")}  # fmt: skip
        return Progress(evidence=self.drafts(), **told)


class EvidenceForm(EvidenceFields):
    """Evidence without a move."""


class WinForm(EvidenceFields):
    version = forms.IntegerField(widget=forms.HiddenInput)
    order_no = forms.CharField(label=_("Order or contract number"), max_length=30)
    won_on = forms.DateField(label=_("Won on"), widget=forms.DateInput)
    finished = forms.CharField(
        label=_("What was finished"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["counter"]


class ReasonForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class OpportunityLossForm(LossForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    ends_card = forms.BooleanField(
        label=_("The customer is lost with it"), required=False,
        help_text=_("Tick it when they had no other intent: the card closes once the loss is approved."),
    )  # fmt: skip

    def _post_clean(self) -> None:
        """The operation writes the row."""


class ReopeningForm(ReasonForm):
    stage = forms.ChoiceField(label=_("Stage"))
    expected_close_on = forms.DateField(label=_("Expected closing"), widget=forms.DateInput)

    def __init__(self, playbook: Playbook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = stage_choices(playbook)  # type: ignore[attr-defined]
        self.fields["reason"].label = _("What brought it back")


class CompetitorForm(GuanxiModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Competitor
        fields = ["name", "threat", "strategy", "note", "is_gone"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "threat": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row: Competitor = kwargs["instance"]
        kwargs["initial"] = {"version": row.version if row.pk else 0}
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def _post_clean(self) -> None:
        """The operation writes the row."""


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


class TenderDecisionForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    note = forms.CharField(label=_("What you checked"), max_length=300, required=False)


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
