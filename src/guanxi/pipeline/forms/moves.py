"""What people type to move and close an opportunity; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.forms import LossForm
from guanxi.pipeline.drafts import EvidenceDraft, Progress
from guanxi.pipeline.forms.opportunities import stage_choices
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.forms import GuanxiForm


class EvidenceForm(GuanxiForm):
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


class ProgressForm(EvidenceForm):
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


class WinForm(EvidenceForm):
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
