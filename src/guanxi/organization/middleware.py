"""The edge of every request: its clock, name and language; then what must be done before anything else."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from guanxi.organization.acts import Act
from guanxi.organization.operations.installations import has_users
from guanxi.organization.rules.addresses import client_address
from guanxi.ui.responses import see_other


class ClientAddressMiddleware:
    """Puts the visitor's address in the place of a trusted proxy's, for locks, pauses and the audit trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(peer, forwarded, settings.TRUSTED_PROXIES)
        return self.get_response(request)


class RequestFactsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = str(uuid.uuid4())  # type: ignore[attr-defined]
        request.at = timezone.now()  # type: ignore[attr-defined]
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            language = user.language
        else:
            language = request.COOKIES.get("language", "zh-hans")
        with translation.override("en" if language == "en" else "zh-hans"):
            response = self.get_response(request)
        if user is not None and user.is_authenticated and "Cache-Control" not in response.headers:
            # Personal data must not stay in a shared browser's cache (PRV-03).
            response.headers["Cache-Control"] = "no-store"
        return response


class FirstStepsMiddleware:
    """An empty installation leads to its set-up, a temporary password to choosing one's own."""

    ALWAYS = frozenset({"setup", "language", "sign-out", "password"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        # Asked until the first user exists, then never again in this process.
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        asked = request.resolver_match.view_name if request.resolver_match else ""
        self.is_set_up = self.is_set_up or has_users()
        if not self.is_set_up:
            return None if asked in {"setup", "language"} else see_other(request, reverse("setup"))
        if getattr(request.user, "password_is_temporary", False) and asked not in self.ALWAYS:
            return see_other(request, reverse("password"))
        return None


def act_of(request: HttpRequest, source: str = "web") -> Act:
    """The act this request carries out."""
    return Act(
        by=request.user,  # type: ignore[arg-type]
        at=request.at,  # type: ignore[attr-defined]
        source=source,
        request_id=request.id,  # type: ignore[attr-defined]
        ip=request.META.get("REMOTE_ADDR", ""),
    )
