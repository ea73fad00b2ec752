"""What people type about contacts, levels and losses; shape and types only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.cadence.models import LossReport
from guanxi.customers.forms import options
from guanxi.customers.models import Customer
from guanxi.organization.models import User
from guanxi.playbooks.definitions import Playbook
from guanxi.ui.days import relative
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm, RowsField

LEVELS = ("O", "H", "A", "B", "C", "N")
BY_HAND = ("PHONE", "WECHAT", "SHOWROOM", "VISIT", "SMS", "MAIL", "EMAIL", "EVENT")


class LevelForm(GuanxiForm):
    """Evidence, closing date and level: the judgement part of every form that makes one."""

    level = forms.ChoiceField(label=_("Level"), required=False, widget=forms.RadioSelect)
    evidence = forms.MultipleChoiceField(
        label=_("Evidence"), required=False, widget=forms.CheckboxSelectMultiple
    )
    expected_close_on = forms.DateField(
        label=_("Expected to close on"), required=False, widget=forms.DateInput
    )
    level_reason = forms.CharField(label=_("Why higher than the evidence"), required=False, max_length=200)

    def __init__(self, playbook: Playbook, *args: Any, level: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # O is reached by an order or a deposit, so it is offered only where the customer already is.
        offered = [code for code in LEVELS if code != "O" or level == "O"]
        self.fields["level"].choices = [(code, code) for code in offered]  # type: ignore[attr-defined]
        self.fields["evidence"].choices = options(  # type: ignore[attr-defined]
            tuple(item for item in playbook.evidence if item.level != "O"), empty=False
        )

    @property
    def evidence_codes(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["evidence"])


class ContactForm(LevelForm):
    """A contact in three taps: reached or not, level, next date; the note between."""

    method = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    reached = forms.ChoiceField(
        label=_("Did you reach them?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Reached")), ("no", _("Not reached"))],
    )
    content = forms.CharField(
        label=_("What was said"), required=False, max_length=4000, widget=forms.Textarea
    )
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    when = forms.ChoiceField(label=_("Next contact"), required=False, widget=forms.RadioSelect)
    next_due_on = forms.DateField(label=_("Another day"), required=False, widget=forms.DateInput)
    customer_asked = forms.BooleanField(label=_("The customer asked for a later day"), required=False)
    contacted_on = forms.DateField(label=_("Date of the contact"), required=False, widget=forms.DateInput)
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)
    task_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, playbook: Playbook, on: date, proposed: date | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(playbook, *args, **kwargs)
        self.on, self.proposed = on, proposed
        methods = {item.code: item for item in playbook.methods}
        self.fields["method"].choices = options(tuple(methods[code] for code in BY_HAND), empty=False)  # type: ignore[attr-defined]
        self.fields["purpose"].choices = options(playbook.purposes)  # type: ignore[attr-defined]
        by_level = relative(proposed, on) if proposed else _("By level")
        days = [("proposed", by_level), ("tomorrow", _("Tomorrow")), ("other", _("Another day"))]
        when = self.fields["when"]
        # All three are taken, because the proposal may have moved with the level since the page was drawn;
        # tomorrow twice would be one choice too many to show.
        when.choices = days  # type: ignore[attr-defined]
        if proposed == on + timedelta(days=1):
            when.widget.choices = [day for day in days if day[0] != "tomorrow"]  # type: ignore[attr-defined]

    @property
    def chosen_date(self) -> date | None:
        """The next date set by hand; None takes the proposed one."""
        when = self.cleaned_data["when"]
        if when == "tomorrow":
            return self.on + timedelta(days=1)
        return self.cleaned_data["next_due_on"] if when == "other" else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if (
            given.get("when") == "other"
            and given.get("next_due_on") is None
            and "next_due_on" not in self.errors
        ):
            self.add_error("next_due_on", _("Choose the day."))
        return given


class LossForm(GuanxiModelForm):
    class Meta:
        model = LossReport
        fields = ["outcome", "reason", "second_reason", "reason_text", "competitor", "bought_from", "price",
                  "analysis", "countermeasure"]  # fmt: skip
        widgets = {
            "analysis": forms.Textarea(attrs={"rows": 3}),
            "countermeasure": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, playbook: Playbook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"] = forms.ChoiceField(label=_("Outcome"), choices=options(playbook.outcomes))
        self.fields["reason"] = forms.ChoiceField(label=_("Main reason"), choices=options(playbook.reasons))
        self.fields["second_reason"] = forms.ChoiceField(
            label=_("Second reason"), required=False, choices=options(playbook.reasons),
            help_text=_("Needed when the main reason is the price."),
        )  # fmt: skip
        self.fields["competitor"].help_text = _("Needed when they bought another brand.")
        self.fields["reason_text"].help_text = _("Needed for another reason, in ten characters or more.")


class DecisionForm(GuanxiForm):
    """Yes or no with a note; ``called_back`` for losses."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    called_back = forms.BooleanField(label=_("I called the customer back"), required=False)

    @property
    def approve(self) -> bool:
        return bool(self.cleaned_data["answer"] == "yes")


class ReactivationForm(GuanxiForm):
    level = forms.ChoiceField(
        label=_("Level"),
        widget=forms.RadioSelect,
        choices=[(code, code) for code in ("H", "A", "B", "C", "N")],
    )
    reason = forms.CharField(label=_("What brought the customer back"), max_length=200)


class HandOverForm(GuanxiForm):
    """Cards from one consultant to another, with the reason."""

    to = forms.ModelChoiceField(label=_("Who takes over"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=200)
    customers = RowsField(queryset=Customer.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, people: Any, rows: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        self.fields["customers"].queryset = rows  # type: ignore[attr-defined]
