"""Where to go back to, if the request names a page of ours."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def local_url(request: HttpRequest, otherwise: str, name: str = "back") -> str:
    """The posted or asked ``back`` (or ``name``) address when it is a path of this site, else ``otherwise``."""
    asked = request.POST.get(name) or request.GET.get(name) or ""
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return otherwise
