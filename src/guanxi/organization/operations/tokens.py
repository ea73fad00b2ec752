"""Keys for the API: shown once, kept as SHA-256, read-only unless asked otherwise (AUTH-08)."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import ApiToken, User
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.tokens import token_digest

PREFIX = "gx_"


class TokenRefused(Refused):
    """The person has a live key of this name."""


@transaction.atomic
def create_token(
    act: Act, user: User, name: str, *, read_only: bool = True, days: int | None = 90
) -> tuple[ApiToken, str]:
    """A key that acts as ``user``, with their rights as they are at each request; ``days`` None never expires.

    Returns the row and the key in clear. Raises TokenRefused for a second live key of one name, which is also
    what a form sent twice meets: the answer with the key in clear is kept nowhere.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if any(row.is_live(act.at) for row in ApiToken.objects.filter(user=user, name=name)):
        raise TokenRefused(_("You have a key of this name. Revoke it first, or choose another name."), "name")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user, digest=token_digest(token), name=name, read_only=read_only, created_at=act.at,
        expires_at=act.at + timedelta(days=days) if days else None,
    )  # fmt: skip
    leave_trace(
        [act.entry("token_created", row, changes={"name": [None, name], "read_only": [None, read_only]})]
    )
    return row, token


@transaction.atomic
def revoke_token(act: Act, token_id: int) -> ApiToken:
    """End one of the actor's own keys. Raises ApiToken.DoesNotExist for another person's."""
    row = ApiToken.objects.select_for_update().get(pk=token_id, user=act.by)
    if row.revoked_at is None:
        row.revoked_at = act.at
        row.save(update_fields=["revoked_at"])
        leave_trace([act.entry("token_revoked", row, changes={"name": [row.name, None]})])
    return row
