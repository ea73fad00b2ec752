"""The assessment of an opportunity: three yes or no, five scores, sixteen marks, four ratings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.pipeline.rules.qualification import BURNING, ITEMS, MINUS, NEEDS, OPEN, PLUS, SECTIONS, UNIQUE
from guanxi.ui.forms import GuanxiForm

BURNING_WORDS = {
    "personal": _("Personal: whose own problem is it?"),
    "time_limited": _("Time-limited: what happens by which day?"),
    "dilemma": _("Dilemma: what makes both ways hard?"),
}
UNIQUE_WORDS = {
    "result": _("Which special, measurable result do we give in the end: saved, grown, in numbers?"),
    "measure": _("How does the customer see and measure value, by which standard?"),
    "deadline": _("Inside their deadline, how is the delivered value measured?"),
    "chain": _("Will everybody in the decision chain confirm it, or at least not oppose?"),
    "unique": _("Against the rivals: is it different?"),
}
SECTION_WORDS = {
    "OPPORTUNITY": _("Is there an opportunity?"),
    "COMPETE": _("Can we compete?"),
    "WIN": _("Can we win?"),
    "WORTH": _("Is it worth winning?"),
}
ITEM_WORDS = {
    "PROJECT": _("The project is real"),
    "BUSINESS": _("We know their business"),
    "FINANCES": _("They can pay"),
    "EVENT": _("An event compels them"),
    "CRITERIA": _("We fit the formal criteria"),
    "FIT": _("Our solution fits"),
    "UNIQUE": _("We bring something only we have"),
    "RELATION": _("We have a relation with them today"),
    "INSIDE": _("Somebody inside supports us"),
    "INFORMAL": _("We know the informal criteria"),
    "AUTHORITY": _("We reach who decides"),
    "ALIGNMENT": _("Our supporters have weight"),
    "SHORT": _("Revenue soon"),
    "FUTURE": _("Revenue later"),
    "RISK": _("The risk is bearable"),
    "STRATEGIC": _("Strategic value"),
}
NEED_WORDS = {
    "budget": _("Budget"),
    "authority": _("Authority"),
    "need": _("Need"),
    "time": _("Time"),
}
YES_NO = [("", _("not asked")), ("yes", _("yes")), ("no", _("no"))]
SCORES = [("", "—"), ("0", "0"), ("1", "1"), ("2", "2")]
MARKS = [("", "—"), (PLUS, PLUS), (OPEN, OPEN), (MINUS, MINUS)]
RATINGS = [("", "—"), *((str(score), str(score)) for score in range(1, 5))]


class AssessmentForm(GuanxiForm):
    """A control for each part, named ``assessment__part``; refusals of the operation come back beside them."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in BURNING:
            self.fields[f"bi__{name}__yes"] = _choice(BURNING_WORDS[name], YES_NO)
            self.fields[f"bi__{name}__who"] = forms.CharField(
                label=pgettext_lazy("burning issue", "Who"), max_length=60, required=False
            )
            self.fields[f"bi__{name}__by"] = forms.DateField(
                label=_("By when"), required=False, widget=forms.DateInput
            )
        for name in UNIQUE:
            self.fields[f"ucv__{name}__score"] = _choice(UNIQUE_WORDS[name], SCORES)
            self.fields[f"ucv__{name}__text"] = forms.CharField(
                label=_("Stands on"), max_length=300, required=False
            )
        for item in ITEMS:
            self.fields[f"four__{item}"] = _choice(ITEM_WORDS[item], MARKS)
        for name in NEEDS:
            self.fields[f"bant__{name}"] = _choice(NEED_WORDS[name], RATINGS)

    @classmethod
    def of(cls, row: Any, posted: Any = None) -> "AssessmentForm":
        """The form of an opportunity as it stands."""
        said = {True: "yes", False: "no", None: ""}
        initial: dict[str, Any] = {"version": row.version}
        for name in BURNING:
            part = row.bi.get(name, {})
            initial |= {f"bi__{name}__yes": said[part.get("yes")], f"bi__{name}__who": part.get("who", ""),
                        f"bi__{name}__by": part.get("by")}  # fmt: skip
        for name in UNIQUE:
            part = row.ucv.get(name, {})
            initial |= {
                f"ucv__{name}__score": _shown(part.get("score")),
                f"ucv__{name}__text": part.get("text", ""),
            }
        initial |= {f"four__{item}": row.four.get(item, "") for item in ITEMS}
        initial |= {f"bant__{name}": _shown((row.bant or {}).get(name)) for name in NEEDS}
        return cls(posted, initial=initial)

    def given(self) -> dict[str, dict[str, Any]]:
        """What was said, by assessment, as ``assess`` takes it."""
        told = self.cleaned_data
        answers = {"yes": True, "no": False, "": None}
        return {
            "bi": {
                name: {"yes": answers[told[f"bi__{name}__yes"]], "who": told[f"bi__{name}__who"],
                       "by": told[f"bi__{name}__by"]}
                for name in BURNING
            },
            "ucv": {
                name: {"score": told[f"ucv__{name}__score"], "text": told[f"ucv__{name}__text"]} for name in UNIQUE
            },
            "four": {item: told[f"four__{item}"] for item in ITEMS},
            "bant": {name: told[f"bant__{name}"] for name in NEEDS},
        }  # fmt: skip

    def burning(self) -> list[list[forms.BoundField]]:
        return [[self[f"bi__{name}__{part}"] for part in ("yes", "who", "by")] for name in BURNING]

    def unique(self) -> list[list[forms.BoundField]]:
        return [[self[f"ucv__{name}__{part}"] for part in ("score", "text")] for name in UNIQUE]

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [
            (SECTION_WORDS[section], [self[f"four__{item}"] for item in items])
            for section, items in SECTIONS.items()
        ]

    def needs(self) -> list[forms.BoundField]:
        return [self[f"bant__{name}"] for name in NEEDS]


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _shown(score: int | None) -> str:
    return "" if score is None else str(score)
