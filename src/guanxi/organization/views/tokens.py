"""One's own keys for the API."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.organization.forms.stores import TokenForm
from guanxi.organization.middleware import act_of
from guanxi.organization.models import ApiToken
from guanxi.organization.operations.tokens import create_token, revoke_token
from guanxi.organization.refused_forms import refusals_on
from guanxi.ui.forms import posted
from guanxi.ui.responses import say, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The list with the form below it. A new key stands in this one answer and nowhere else."""
    form = TokenForm(posted(request))
    fresh = ""
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            _row, fresh = create_token(
                act_of(request), request.user, given["name"],  # type: ignore[arg-type]
                read_only=not given["may_write"], days=given["days"] or None,
            )  # fmt: skip
            form = TokenForm()
    rows = [
        {"token": row, "is_live": row.is_live(request.at)}  # type: ignore[attr-defined]
        for row in ApiToken.objects.filter(user=request.user).order_by("-pk")  # type: ignore[misc]
    ]
    context = {"form": form, "rows": rows, "fresh": fresh}
    return render(request, "organization/tokens.html", context, status=form.answer_status)


@require_POST
def token_revocation(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        row = revoke_token(act_of(request), pk)
    except ApiToken.DoesNotExist as error:
        raise Http404 from error
    say(request, _("%(name)s no longer works.") % {"name": row.name})
    return see_other(request, reverse("tokens"))
