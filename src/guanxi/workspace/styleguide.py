"""Every component on one page, for those who build and administer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanxi.organization.middleware import act_of
from guanxi.organization.rules.roles import Role
from guanxi.ui.styleguide import sample_context


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Administrators only."""
    if not request.user.has_role(Role.ADMIN):  # type: ignore[union-attr]
        raise Http404
    return render(request, "ui/styleguide.html", sample_context(act_of(request).on))
