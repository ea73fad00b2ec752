"""The first page of an empty installation."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.organization.forms.sign_in import NewPasswordForm
from guanxi.organization.labels import language
from guanxi.organization.models import User
from guanxi.playbooks.loader import load_pack, pack_codes

NEAR = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Singapore")


def pack_choices() -> list[tuple[str, str]]:
    return [(code, load_pack(code).label.text(language())) for code in pack_codes()]


def timezone_choices() -> list[Any]:
    """The near ones first; machine names that are no place are left out."""
    others = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [
        *((zone, zone) for zone in NEAR),
        (_("Other places"), [(zone, zone) for zone in others if zone not in NEAR]),
    ]


class SetUpForm(NewPasswordForm):
    pack = forms.ChoiceField(label=_("Industry"), choices=pack_choices)
    store_name = forms.CharField(label=_("Store name"), max_length=80)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezone_choices, initial="Asia/Shanghai")
    team_name = forms.CharField(label=_("First team"), max_length=40, initial=_("Team 1"))
    name = forms.CharField(label=_("Your name"), max_length=40)
    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        validators=User._meta.get_field("username").validators,
        help_text=_("You sign in with it. Letters, digits, dots and hyphens."),
    )
    field_order = ["pack", "store_name", "timezone", "team_name", "name", "username", "new", "repeated"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, owner=User(), **kwargs)

    def clean_new(self) -> str:
        self.owner = User(
            username=self.cleaned_data.get("username", ""), name=self.cleaned_data.get("name", "")
        )
        return super().clean_new()
