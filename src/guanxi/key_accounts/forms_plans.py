"""What people type about the plan of an account and its team; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.key_accounts.forms import PersonChoice, people_of
from guanxi.key_accounts.models import (
    CREATE,
    JUDGED,
    SCREENED,
    AccountMember,
    AccountPlan,
    StrategicTrait,
)
from guanxi.key_accounts.rules.drafts import Seen
from guanxi.organization.models import User
from guanxi.ui.forms import VersionedForm

SECTIONS = (
    ("WORK", ("stage", "strategy", "need_depth", "offer", "strategic_traits")),
    ("SCREENING", (*SCREENED, "planned_hours")),
    ("RELATION", (*JUDGED, "evidence", "evidence_on")),
    ("SWITCHING", ("switch_cost_money", "switch_cost_hours", "switch_cost_effort")),
    ("MAINTENANCE", ("maintain_analysis", "maintain_strategy", "maintain_execution")),
    ("CREATE", CREATE),
)
FROM_ONE = {"switch_cost_effort", *CREATE}
RATED = {*SCREENED, "trust", "benefit", "emotion", *FROM_ONE}
WIDE = {"strategic_traits", "evidence", "maintain_analysis", "maintain_strategy", "maintain_execution"}


class PlanForm(VersionedForm):
    """The whole plan; evidence is asked where the relation changes."""

    strategic_traits = forms.MultipleChoiceField(
        label=_("Traits of a strategic customer"), choices=StrategicTrait, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("What shows it"), max_length=300, required=False,
        help_text=_("Needed when the relation changes: what they said or did."),
    )  # fmt: skip
    evidence_on = forms.DateField(label=_("Seen on"), required=False, widget=forms.DateInput)

    class Meta:
        model = AccountPlan
        fields = [name for _code, names in SECTIONS for name in names if not name.startswith("evidence")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in RATED:
            least = 1 if name in FROM_ONE else 0
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label, required=False, coerce=int, empty_value=None,
                choices=[("", "—"), *((place, str(place)) for place in range(least, 6))],
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Field → value for the operation."""
        return {name: value for name, value in super().values().items() if not name.startswith("evidence")}

    def seen(self) -> Seen:
        return Seen(self.cleaned_data["evidence"], self.cleaned_data["evidence_on"])

    @property
    def sections(self) -> list[tuple[str, list[tuple[forms.BoundField, bool]]]]:
        """Code of the section → its fields, each with whether it takes a full row."""
        return [(code, [(self[name], name in WIDE) for name in names]) for code, names in SECTIONS]


class MemberForm(VersionedForm):
    class Meta:
        model = AccountMember
        fields = ["user", "function", "counterpart"]
        field_classes = {"counterpart": PersonChoice}

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.active().filter(store_id=customer.store_id)  # type: ignore[attr-defined]
        row = kwargs["instance"]
        self.fields["counterpart"].queryset = people_of(customer, chosen=row.counterpart_id)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Field → value for the operation, relations by their key."""
        given = super().values()
        person = given["counterpart"]
        return given | {"user": given["user"].pk, "counterpart": person.pk if person else None}
