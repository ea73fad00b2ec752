"""What people type about names and recommendations; shape and types only."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.operations.cards import FirstJudgement
from guanxi.customers.forms import NO_NUMBER, PhoneField, options
from guanxi.customers.rules.masks import MASK
from guanxi.lib.phones import PhoneNumber, PhoneRefused, parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.playbooks.definitions import Coded
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest
from guanxi.prospecting.operations.asking import AskDraft
from guanxi.prospecting.operations.names import NameDraft
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm

LINES = 5


def _choose(form: Any, name: str, items: tuple[Coded, ...], *, empty: bool = True) -> None:
    form.fields[name].choices = options(items, empty=empty)


class NamesForm(GuanxiForm):
    """Pen and paper: five lines at once, a name and, where known, a number; one relation for all of them."""

    relation = forms.ChoiceField(label=_("Relation"), required=False, widget=forms.RadioSelect)

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "relation", act.store.playbook.relations, empty=False)
        for number in range(1, LINES + 1):
            self.fields[f"name_{number}"] = forms.CharField(label=_("Name"), required=False, max_length=80)
            self.fields[f"phone_{number}"] = PhoneField(label=_("Phone"), required=False)

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Name and number of each line, for the page."""
        return [(self[f"name_{number}"], self[f"phone_{number}"]) for number in range(1, LINES + 1)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, LINES + 1):
            if given.get(f"phone_{number}") and not given.get(f"name_{number}"):
                self.add_error(f"name_{number}", _("Enter a name."))
        return given

    def names(self) -> list[NameDraft]:
        """The lines that were filled. Call it on a valid form."""
        given, values = self.cleaned_data, {"relation": self.cleaned_data["relation"]}
        return [
            NameDraft(given[f"name_{number}"], given[f"phone_{number}"], values)
            for number in range(1, LINES + 1)
            if given[f"name_{number}"]
        ]


class AskForm(NamesForm):
    """A request at a moment, and what came of it; names count where names were given."""

    moment = forms.ChoiceField(label=_("Moment"), widget=forms.RadioSelect)
    result = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        choices=ReferralRequest.Result.choices,
        initial="NAMES",
    )
    again_on = forms.DateField(label=_("Ask again on"), required=False, widget=forms.DateInput)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(act, *args, **kwargs)
        _choose(self, "moment", act.store.playbook.ask_moments, empty=False)

    def draft(self) -> AskDraft:
        """The request as it was told. Call it on a valid form."""
        given = self.cleaned_data
        return AskDraft(given["moment"], given["result"], self.names(), given["note"], given["again_on"])


class NameForm(GuanxiModelForm):
    """What is known about a name. The number shows masked and is kept unless a new one is typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    conditions = forms.MultipleChoiceField(
        label=_("Four conditions"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ReferralLead
        fields = ["name", "company", "relation", "years_known", "age", "occupation", "marital", "children",
                  "income_band", "family", "trigger", "situation", "conditions", "consent"]  # fmt: skip

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        lead: ReferralLead = kwargs["instance"]
        kwargs["initial"] = {"version": lead.version, "phone": lead.phone_masked}
        super().__init__(*args, **kwargs)
        playbook = act.store.playbook
        for name, items in (
            ("relation", playbook.relations), ("trigger", playbook.name_triggers),
            ("income_band", playbook.income_bands),
        ):  # fmt: skip
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=options(items))
        _choose(self, "conditions", playbook.name_conditions, empty=False)
        for name, most in (("years_known", 99), ("age", 120), ("children", 20)):
            label = self.fields[name].label
            self.fields[name] = forms.IntegerField(label=label, required=False, min_value=0, max_value=most)
        if lead.customer_id is not None:
            self.fields["phone"].disabled = True

    def clean_phone(self) -> PhoneNumber | str:
        """What was typed; a mask left alone is the number the row holds."""
        typed: str = self.cleaned_data["phone"]
        if not typed:
            return ""
        if MASK in typed or typed == self.instance.phone_masked:
            return str(self.instance.phone_normalized)
        try:
            return parse_phone(typed)
        except PhoneRefused as refused:
            raise forms.ValidationError(NO_NUMBER) from refused

    def values(self) -> dict[str, Any]:
        """Fields of the row by name, as ``edit_name`` takes them."""
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return given | {"phone": self.cleaned_data["phone"] or None}


class WarmthForm(GuanxiForm):
    """Another warmth, and what shows it (R-REF-05)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    warmth = forms.TypedChoiceField(label=_("Warmth"), coerce=int, widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("How it was warmed"), required=False, widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("What shows it"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A note on the brochure, a call, the day of a meeting; on the way down, the reason."),
    )  # fmt: skip

    def __init__(self, act: Act, lead: ReferralLead, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": lead.version, "warmth": lead.warmth}
        super().__init__(*args, **kwargs)
        levels = options(act.store.playbook.warm_levels, empty=False)
        self.fields["warmth"].choices = [(code, f"{code} {label}") for code, label in levels]  # type: ignore[attr-defined]
        _choose(self, "method", act.store.playbook.warm_methods, empty=False)


class ResultForm(GuanxiForm):
    """What a first visit gave, or the day it is agreed for."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    first_visit_on = forms.DateField(label=_("First visit"), required=False, widget=forms.DateInput)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, act: Act, lead: ReferralLead, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "version": lead.version, "result": lead.result, "first_visit_on": lead.first_visit_on or act.on,
            "note": lead.result_note,
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        _choose(self, "result", act.store.playbook.name_results, empty=False)


class CardForm(GuanxiForm):
    """The level the card of a name starts at (R-LVL-01), and whose card it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    org_name = forms.CharField(
        label=_("Organisation"), required=False, max_length=120,
        help_text=_("Filled in, the card is the organisation's."),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("Level"), widget=forms.RadioSelect, choices=[(code, code) for code in "HABCN"], initial="N"
    )
    evidence = forms.MultipleChoiceField(
        label=_("Evidence"), required=False, widget=forms.CheckboxSelectMultiple
    )
    level_reason = forms.CharField(label=_("Why higher than the evidence"), required=False, max_length=200)

    def __init__(self, act: Act, lead: ReferralLead, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": lead.version}
        super().__init__(*args, **kwargs)
        below_order = tuple(item for item in act.store.playbook.evidence if item.level != "O")
        _choose(self, "evidence", below_order, empty=False)

    def judgement(self) -> FirstJudgement:
        given = self.cleaned_data
        return FirstJudgement(given["level"], frozenset(given["evidence"]), reason=given["level_reason"])


class TraitsForm(GuanxiForm):
    """The five traits of an influence centre (10.2)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    traits = forms.MultipleChoiceField(label=_("Traits"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, act: Act, held: InfluenceCentre | None, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": held.version if held else 0, "traits": held.traits if held else []}
        super().__init__(*args, **kwargs)
        _choose(self, "traits", act.store.playbook.ic_traits, empty=False)


class NameHandOverForm(GuanxiForm):
    """Whose names go to whom, and why."""

    giver = forms.TypedChoiceField(label=_("From"), coerce=int)
    to = forms.TypedChoiceField(label=_("Hand over to"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, givers: Sequence[User], takers: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in (*givers, *takers)}
        self.fields["giver"].choices = [(person.pk, str(person)) for person in givers]  # type: ignore[attr-defined]
        self.fields["to"].choices = [(person.pk, str(person)) for person in takers]  # type: ignore[attr-defined]
