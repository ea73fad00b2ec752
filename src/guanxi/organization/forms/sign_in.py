"""Signing in and choosing a password: shape only."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from guanxi.organization.models import User
from guanxi.ui.forms import GuanxiForm

# Hashing is slow on purpose: a novel must not be hashed.
LONGEST_PASSWORD = 256


def password_field(label: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(GuanxiForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = password_field(_("Password"), "current-password")

    def clean_username(self) -> str:
        # One spelling for the lock, whatever the case typed.
        return self.cleaned_data["username"].lower()


class NewPasswordForm(GuanxiForm):
    """A new password, typed twice; ``owner`` is whose it will be, for the similarity check."""

    new = password_field(
        _("New password"), "new-password", _("At least 10 characters, nothing others would guess.")
    )
    repeated = password_field(_("New password once more"), "new-password")

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_new(self) -> str:
        new = self.cleaned_data["new"]
        validate_password(new, self.owner)
        return new

    def clean_repeated(self) -> str:
        repeated = self.cleaned_data["repeated"]
        if "new" in self.cleaned_data and repeated != self.cleaned_data["new"]:
            raise ValidationError(_("The two differ. Type the new password twice."))
        return repeated


class OwnPasswordForm(NewPasswordForm):
    current = password_field(_("Current password"), "current-password")
    field_order = ["current", "new", "repeated"]
