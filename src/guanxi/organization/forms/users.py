"""Users as an admin enters them."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from guanxi.organization.forms.sign_in import LONGEST_PASSWORD
from guanxi.organization.models import Store, Team, User
from guanxi.organization.role_names import ROLE_NAMES
from guanxi.organization.rules.roles import Role
from guanxi.organization.temporary_passwords import new_temporary_password
from guanxi.ui.forms import GuanxiForm


def temporary_password_field() -> forms.CharField:
    """Shown in clear, because the admin passes it on; replaced by its owner at the first sign-in."""
    return forms.CharField(
        label=_("Temporary password"),
        max_length=LONGEST_PASSWORD,
        initial=new_temporary_password,
        help_text=_(
            "Note it and pass it on: it is shown here only. It must be changed at the first sign-in."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
    )


class TeamChoice(forms.ModelChoiceField):
    def label_from_instance(self, team: Team) -> str:  # type: ignore[override]
        return f"{team.store} · {team}"


class UserForm(GuanxiForm):
    username = forms.CharField(
        label=_("User name"), max_length=40, validators=User._meta.get_field("username").validators,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=40)
    store = forms.ModelChoiceField(Store.objects.order_by("name"), label=_("Store"), empty_label=None)
    team = TeamChoice(Team.objects.select_related("store"), label=_("Team"), required=False, empty_label="—")
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=list(ROLE_NAMES.items()), widget=forms.CheckboxSelectMultiple,
        help_text=_("Several are possible; rights add up."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, person: User, posted: Any = None) -> "UserForm":
        return cls(posted, initial={
            "username": person.username, "name": person.name, "store": person.store_id, "team": person.team_id,
            "roles": sorted(person.roles), "version": person.version,
        })  # fmt: skip

    def clean_roles(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.cleaned_data["roles"])


class NewUserForm(UserForm):
    language = forms.ChoiceField(label=_("Language"), choices=User._meta.get_field("language").choices or ())
    password = temporary_password_field()

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password


class IssuePasswordForm(GuanxiForm):
    password = temporary_password_field()

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.owner)
        return self.cleaned_data["password"]
