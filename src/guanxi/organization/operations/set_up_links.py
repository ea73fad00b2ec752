"""The one-time link under which somebody without a password chooses the first one (AUTH-08, AUTH-09)."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import SetUpLink, User
from guanxi.organization.operations.passwords import choose_password
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.tokens import token_digest

LIFE = timedelta(days=7)


class LinkRefused(Refused):
    """The person has a password already."""


@transaction.atomic
def make_set_up_link(act: Act, user: User) -> str:
    """The secret (256 bits) of a link that lasts seven days; an earlier link of ``user`` ends. Raises LinkRefused."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise LinkRefused(_("This person has a password already."))
    secret = secrets.token_urlsafe(32)
    SetUpLink.objects.update_or_create(
        user=user, defaults={"digest": token_digest(secret), "expires_at": act.at + LIFE}
    )
    leave_trace([act.entry("set_up_link_made", user)])
    return secret


def user_of_link(secret: str, at: datetime) -> User:
    """Whose password the link sets. Raises SetUpLink.DoesNotExist for one that is unknown, used or over."""
    links = SetUpLink.objects.filter(user__is_active=True, expires_at__gt=at)
    return links.select_related("user__store").get(digest=token_digest(secret)).user


@transaction.atomic
def use_set_up_link(act: Act, secret: str, password: str) -> None:
    """Set the password of the actor, whose link this is, and end the link. Raises SetUpLink.DoesNotExist.

    The caller has checked the strength of the password. Of two browsers at once one succeeds.
    """
    assert act.by is not None
    link = SetUpLink.objects.select_for_update().get(
        digest=token_digest(secret), user=act.by, expires_at__gt=act.at
    )
    link.delete()
    choose_password(act, act.by, password)
