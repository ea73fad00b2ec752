"""What people type about the people of a map; shape and types only."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Contact, Customer
from guanxi.key_accounts.models import ChainRole, Circle, KeyPerson
from guanxi.key_accounts.refusals import mark_words
from guanxi.key_accounts.rules.drafts import PersonDraft, Seen
from guanxi.key_accounts.rules.marks import Box, MarkRefused, parse_line
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm, plain_blanks

MOST_LINES = 60


def people_of(customer: Customer, but: int | None = None, chosen: int | None = None) -> Any:
    """The people one may choose from: those who are still there, and who is ``chosen`` already, so that saving
    something else does not drop them."""
    rows = Contact.objects.filter(customer=customer)
    rows = rows.filter(Q(key_person__left_on__isnull=True) | Q(pk=chosen or 0))
    return rows.exclude(pk=but or 0).order_by("id")


class PersonChoice(forms.ModelChoiceField):
    """Somebody of the account, with department and title: two people may bear one name."""

    def label_from_instance(self, person: Any) -> str:
        beside = " ".join(part for part in (person.department, person.title) if part)
        return f"{person.name} · {beside}" if beside else person.name


class EvidenceForm(GuanxiForm):
    """What shows a mark, and when it was seen."""

    evidence = forms.CharField(label=_("What shows it"), max_length=300, required=False)
    seen_on = forms.DateField(label=_("Seen on"), required=False, widget=forms.DateInput)

    def seen(self) -> Seen:
        return Seen(self.cleaned_data["evidence"], self.cleaned_data["seen_on"])


class NewPersonForm(EvidenceForm):
    name = forms.CharField(label=_("Name"), max_length=40)
    department = forms.CharField(label=_("Department"), max_length=60, required=False)
    title = forms.CharField(label=_("Job title"), max_length=60, required=False)
    reports_to = PersonChoice(
        label=_("Reports to"), queryset=Contact.objects.none(), required=False, empty_label="—"
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=KeyPerson.Role, required=False, widget=forms.RadioSelect
    )
    style = forms.ChoiceField(
        label=_("Social style"), choices=KeyPerson.Style, required=False, widget=forms.RadioSelect
    )
    attitude = forms.ChoiceField(
        label=_("Attitude to us"), choices=KeyPerson.Attitude, required=False, widget=forms.RadioSelect
    )
    degree = forms.ChoiceField(
        label=_("Degree of contact"), choices=KeyPerson.Degree, required=False, widget=forms.RadioSelect
    )
    field_order = ["name", "department", "title", "reports_to", "role", "style", "attitude", "degree", "evidence",
                   "seen_on"]  # fmt: skip

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reports_to"].queryset = people_of(customer)  # type: ignore[attr-defined]

    def draft(self) -> PersonDraft:
        given = self.cleaned_data
        marks = {name: given[name] for name in ("role", "style", "attitude", "degree") if given[name]}
        boss = given["reports_to"]
        return PersonDraft(
            given["name"], given["department"], given["title"], boss.pk if boss else None, marks, self.seen()
        )


class LinesForm(EvidenceForm):
    """People in the notation of the map, one line each."""

    lines = forms.CharField(
        label=_("One person a line"), max_length=4000, widget=forms.Textarea,
        help_text=_("Name: role department style title attitude /contact. The style may be left out."),
    )  # fmt: skip
    field_order = ["lines", "evidence", "seen_on"]

    def clean_lines(self) -> list[tuple[str, Box]]:
        texts = [line for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(texts) > MOST_LINES:
            raise forms.ValidationError(_("At most %(count)s lines at once.") % {"count": MOST_LINES})
        found, errors = [], []
        for number, text in enumerate(texts, 1):
            try:
                found.append(parse_line(text))
            except MarkRefused as refused:
                errors.append(
                    forms.ValidationError(
                        _("Line %(number)s: %(reason)s") % {"number": number, "reason": mark_words(refused)}
                    )
                )
        if errors:
            raise forms.ValidationError(errors)
        return found

    def drafts(self) -> list[PersonDraft]:
        return [
            PersonDraft(
                name, box.department, box.title,
                marks={"role": box.role, "style": box.style, "attitude": box.attitude, "degree": box.contact},
                seen=self.seen(),
            )
            for name, box in self.cleaned_data["lines"]
        ]  # fmt: skip


class MarksForm(GuanxiModelForm):
    """Everything the map says of a person; a changed mark needs its evidence."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    chain_roles = forms.MultipleChoiceField(
        label=_("Roles in the chain"), choices=ChainRole, required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.CharField(
        label=_("What shows it"), max_length=300, required=False,
        help_text=_("Needed when a mark changes: what they said or did."),
    )  # fmt: skip
    seen_on = forms.DateField(label=_("Seen on"), required=False, widget=forms.DateInput)

    class Meta:
        model = KeyPerson
        fields = [
            "role", "attitude", "degree", "style", "reports_to", "circle", "is_core", "buy_power", "influence",
            "chain_roles", "concern", "countermeasure", "network_note", "area", "adaptability", "needs_level",
            "attitude_to_product", "attitude_to_company", "attitude_to_rival",
        ]  # fmt: skip
        field_classes = {"reports_to": PersonChoice}
        widgets = dict.fromkeys(("role", "attitude", "degree", "style"), forms.RadioSelect)

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        row = kwargs["instance"]
        kwargs["initial"] = {
            "version": 0 if row._state.adding else row.version,
            "chain_roles": row.chain_roles,
        }
        super().__init__(*args, **kwargs)
        self.fields["reports_to"].queryset = people_of(customer, row.pk, row.reports_to_id)  # type: ignore[attr-defined]
        self.fields["circle"].queryset = Circle.objects.filter(customer=customer)  # type: ignore[attr-defined]
        for name in ("role", "attitude", "degree", "style"):
            self.fields[name].required = False
        plain_blanks(self)
        for name in ("buy_power", "influence"):
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label, required=False, coerce=int, empty_value=None,
                choices=[("", "—"), *((place, str(place)) for place in range(1, 6))],
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Field → value for the operation, relations by their key."""
        left_out = {"version", "evidence", "seen_on"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        for name in ("reports_to", "circle"):
            given[name] = given[name].pk if given[name] else None
        given["degree"] = given["degree"] or KeyPerson.Degree.NONE
        return given

    def seen(self) -> Seen:
        return Seen(self.cleaned_data["evidence"], self.cleaned_data["seen_on"])

    @property
    def others(self) -> list[forms.BoundField]:
        """What the handbook asks beside role, style, attitude and contact."""
        first = {
            "role", "attitude", "degree", "style", "reports_to", "circle", "is_core", "evidence", "seen_on",
            "version",
        }  # fmt: skip
        return [bound for bound in self if bound.name not in first]

    def _post_clean(self) -> None:
        """The operation writes the row."""


class DepartureForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    left_on = forms.DateField(label=_("Left on"), required=False, widget=forms.DateInput,
                              help_text=_("Left empty: they are back."))  # fmt: skip


class ChartForm(GuanxiForm):
    file = forms.FileField(label=_("Sheet"))
