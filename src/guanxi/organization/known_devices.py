"""Browsers in which somebody signed in before. While an address tries one password on many names (AUTH-01), these
still get in: otherwise one colleague could shut out the whole office (AUTH-02).

The cookie holds keyed digests of user names: nobody can make one, and it names nobody. It only lifts the pause of
the address; the lock of the name and the password stay.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "known"
MOST = 10
YEAR = 365 * 24 * 3600


def is_known_device(request: HttpRequest, username: str) -> bool:
    """Whether this person signed in here before."""
    wanted = _digest(username)
    return any(constant_time_compare(wanted, held) for held in _held(request))


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Note in the browser that this person signed in."""
    mine = _digest(username)
    held = [mine, *(other for other in _held(request) if other != mine)][:MOST]
    response.set_cookie(
        COOKIE, ".".join(held), max_age=YEAR, httponly=True, samesite="Lax", secure=settings.BEHIND_HTTPS
    )


def _held(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(COOKIE, "").split(".")[:MOST]


def _digest(username: str) -> str:
    return salted_hmac(__name__, username.casefold(), algorithm="sha256").hexdigest()[:32]
