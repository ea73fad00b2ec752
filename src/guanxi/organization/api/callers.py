"""The caller of an operation, as user and as act."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from guanxi.organization.acts import Act
from guanxi.organization.api.problems import Forbidden
from guanxi.organization.middleware import act_of
from guanxi.organization.models import User


def caller(request: HttpRequest) -> User:
    """The user the door has identified."""
    user = request.user
    assert isinstance(user, User)
    return user


def acting(request: HttpRequest) -> Act:
    """The act of this call. Raises Forbidden for an account that works in no store."""
    if caller(request).store is None:
        raise Forbidden(_("This account belongs to no store."))
    return act_of(request, "api")
