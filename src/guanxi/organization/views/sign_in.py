"""Coming and going: sign-in, sign-out, language."""

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from guanxi.organization.authentication import open_session
from guanxi.organization.forms.sign_in import SignInForm
from guanxi.organization.known_devices import is_known_device, remember_device
from guanxi.organization.local_urls import local_url
from guanxi.organization.middleware import act_of
from guanxi.organization.operations.users import choose_language
from guanxi.organization.queries.users import is_spraying
from guanxi.ui.forms import posted
from guanxi.ui.responses import see_other

YEAR = 365 * 24 * 3600
# The session's note of a language chosen before signing in. The cookie would not do: the last to sign out leaves theirs
# in it, and the next at the same screen is somebody else.
CHOSEN = "language"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One answer for every failure: an unknown name, a wrong password and a leaver look the same (AUTH-03).
    An address that fails with many names waits, except in browsers where the person signed in before (AUTH-01)."""
    target = local_url(request, reverse("home"), "next")
    if request.user.is_authenticated:
        return see_other(request, target)
    form = SignInForm(posted(request))
    if form.is_valid():
        if is_spraying(request) and not is_known_device(request, form.cleaned_data["username"]):
            return render(request, settings.AXES_LOCKOUT_TEMPLATE, status=429)
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            request.user = user
            open_session(act_of(request), request, user)  # type: ignore[arg-type]
            if chosen := request.session.pop(CHOSEN, ""):
                choose_language(act_of(request), chosen)
            answer = see_other(request, target)
            remember_device(request, answer, user.get_username())
            return answer
        form.add_error(None, _("User name or password is wrong. Nobody signed in."))
    status = 422 if form.is_bound else 200
    return render(request, "organization/sign_in.html", {"form": form, "next": target}, status=status)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    language = translation.get_language()
    logout(request)
    return _with_language(see_other(request, reverse("sign-in")), language or settings.LANGUAGE_CODE)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language with the user; for somebody not signed in, in a cookie and until they sign in, when it becomes
    theirs. Unknown ones change nothing."""
    answer = see_other(request, local_url(request, reverse("home"), "next"))
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        choose_language(act_of(request), wanted)
    else:
        request.session[CHOSEN] = wanted
    return _with_language(answer, wanted)


def _with_language(answer: HttpResponse, language: str) -> HttpResponse:
    answer.set_cookie(
        "language", language, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.BEHIND_HTTPS
    )
    return answer
