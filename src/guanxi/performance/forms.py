"""What people type in the reports; shape and types only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _lazy

from guanxi.organization.models import User
from guanxi.performance.coaching_words import ASPECTS, LISTENING, QUESTIONS
from guanxi.performance.models import (
    CoachingSession,
    DailyReport,
    MonthComment,
    SkillAssessment,
    TargetMeasure,
    TeamReview,
)
from guanxi.performance.rules.coaching import DEGREES, PART_MOST, PARTS
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm


def _share(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=Decimal(100), max_digits=6, decimal_places=3
    )


class ReportForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_lazy("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    free_rows = forms.CharField(
        label=_lazy("Other work, one line each"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    @classmethod
    def of(cls, report: DailyReport, posted: Any = None) -> "ReportForm":
        return cls(posted, initial={
            "version": report.version, "on": report.on, "remark": report.remark, "free_rows": report.free_rows,
        })  # fmt: skip


class ReviewForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_lazy("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopeningForm(GuanxiForm):
    reason = forms.CharField(label=_lazy("Reason"), max_length=300, required=False)


class InstructionForm(GuanxiForm):
    words = forms.CharField(label=_lazy("Instruction"), max_length=300, required=False)


class CommentForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_lazy("Leader's comment"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, comment: MonthComment, posted: Any = None) -> "CommentForm":
        return cls(posted, initial={"version": comment.version, "comment": comment.comment})


class MeasureForm(GuanxiModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = TargetMeasure
        fields = ["cause", "measure", "owner", "due_on"]
        widgets = {"due_on": forms.DateInput}

    def __init__(self, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].required = False
        self.fields["due_on"].required = False


class BackwardForm(GuanxiForm):
    """The assumptions of a plan; chances and rates in per cent."""

    deliveries = forms.IntegerField(label=_lazy("Deliveries wanted"), min_value=0, max_value=100_000)
    carry_orders = forms.IntegerField(label=_lazy("Orders carried in"), min_value=0, max_value=100_000)
    delivery_rate = _share(_lazy("Delivery rate"))
    p_new = _share(_lazy("New cards that order"))
    showroom_share = _share(_lazy("New cards from the showroom"))
    filing_rate = _share(_lazy("Filing rate"))
    lead_card_rate = _share(_lazy("Leads that become cards"))
    work_days = forms.IntegerField(label=_lazy("Working days"), min_value=1, max_value=31)
    stock_H, stock_A, stock_B, stock_C = (
        forms.IntegerField(label=level, min_value=0, max_value=100_000) for level in "HABC"
    )
    chance_H, chance_A, chance_B, chance_C = (_share(level) for level in "HABC")


class AssessmentForm(GuanxiModelForm):
    """8.7: for each aspect one of three descriptions."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = SkillAssessment
        fields = [*ASPECTS, "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for aspect, (label, *descriptions) in ASPECTS.items():
            self.fields[aspect] = forms.TypedChoiceField(
                label=label, coerce=int, widget=forms.RadioSelect,
                choices=list(zip(DEGREES, descriptions, strict=True)),
            )  # fmt: skip

    @property
    def degrees(self) -> dict[str, int]:
        return {aspect: self.cleaned_data[aspect] for aspect in ASPECTS}

    @property
    def aspects(self) -> list[forms.BoundField]:
        return [self[aspect] for aspect in ASPECTS]


class SessionForm(GuanxiModelForm):
    """One time somebody was coached."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    listening = forms.MultipleChoiceField(
        label=_lazy("What they did while listening"), choices=list(LISTENING.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = CoachingSession
        fields = ["on", "method", "skill", *PARTS, "rode_along", "listening", "next_on", "notes"]
        widgets = {
            "on": forms.DateInput, "next_on": forms.DateInput, "method": forms.RadioSelect,
            "notes": forms.Textarea(attrs={"rows": 3}),
            **{part: forms.NumberInput(attrs={"max": PART_MOST}) for part in PARTS},
        }  # fmt: skip

    @property
    def parts(self) -> list[forms.BoundField]:
        return [self[part] for part in PARTS]


class TeamReviewForm(GuanxiForm):
    """R-TEAM-07: six questions, yes or no, with a note each."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question, words in QUESTIONS.items():
            self.fields[f"answer_{question}"] = forms.ChoiceField(
                label=words, choices=[("yes", _lazy("Yes")), ("no", _lazy("No"))], required=False,
                widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"note_{question}"] = forms.CharField(
                label=_lazy("Note"), max_length=300, required=False
            )

    @staticmethod
    def told(review: TeamReview) -> dict[str, Any]:
        """What the form shows of a review."""
        said = {True: "yes", False: "no"}
        shown: dict[str, Any] = {"version": review.version}
        for question in QUESTIONS:
            shown[f"answer_{question}"] = said.get(review.answers.get(question), "")
            shown[f"note_{question}"] = review.notes.get(question, "")
        return shown

    @property
    def answers(self) -> dict[str, bool | None]:
        said = {"yes": True, "no": False}
        return {question: said.get(self.cleaned_data[f"answer_{question}"]) for question in QUESTIONS}

    @property
    def notes(self) -> dict[str, str]:
        return {question: self.cleaned_data[f"note_{question}"] for question in QUESTIONS}

    @property
    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"answer_{question}"], self[f"note_{question}"]) for question in QUESTIONS]
