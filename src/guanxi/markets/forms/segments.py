"""What people type about segments, market levels, plans and campaigns; shape and types only."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product, Scheme, sees_margins
from guanxi.catalogue.rules import SECRET
from guanxi.customers.models import Customer
from guanxi.markets.models import Campaign, MarketLevel, MarketPlan, Segment
from guanxi.markets.rules.campaigns import AFTER_THE_DRAW
from guanxi.markets.rules.segments import RULE, SCORES, TESTS
from guanxi.markets.rules.sizes import LEVELS
from guanxi.organization.labels import language
from guanxi.organization.models import Store, User
from guanxi.ui.forms import GuanxiForm, VersionedForm


class MarketForm(VersionedForm):
    """Costs and margins are left out for a ``by`` who may not see them (11.3)."""

    # Those that take a whole row of the grid.
    WIDE: tuple[str, ...] = ()

    def __init__(self, *args: Any, by: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_margins(by):
            for name in SECRET.intersection(self.fields):
                del self.fields[name]

    def laid_out(self) -> list[tuple[forms.BoundField, bool]]:
        """The visible fields, each with whether it takes a full row."""
        return [(bound, bound.name in self.WIDE) for bound in self.visible_fields()]


class SegmentForm(MarketForm):
    """The segment with its rule, one list for each filter."""

    bases = forms.MultipleChoiceField(
        label=_("Bases"), choices=Segment.Basis, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Segment
        fields = [
            "name", "bases", "market_size", "est_margin", "cost",
            *(name for test in TESTS for name in (f"is_{test}", f"{test}_evidence")),
            *(f"score_{name}" for name in SCORES),
        ]  # fmt: skip

    def __init__(self, store: Store, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = dict(kwargs["instance"].rule) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        playbook, any_of = store.playbook, [("", "—")]
        lists: dict[str, tuple[Any, Any]] = {
            "kind": (_("Person or organisation"), Customer.Kind.choices),
            "base": (_("Base"), Customer.BaseClass.choices),
            "level": (_("Level"), [(level.code, level.code) for level in playbook.levels]),
            "owner_kind": (
                _("Owns"),
                [(one.code, one.label.text(language())) for one in playbook.owner_kinds],
            ),
            "status": (_("Intent"), Customer.IntentStatus.choices),
            "source": (_("Source"), [(one.code, one.label.text(language())) for one in playbook.sources]),
            "product": (_("Means to buy"), [(str(one.pk), one.name) for one in store.products.on_sale()]),
        }
        for name, (label, choices) in lists.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=any_of + list(choices), required=False)
        self.fields["region"] = forms.CharField(label=_("Region"), max_length=60, required=False)

    def values(self) -> dict[str, Any]:
        rule = {name: self.cleaned_data[name] for name in RULE if self.cleaned_data[name]}
        plain = {name: value for name, value in super().values().items() if name not in RULE}
        return plain | {"rule": rule}

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in RULE]

    @property
    def tests(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"is_{test}"], self[f"{test}_evidence"]) for test in TESTS]

    @property
    def scores(self) -> list[forms.BoundField]:
        return [self[f"score_{name}"] for name in SCORES]


class LevelsForm(MarketForm):
    WIDE = ("source",)

    class Meta:
        model = MarketLevel
        fields = ["on", *LEVELS, "gain", "margin", "source"]

    def sizes(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in LEVELS}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("gain", "margin", "source") if name in self.fields}


class MarketPlanForm(MarketForm):
    WIDE = ("goal", "research", "rivals", "actions")

    class Meta:
        model = MarketPlan
        fields = ["step", "path", "goal", "research", "rivals", "actions", "budget", "actual"]


class CampaignForm(MarketForm):
    WIDE = ("offer",)

    class Meta:
        model = Campaign
        fields = [
            "name", "kind", "segment", "product", "scheme", "offer", "starts_on", "ends_on", "budget", "cost",
            "kpi_buyers", "control_percent",
        ]  # fmt: skip

    def __init__(self, store: Store, on: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.drawn_at is not None:
            for name in set(self.fields) - AFTER_THE_DRAW - {"version"}:
                del self.fields[name]
            if self.instance.evaluated_on is None:
                self.fields["cost"].label = _("What it cost so far")
            else:
                del self.fields["cost"]
            return
        # Before the draw nothing is spent.
        del self.fields["cost"]
        self.fields["segment"].queryset = Segment.objects.filter(store=store).chosen()  # type: ignore[attr-defined]
        self.fields["product"].queryset = Product.objects.of_store(store).on_sale()  # type: ignore[attr-defined]
        self.fields["scheme"].queryset = Scheme.objects.of_store(store).not_over(on)  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "—"), *Campaign.Kind.choices]  # type: ignore[attr-defined]


class EvaluationForm(GuanxiForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    cost = forms.DecimalField(label=_("What it cost"), max_digits=12, decimal_places=2, min_value=0)
    next_step = forms.ChoiceField(label=_("What follows"), choices=Campaign.Next, widget=forms.RadioSelect)
    lesson = forms.CharField(
        label=_("What we learned"),
        max_length=300,
        required=False,
        widget=forms.Textarea,
    )

    @property
    def shown_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("cost", "next_step", "lesson")}
