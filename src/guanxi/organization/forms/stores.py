"""Stores, teams and API keys: shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.organization.forms.setup import pack_choices, timezone_choices
from guanxi.organization.models import Store, Team
from guanxi.ui.forms import GuanxiForm


class StoreForm(GuanxiForm):
    name = forms.CharField(label=_("Store name"), max_length=80)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezone_choices, initial="Asia/Shanghai")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, store: Store, posted: Any = None) -> "StoreForm":
        return cls(posted, initial={"name": store.name, "timezone": store.timezone, "version": store.version})


class NewStoreForm(StoreForm):
    pack = forms.ChoiceField(label=_("Industry"), choices=pack_choices)


class TeamForm(GuanxiForm):
    name = forms.CharField(label=_("Team"), max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, team: Team, posted: Any = None) -> "TeamForm":
        return cls(posted, initial={"name": team.name, "version": team.version})


class TokenForm(GuanxiForm):
    name = forms.CharField(
        label=_("What is it for?"),
        max_length=40,
        help_text=_("For example the name of the program that uses it."),
    )
    days = forms.TypedChoiceField(
        label=_("Ends after"), coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year")), (0, _("Never"))], initial=90,
    )  # fmt: skip
    may_write = forms.BooleanField(
        label=_("May also change things"), required=False, help_text=_("Without it the key only reads.")
    )
