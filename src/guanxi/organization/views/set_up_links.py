"""The page behind a one-time set-up link. A link that is unknown, used or over is absent."""

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from guanxi.organization.authentication import open_session
from guanxi.organization.forms.sign_in import NewPasswordForm
from guanxi.organization.middleware import act_of
from guanxi.organization.models import SetUpLink
from guanxi.organization.operations.set_up_links import use_set_up_link, user_of_link
from guanxi.ui.forms import posted
from guanxi.ui.responses import see_other


@login_not_required
@never_cache
@sensitive_variables("token")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_link(request: HttpRequest, token: str) -> HttpResponse:
    """Choose the first password and go on signed in."""
    try:
        person = user_of_link(token, request.at)  # type: ignore[attr-defined]
        form = NewPasswordForm(posted(request), owner=person)
        if form.is_valid():
            request.user = person
            act = act_of(request)
            with transaction.atomic():
                use_set_up_link(act, token, form.cleaned_data["new"])
                open_session(act, request, person)
            return see_other(request, reverse("home"))
    except SetUpLink.DoesNotExist as error:
        raise Http404 from error
    status = 422 if form.is_bound else 200
    return render(request, "organization/set_up_link.html", {"form": form, "person": person}, status=status)
