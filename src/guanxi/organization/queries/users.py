"""The people of the installation, for those who look after them."""

from datetime import datetime

from axes.helpers import get_client_ip_address, get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Role


def everybody() -> QuerySet[User]:
    """All users with store, team and roles: active ones first, then by store, team and name."""
    rows = User.objects.select_related("store", "team").prefetch_related("grants")
    return rows.order_by("-is_active", "store__name", "team__name", "name", "pk")


def first_admin(store: Store | None = None) -> User | None:
    """The active admin who came first, of all or of a store."""
    admins = User.objects.active().select_related("store").filter(grants__role=Role.ADMIN).order_by("pk")
    return (admins.filter(store=store) if store else admins.filter(store__isnull=False)).first()


def locked_names(at: datetime) -> set[str]:
    """User names locked at ``at`` after wrong passwords, at one address at least."""
    cool_off = get_cool_off()
    rows = AccessAttempt.objects.filter(failures_since_start__gte=get_failure_limit(None, None))  # type: ignore[arg-type]
    return set(rows.filter(attempt_time__gt=at - cool_off).values_list("username", flat=True))  # type: ignore[operator]


def is_spraying(request: HttpRequest) -> bool:
    """Whether the address of the request has just failed with as many names as no desk or office mistypes."""
    rows = AccessAttempt.objects.filter(
        ip_address=get_client_ip_address(request),
        attempt_time__gt=request.at - get_cool_off(),  # type: ignore[attr-defined, operator]
    )
    return rows.values("username").distinct().count() >= settings.SPRAYED_NAMES
