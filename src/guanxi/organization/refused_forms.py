"""Puts an operation's refusal where the person can mend it: beside the field it is about."""

from django import forms

from guanxi.organization.refusals import Refused


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Add the refusal to the form, to the whole of it when the field is not shown there."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.message)
