"""The people who sign in: who they are, what they may, where they belong. Only an admin comes here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from axes.utils import reset
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.models import ApiToken, FormerTeam, RoleGrant, Store, Team, User
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.organization.rules.roles import Role


class UserRefused(Refused):
    """The user stays as they were."""


@dataclass(frozen=True)
class UserDraft:
    """What an admin enters about a person. The team belongs to the store."""

    username: str
    name: str
    store: Store
    team: Team | None
    roles: frozenset[Role]
    language: str = "zh-hans"


@transaction.atomic
def create_user(act: Act, draft: UserDraft, password: str | None, *, temporary: bool = True) -> User:
    """A new user; a ``temporary`` password is replaced at the first sign-in, None lets nobody in.

    Raises UserRefused.
    """
    _check(draft)
    user = User(
        username=draft.username.lower(), name=draft.name, store=draft.store, team=draft.team, language=draft.language,
        password_is_temporary=temporary,
    )  # fmt: skip
    user.set_password(password)
    user.save()
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in sorted(draft.roles))
    facts = {"username": [None, user.username], "name": [None, user.name], "store_id": [None, user.store_id],
             "team_id": [None, user.team_id], "roles": [[], sorted(draft.roles)]}  # fmt: skip
    leave_trace([act.entry("user_created", user, changes=facts)])
    return user


@transaction.atomic
def edit_user(act: Act, user_id: int, version: int, draft: UserDraft) -> User:
    """Change a person's name, place and roles; they count from the person's next request on.

    Raises User.DoesNotExist, StaleEdit, and UserRefused when the last active admin would lose the role or an
    admin would drop their own.
    """
    user = _locked(user_id)
    if user.version != version:
        raise StaleEdit(_("Somebody else saved this user meanwhile. Your entries are kept below."), user)
    _check(draft, user)
    if Role.ADMIN in user.roles and Role.ADMIN not in draft.roles:
        _check_admin_stays(act, user)
    values = {"username": draft.username.lower(), "name": draft.name, "store_id": draft.store.pk,
              "team_id": draft.team.pk if draft.team else None}  # fmt: skip
    changes = changed_fields(user, values)
    if draft.roles != user.roles:
        changes["roles"] = [sorted(user.roles), sorted(draft.roles)]
        RoleGrant.objects.filter(user=user).exclude(role__in=draft.roles).delete()
        RoleGrant.objects.bulk_create(
            RoleGrant(user=user, role=role) for role in sorted(draft.roles - user.roles)
        )
    if not changes:
        return user
    if "team_id" in changes and user.team_id is not None:
        # Who changes twice in a day was in the first team of that day until the evening before.
        FormerTeam.objects.get_or_create(
            user=user, until=act.on - timedelta(days=1), defaults={"team_id": user.team_id}
        )
    for name, value in values.items():
        setattr(user, name, value)
    user.version += 1
    user.save(update_fields=[*values, "version"])
    leave_trace([act.entry("user_changed", user, changes=changes)])
    return user


@transaction.atomic
def deactivate_user(act: Act, user_id: int) -> User:
    """Refuse the person from their next request on, in the browser and through the API (AZ-25).

    Their cards stay theirs until handed over; their name stays in the history. Raises User.DoesNotExist and
    UserRefused for oneself and the last active admin.
    """
    user = _locked(user_id)
    if not user.is_active:
        return user
    if act.by is not None and user.pk == act.by.pk:
        raise UserRefused(_("You cannot deactivate yourself. Ask another administrator."))
    if Role.ADMIN in user.roles:
        _check_admin_stays(act, user)
    user.is_active, user.left_on = False, act.on
    user.version += 1
    user.save(update_fields=["is_active", "left_on", "version"])
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=act.at)
    leave_trace([act.entry("user_deactivated", user, changes={"is_active": [True, False]})])
    return user


@transaction.atomic
def reactivate_user(act: Act, user_id: int) -> User:
    """Let the person in again with the password they had; revoked API keys stay revoked."""
    user = _locked(user_id)
    if user.is_active:
        return user
    user.is_active, user.left_on = True, None
    user.version += 1
    user.save(update_fields=["is_active", "left_on", "version"])
    leave_trace([act.entry("user_reactivated", user, changes={"is_active": [False, True]})])
    return user


@transaction.atomic
def unlock_user(act: Act, user: User) -> None:
    """Lift the lock after wrong passwords, at every address."""
    if reset(username=user.username):
        leave_trace([act.entry("user_unlocked", user)])


@transaction.atomic
def choose_language(act: Act, language: str) -> None:
    """``language`` (one of settings.LANGUAGES) for all screens of the actor."""
    user = act.by
    assert user is not None
    if user.language == language:
        return
    leave_trace([act.entry("language_chosen", user, changes={"language": [user.language, language]})])
    user.language = language
    user.save(update_fields=["language"])


def _locked(user_id: int) -> User:
    """The user, and every active admin, so that two admins cannot dismiss each other at the same moment."""
    admins = User.objects.active().filter(grants__role=Role.ADMIN).values("pk")
    people = User.objects.select_for_update().filter(pk__in=[*admins.values_list("pk", flat=True), user_id])
    return {user.pk: user for user in people.order_by("pk")}.get(user_id) or User.objects.get(pk=user_id)


def _check(draft: UserDraft, user: User | None = None) -> None:
    if draft.team is not None and draft.team.store_id != draft.store.pk:
        raise UserRefused(_("This team belongs to another store."), "team")
    if _needs_team(draft.roles) and draft.team is None:
        raise UserRefused(_("Consultants, supervisors and customer service need a team."), "team")
    if not draft.roles:
        raise UserRefused(_("Choose at least one role."), "roles")
    taken = User.objects.filter(username__iexact=draft.username)
    if (taken.exclude(pk=user.pk) if user else taken).exists():
        raise UserRefused(_("This user name is taken."), "username")


def _needs_team(roles: Iterable[Role]) -> bool:
    return bool(set(roles) & {Role.CONSULTANT, Role.SUPERVISOR, Role.CUSTOMER_SERVICE})


def _check_admin_stays(act: Act, user: User) -> None:
    if act.by is not None and user.pk == act.by.pk:
        raise UserRefused(
            _("You cannot drop your own administrator role. Ask another administrator."), "roles"
        )
    others = User.objects.active().filter(grants__role=Role.ADMIN).exclude(pk=user.pk)
    if user.is_active and not others.exists():
        raise UserRefused(_("This is the last active administrator. Make somebody else one first."), "roles")
