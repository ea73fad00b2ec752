"""What people say a customer could buy; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer
from guanxi.markets.models import ProductStanding
from guanxi.markets.rules.composite import GRADES, UNSURE, Judgement
from guanxi.ui.forms import GuanxiForm

# What they buy now is read from the ledger.
BY_PURCHASES = "AUTO"
UNSURE_LABEL = _("N does not know")
POTENTIAL_CHOICES = [*((code, code) for code in GRADES), (UNSURE, UNSURE_LABEL)]
SHORT_CHOICES = [(code, code) for code in (*GRADES, UNSURE)]


class StandingForm(GuanxiForm):
    """One product of one customer."""

    potential = forms.ChoiceField(label=_("Could buy"), choices=POTENTIAL_CHOICES, widget=forms.RadioSelect)
    current = forms.ChoiceField(
        label=_("Buys now"), required=False, widget=forms.RadioSelect,
        help_text=_("0 never, 1 rarely, 2 commonly, 3 well, 4 often. A grade set here stays until you change it."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, standing: ProductStanding | None, posted: Any = None) -> None:
        locked = standing.current if standing else None
        super().__init__(posted, initial={
            "potential": standing.potential if standing else None,
            "current": BY_PURCHASES if locked is None else str(locked),
            "version": standing.version if standing else 0,
        })  # fmt: skip
        self.fields["current"].choices = [  # type: ignore[attr-defined]
            (BY_PURCHASES, _("From purchases")), *((code, code) for code in GRADES)
        ]  # fmt: skip

    def judgement(self, customer: int, product: int) -> Judgement:
        given = self.cleaned_data
        current = int(given["current"]) if given["current"] in GRADES else None
        return Judgement(customer, product, given["potential"], current, given["version"])


class ManyStandingsForm(GuanxiForm):
    """One product down a list of customers; whoever is left without a choice stays as they are."""

    def __init__(
        self,
        product: Product,
        cards: list[Customer],
        standings: dict[int, ProductStanding],
        posted: Any = None,
    ) -> None:
        super().__init__(posted)
        self.product, self.cards, self.standings = product, cards, standings
        for card in cards:
            row = standings.get(card.pk)
            self.fields[f"potential_{card.pk}"] = forms.ChoiceField(
                label=card.name, choices=SHORT_CHOICES, required=False, widget=forms.RadioSelect,
                initial=row.potential if row else None,
            )  # fmt: skip
            self.fields[f"version_{card.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=row.version if row else 0
            )

    def judgements(self) -> list[Judgement]:
        """Those that differ from what is stored; a locked grade of what they buy stays locked."""
        found = []
        for card in self.cards:
            row, chosen = self.standings.get(card.pk), self.cleaned_data.get(f"potential_{card.pk}")
            if chosen and chosen != (row.potential if row else None):
                version = self.cleaned_data[f"version_{card.pk}"]
                found.append(
                    Judgement(card.pk, self.product.pk, chosen, row.current if row else None, version)
                )
        return found
