"""The first run in a browser. Impossible once anybody exists (AUTH-09)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guanxi.organization.authentication import open_session
from guanxi.organization.forms.setup import SetUpForm
from guanxi.organization.labels import language
from guanxi.organization.middleware import act_of
from guanxi.organization.operations.installations import Installation, SetUpRefused, has_users, set_up
from guanxi.ui.forms import posted
from guanxi.ui.responses import see_other


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    if has_users():
        raise Http404
    form = SetUpForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        wanted = Installation(
            store_name=given["store_name"],
            team_name=given["team_name"],
            username=given["username"],
            name=given["name"],
            password=given["new"],
            pack=given["pack"],
            timezone=given["timezone"],
            language=language(),
        )
        try:
            request.user = set_up(request.at, wanted, ip=request.META.get("REMOTE_ADDR", ""))  # type: ignore[attr-defined]
        except SetUpRefused as refused:
            raise Http404 from refused
        open_session(act_of(request), request, request.user)
        return see_other(request, reverse("home"))
    status = 422 if form.is_bound else 200
    return render(request, "organization/setup.html", {"form": form}, status=status)
