"""Changing one's own password."""

from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guanxi.organization.forms.sign_in import OwnPasswordForm
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User
from guanxi.organization.operations.passwords import choose_password
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The current password is checked as at sign-in, with the same lock, so a found session cannot guess it."""
    user: User = request.user  # type: ignore[assignment]
    form = OwnPasswordForm(posted(request), owner=user)
    if form.is_valid():
        if authenticate(request, username=user.username, password=form.cleaned_data["current"]) is None:
            form.add_error("current", _("The current password is wrong. Nothing was changed."))
        else:
            choose_password(act_of(request), user, form.cleaned_data["new"])
            update_session_auth_hash(request, user)
            say(request, _("Password changed. Your other sessions have ended."))
            return see_other(request, reverse("home"))
    status = 422 if form.is_bound else 200
    return render(request, "organization/password.html", {"form": form}, status=status)
