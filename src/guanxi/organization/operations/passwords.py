"""Passwords: choosing one's own, handing out a temporary one. Every change ends the person's other sessions,
because a session carries a hash of the password."""

from axes.utils import reset
from django.db import transaction

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import User


@transaction.atomic
def choose_password(act: Act, user: User, password: str) -> None:
    """``user`` gets a password only they know; the caller has checked its strength and who asks."""
    user.set_password(password)
    user.password_is_temporary = False
    user.save(update_fields=["password", "password_is_temporary"])
    leave_trace([act.entry("password_changed", user)])


@transaction.atomic
def issue_password(act: Act, user: User, password: str) -> None:
    """Give ``user`` a password that somebody else knows, to be replaced at the next sign-in, and lift a lock."""
    user.set_password(password)
    user.password_is_temporary = True
    user.save(update_fields=["password", "password_is_temporary"])
    reset(username=user.username)
    leave_trace([act.entry("password_issued", user)])
