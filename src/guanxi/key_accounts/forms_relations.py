"""What people type about lines, circles, ties, steps and facts; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.forms import PersonChoice, people_of
from guanxi.key_accounts.models import Circle, Influence, InfoItem, OurTie, PlannedStep
from guanxi.key_accounts.queries.doers import doers_of
from guanxi.key_accounts.rules.drafts import LineDraft, StepDraft
from guanxi.organization.models import User
from guanxi.ui.forms import GuanxiForm, VersionedForm


class LineForm(GuanxiForm):
    source = PersonChoice(label=_("From"), queryset=Contact.objects.none(), empty_label="—")
    kind = forms.ChoiceField(label=pgettext_lazy("line", "Kind"), choices=Influence.Kind)
    target = PersonChoice(label=_("To"), queryset=Contact.objects.none(), empty_label="—")
    strength = forms.DecimalField(label=_("Strength (0–1)"), max_digits=3, decimal_places=2, initial="0.5")
    is_indirect = forms.BooleanField(label=_("Through others"), required=False)
    note = forms.CharField(label=_("What links them"), max_length=60, required=False)

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            self.fields[name].queryset = people_of(customer)  # type: ignore[attr-defined]

    def draft(self) -> LineDraft:
        given = self.cleaned_data
        return LineDraft(**given | {"source": given["source"].pk, "target": given["target"].pk})


class CircleForm(VersionedForm):
    class Meta:
        model = Circle
        fields = ["name", "colour", "business_value", "track_record", "allies", "philosophy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("business_value", "track_record", "allies", "philosophy"):
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label, coerce=int, choices=[(place, str(place)) for place in range(4)]
            )


class TieForm(VersionedForm):
    class Meta:
        model = OurTie
        fields = ["user", "current", "wanted", "evidence", "on"]
        widgets = {"on": forms.DateInput}

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = kwargs["instance"]
        colleagues = User.objects.active().filter(store_id=customer.store_id)
        chosen = colleagues if row._state.adding else User.objects.filter(pk=row.user_id)
        self.fields["user"].queryset = chosen  # type: ignore[attr-defined]


class StepForm(VersionedForm):
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput)
    doer = forms.ModelChoiceField(
        label=_("Who does it"), queryset=User.objects.none(), required=False, empty_label=None
    )

    class Meta:
        model = PlannedStep
        fields = ["goal", "action", "means", "person", "answer_to_rival", "starts_on", "resources"]
        field_classes = {"person": PersonChoice}
        widgets = {"starts_on": forms.DateInput}

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        row = kwargs["instance"]
        task = row.task
        initial = {
            "doer": task.owner_id if task else customer.owner_id,
            "due_on": task.due_on if task else None,
        }
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(customer, chosen=row.person_id)  # type: ignore[attr-defined]
        self.fields["doer"].queryset = doers_of(customer)  # type: ignore[attr-defined]
        self.fields["starts_on"].required = False
        self.order_fields(
            [
                "goal",
                "action",
                "means",
                "person",
                "doer",
                "due_on",
                "starts_on",
                "answer_to_rival",
                "resources",
            ]
        )

    def draft(self) -> StepDraft:
        given = self.values()
        person, doer = given.pop("person"), given.pop("doer")
        return StepDraft(**given, person=person.pk if person else None, doer=doer.pk if doer else None)


class StepDoneForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.CharField(
        label=_("What came of it"), max_length=300, required=False, widget=forms.Textarea
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("DONE", _("Done")), ("GIVEN_UP", _("Given up"))], initial="DONE",
        widget=forms.RadioSelect,
    )  # fmt: skip


class InfoForm(VersionedForm):
    class Meta:
        model = InfoItem
        fields = ["dimension", "fact", "source", "method", "reliability", "is_important", "verified_on"]
        widgets = {"verified_on": forms.DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reliability"] = forms.TypedChoiceField(
            label=self.fields["reliability"].label,
            coerce=int,
            choices=[(place, str(place)) for place in (1, 2, 3)],
        )
