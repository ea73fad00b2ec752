"""Pages of certain roles: for everybody else they do not exist (AZ-22)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from guanxi.organization.rules.roles import Role

View = Callable[..., HttpResponse]


def only_for(*roles: Role) -> Callable[[View], View]:
    """View decorator: 404 unless the signed-in user has one of ``roles``."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_role(*roles):  # type: ignore[union-attr]
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
