"""Who calls: a bearer token, or the cookie of a signed-in browser (attacks AUTH-08, AZ-25, CSRF-03)."""

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from guanxi.organization.api.problems import Problem
from guanxi.organization.models import ApiToken, User
from guanxi.organization.rules.tokens import token_digest

SAFE = {"GET", "HEAD", "OPTIONS"}


def caller_of(request: HttpRequest) -> User:
    """The user who calls; becomes ``request.user``. A bearer token wins over a cookie and does not fall back
    to it. Raises Problem 401 for nobody, 403 for a read-only token or a missing CSRF token on a change."""
    known: User | None = getattr(request, "caller", None)
    if known is not None:
        return known
    header = request.headers.get("Authorization")
    user = _by_cookie(request) if header is None else _by_token(request, header)
    request.caller = request.user = user  # type: ignore[attr-defined]
    return user


def _by_token(request: HttpRequest, header: str) -> User:
    scheme, _space, secret = header.partition(" ")
    rows = ApiToken.objects.select_related("user__store", "user__team").prefetch_related("user__grants")
    token = rows.filter(digest=token_digest(secret.strip())).first() if scheme.lower() == "bearer" else None
    if token is None or not token.is_live(request.at) or not token.user.is_active:  # type: ignore[attr-defined]
        raise _not_signed_in()
    translation.activate("en" if token.user.language == "en" else "zh-hans")
    if token.read_only and request.method not in SAFE:
        raise Problem(403, "read_only", _("This token may only read."))
    request.token = token  # type: ignore[attr-defined]
    return token.user


def _by_cookie(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        # ``request.user`` is lazy: an anonymous visitor is no User.
        raise _not_signed_in()
    if request.method not in SAFE and check_csrf(request):
        raise Problem(403, "csrf", _("Send the CSRF token, or use a bearer token."))
    return user


def _not_signed_in() -> Problem:
    return Problem(401, "not_signed_in", _("Sign in, or send a valid token."))


class BearerToken(HttpBearer):
    """``Authorization: Bearer …``"""

    def __call__(self, request: HttpRequest) -> User:
        return caller_of(request)

    def authenticate(self, request: HttpRequest, token: str) -> User:
        return caller_of(request)


class SessionCookie(APIKeyCookie):
    """The browser's session; changes need the CSRF token as well."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> User:
        return caller_of(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User:
        return caller_of(request)
