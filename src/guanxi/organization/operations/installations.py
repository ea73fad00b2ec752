"""The first run: one store, one team and the first user, made exactly once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.organization.models import AuditSeal, RoleGrant, Store, Team, User
from guanxi.organization.operations.stores import next_code
from guanxi.organization.refusals import Refused
from guanxi.organization.rules.audit import chain
from guanxi.organization.rules.roles import Role


class SetUpRefused(Refused):
    """The installation has users already."""


@dataclass(frozen=True)
class Installation:
    """What the first page asks. ``password`` None leaves the first user without one (see the set-up link)."""

    store_name: str
    team_name: str
    username: str
    name: str
    password: str | None
    pack: str = "auto"
    timezone: str = "Asia/Shanghai"
    language: str = "zh-hans"


def has_users() -> bool:
    """Whether the installation is set up: somebody exists who can sign in."""
    return User.objects.exists()


@transaction.atomic
def set_up(at: datetime, wanted: Installation, source: str = "web", ip: str = "") -> User:
    """Make the store, its first team and the first user, who is admin and manager (handbook 21.1).

    Raises SetUpRefused when that was done before, also by another browser at this very moment: the first seal
    of the audit trail is a row that can be written only once.
    """
    try:
        with transaction.atomic():
            AuditSeal.objects.create(last_id=0, digest=chain("", []), made_at=at)
    except IntegrityError as error:
        raise SetUpRefused(_("This installation is set up already.")) from error
    if has_users():
        raise SetUpRefused(_("This installation is set up already."))
    store = Store.objects.create(
        code=next_code(), name=wanted.store_name, pack=wanted.pack, timezone=wanted.timezone
    )
    user = User(
        username=wanted.username.lower(),
        name=wanted.name,
        store=store,
        team=Team.objects.create(store=store, name=wanted.team_name),
        language=wanted.language,
    )
    user.set_password(wanted.password)
    user.save()
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in (Role.ADMIN, Role.MANAGER)])
    # On the command line nobody has signed in: the system makes the first user.
    act = Act(by=None if source == "cli" else user, at=at, source=source, ip=ip, given_store=store)
    leave_trace([act.entry("installed", store), act.entry("user_created", user)])
    return user
