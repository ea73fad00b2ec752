"""Signs people in; the user row comes with its store, team and roles."""

from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.http import HttpRequest

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import User


class Backend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        rows = User.objects.select_related("store", "team").prefetch_related("grants")
        return rows.filter(pk=user_id, is_active=True).first()


@transaction.atomic
def open_session(act: Act, request: HttpRequest, user: User) -> None:
    """A session with a fresh id for somebody who proved who they are."""
    login(request, user, backend=f"{__name__}.{Backend.__name__}")
    leave_trace([act.entry("signed_in", user)])
